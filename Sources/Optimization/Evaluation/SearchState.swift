/// Where every meeting is, with all counters that make the cost of a change a matter of a few look-ups.
///
/// Always consistent: `cost` is exactly what `Scoring` says of the placements. Rooms are exclusive and closed rooms
/// stay empty. People's clashes are refused by whoever proposes moves, or, where `allowsClashes`, each clash (pair of
/// meetings and shared atom) counts one hard violation. Memory is the object's own; one thread at a time.
final class SearchState: @unchecked Sendable {
  let compiled: CompiledProblem
  let scoring: Scoring
  let allowsClashes: Bool

  let timeOf: Flat<Int32>
  let roomOf: Flat<Int32>
  /// Further rooms of meetings that need several.
  let extraRooms: Flat<Int32>
  /// For each lesson and atom: the meetings in conflict there, as `ClashCells` packs them.
  let clashes: Flat<UInt32>
  /// (room × week class × atom): −1 free, −2 closed, else the meeting.
  let slots: Flat<Int32>
  /// (track × day)
  let trackDays: Flat<TrackDay>
  let busyCount: Flat<UInt16>
  /// Of each week rule of each track, where `Tracks.weekRules` has it.
  let weekSums: Flat<Int32>
  let teacherDays: Flat<Int32>
  let peaks: Flat<Int32>
  let lessonDays: Flat<Int32>
  let lessonDayCount: Flat<Int32>
  let loads: Flat<Int32>
  let kernelCosts: Flat<Int64>
  /// Scratch for kernels: a person's days.
  let dayMasks: Flat<UInt64>
  /// Chains: meetings of (chain × day × period) that begin or end there, as doubly linked lists of nodes.
  let chainStart: Flat<Int32>
  let chainEnd: Flat<Int32>
  let startLinks: Flat<Int32>
  let endLinks: Flat<Int32>
  let nodeMeeting: Flat<Int32>
  /// 0: packed cost; 1: number of meetings without a place.
  private let totals: Flat<Int64>
  /// Meetings without a place, in no particular order, and where each stands in the list (−1: placed).
  let pool: Flat<Int32>
  let poolPosition: Flat<Int32>

  init(_ scoring: Scoring, allowsClashes: Bool = false) {
    let compiled = scoring.compiled
    self.compiled = compiled
    self.scoring = scoring
    self.allowsClashes = allowsClashes
    let days = compiled.dayCount
    timeOf = Flat(compiled.meetingCount, -1)
    roomOf = Flat(compiled.meetingCount, -1)
    extraRooms = Flat(Int(compiled.extraBegin[compiled.meetingCount]), -1)
    clashes = Flat(compiled.lessonCount * compiled.atomCount, 0)
    slots = Flat(compiled.closed.count, -1)
    trackDays = scoring.tracks.emptyDays()
    busyCount = Flat(scoring.tracks.count * days * compiled.periodCount, 0)
    weekSums = Flat(scoring.tracks.weekRules.items.array.map(\.emptySum))
    teacherDays = Flat(compiled.problem.teachers.count * days, 0)
    peaks = Flat(days * compiled.periodCount, 0)
    lessonDays = Flat(compiled.lessonCount * days, 0)
    lessonDayCount = Flat(compiled.lessonCount, 0)
    loads = Flat(scoring.limits.counterCount, 0)
    kernelCosts = Flat(scoring.kernels.all.count, 0)
    dayMasks = Flat(days, 0)
    let cells = scoring.chains.count * days * compiled.periodCount
    chainStart = Flat(cells, -1)
    chainEnd = Flat(cells, -1)
    startLinks = Flat(scoring.chains.nodeCount * 2, -1)
    endLinks = Flat(scoring.chains.nodeCount * 2, -1)
    nodeMeeting = Flat(scoring.chains.nodeCount, 0)
    totals = Flat(2, 0)
    pool = Flat(compiled.meetingCount, -1)
    poolPosition = Flat(compiled.meetingCount, -1)
    for cell in 0..<slots.count where compiled.closed[cell] != 0 { slots[cell] = -2 }
    for meeting in 0..<compiled.meetingCount {
      for node in scoring.chains.nodeBegin[meeting]..<scoring.chains.nodeBegin[meeting + 1] {
        nodeMeeting[Int(node)] = Int32(meeting)
      }
      pool[meeting] = Int32(meeting)
      poolPosition[meeting] = Int32(meeting)
    }
    totals[1] = Int64(compiled.meetingCount)
    var start = scoring.offset
    for kernel in 0..<kernelCosts.count {
      kernelCosts[kernel] = kernelCost(kernel)
      start += kernelCosts[kernel]
    }
    for meeting in 0..<compiled.meetingCount { start += disruption(meeting, time: -1, room: -1) }
    totals[0] = start
  }

  deinit {
    for flat in [
      timeOf, roomOf, extraRooms, slots, weekSums, teacherDays, peaks, lessonDays, lessonDayCount,
      loads, chainStart, chainEnd, startLinks, endLinks, nodeMeeting, pool, poolPosition,
    ] { flat.free() }
    clashes.free()
    trackDays.free()
    busyCount.free()
    kernelCosts.free()
    dayMasks.free()
    totals.free()
  }

  /// Packed: hard violations (placed meetings only) and soft cost.
  @inline(__always) var cost: Int64 {
    get { totals[0] }
    set { totals[0] = newValue }
  }
  var hardViolations: Int { Int(Scoring.hardCount(cost)) }
  var softCost: Int64 { Scoring.softCost(cost) }
  @inline(__always) var unplaced: Int {
    get { Int(totals[1]) }
    set { totals[1] = Int64(newValue) }
  }

  // MARK: What stands in the way

  /// Who is in the meeting's way at `time`, itself left out.
  @inline(__always) func clash(_ meeting: Int, _ time: Int) -> Clash {
    let lesson = Int(compiled.hot[meeting].lesson)
    let row = lesson &* compiled.atomCount
    let span = compiled.times[time]
    var clash = Clash()
    var atom = Int(span.atomBegin)
    repeat {
      let cell = clashes[row &+ atom]
      if cell != 0 { count(cell, meeting, lesson, atom, &clash) }
      atom &+= 1
    } while atom < Int(span.atomEnd)
    return clash
  }

  @inline(__always) private func count(
    _ cell: UInt32, _ meeting: Int, _ lesson: Int, _ atom: Int, _ clash: inout Clash
  ) {
    let cells = compiled.clashCells
    var cell = cell
    // Other meetings of its lesson clash with it, so it was counted too.
    if compiled.isOwnNeighbor[lesson] != 0, timeOf[meeting] >= 0 {
      let own = compiled.times[Int(timeOf[meeting])]
      if Int(own.atomBegin) <= atom, atom < Int(own.atomEnd) { cell = cells.removing(meeting, from: cell) }
      if cell == 0 { return }
    }
    let count = cells.count(cell)
    if clash.count == 0, count == 1 { clash.lone = cells.lone(cell) }
    clash.count &+= count
  }

  /// Whom the room holds at that time in the meeting's weeks: −1 nobody else, −2 it is closed or holds several,
  /// else the one meeting.
  @inline(__always) func occupant(_ room: Int, _ time: Int, for meeting: Int) -> Int {
    let span = compiled.times[time]
    if compiled.weekCount == 1 { return holder(room &* compiled.atomCount, span, meeting, -1) }
    let weeks = compiled.weekClasses.ofLesson
    var found = -1
    for position in weeks.range(Int(compiled.hot[meeting].lesson)) {
      found = holder(compiled.cell(room: room, week: Int(weeks[position]), atom: 0), span, meeting, found)
      if found == -2 { return -2 }
    }
    return found
  }

  /// `found`, or who holds an atom of the span in this row of `slots`; −2 where that makes two.
  @inline(__always) private func holder(_ row: Int, _ span: HotTime, _ meeting: Int, _ found: Int) -> Int {
    var found = found
    var atom = Int(span.atomBegin)
    repeat {
      let holder = Int(slots[row &+ atom])
      atom &+= 1
      if holder == -1 || holder == meeting || holder == found { continue }
      if holder == -2 || found != -1 { return -2 }
      found = holder
    } while atom < Int(span.atomEnd)
    return found
  }

  /// The one meeting in the way at `time`, if it is just one; else −1.
  @inline(__always) func onlyOne(_ clash: Clash, at time: Int) -> Int {
    guard clash.lone >= 0, timeOf[Int(clash.lone)] >= 0 else { return -1 }
    let span = compiled.times[time]
    let own = compiled.times[Int(timeOf[Int(clash.lone)])]
    // Counted once for each atom that both cover: what is more comes from others.
    let shared = min(own.atomEnd, span.atomEnd) &- max(own.atomBegin, span.atomBegin)
    return shared == clash.count ? Int(clash.lone) : -1
  }

  @inline(__always) func needsSeveralRooms(_ meeting: Int) -> Bool {
    compiled.hot[meeting].needsSeveralRooms
  }

  /// All rooms the meeting holds.
  func rooms(of meeting: Int) -> [Int32] { rooms(of: meeting, at: Int(timeOf[meeting])) }

  func rooms(of meeting: Int, at time: Int) -> [Int32] {
    guard time >= 0, Int(roomOf[meeting]) < compiled.roomCount else { return [] }
    return [roomOf[meeting]]
      + (compiled.extraBegin[meeting]..<compiled.extraBegin[meeting + 1]).map { extraRooms[Int($0)] }
  }
}
