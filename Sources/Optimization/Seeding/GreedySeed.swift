/// Places meetings one by one, the one with the fewest open times first, and evicts who stands in the way where
/// nothing is open. Every eviction makes its place less attractive (conflict statistics, as in Müller, Rudová and
/// Barták 2005), so that it does not run in circles.
struct GreedySeed {
  private let state: SearchState
  private let compiled: CompiledProblem
  private var random: RandomSource
  private var queue: BucketQueue
  private var rooms: FreeRooms
  /// (meeting × time): evictions done from there.
  private var evictions: [UInt16]
  private(set) var steps = 0
  /// What a broken hard rule counts; a meeting that has to go counts 10.
  private var breach: Int64 = 5

  init(_ state: SearchState, random: RandomSource) {
    self.state = state
    self.random = random
    compiled = state.compiled
    queue = BucketQueue(buckets: 64)
    rooms = FreeRooms(state)
    evictions = [UInt16](repeating: 0, count: state.compiled.meetingCount * state.compiled.timeCount)
  }

  /// Until all have a place, `limit` steps are done, or it is asked to stop. True when all have one.
  mutating func run(limit: Int, isCancelled: () -> Bool) -> Bool {
    for meeting in 0..<compiled.meetingCount where state.timeOf[meeting] < 0 { queue.push(meeting, priority(meeting)) }
    while let (meeting, rank) = queue.pop() {
      if state.timeOf[meeting] >= 0 { continue }
      let now = priority(meeting)
      if now < rank, steps < compiled.meetingCount { queue.push(meeting, now); continue }
      steps += 1
      if steps > limit || (steps & 255 == 0 && isCancelled()) { break }
      settle(meeting)
    }
    if state.unplaced > 0 { fill() }
    return state.unplaced == 0
  }

  /// Gives what still waits a place that is free. Meetings that cannot all be held evict one another, and those who
  /// stand around them, until the steps run out, while most of the week is empty.
  private mutating func fill() {
    let waiting = (0..<compiled.meetingCount).filter { state.timeOf[$0] < 0 }
    for (_, meeting) in waiting.map({ (priority($0), $0) }).sorted(by: <) {
      let options = compiled.times(of: meeting)
      let first = random.below(max(1, options.count))
      for step in 0..<options.count where settleFreely(meeting, Int(options[(first + step) % options.count])) { break }
    }
  }

  /// In nobody's way, and against no hard rule.
  private mutating func settleFreely(_ meeting: Int, _ time: Int) -> Bool {
    guard state.clash(meeting, time).isNone, let free = freeRooms(meeting, time) else { return false }
    let before = state.hardViolations
    guard state.place(meeting, time, free) else { return false }
    guard state.hardViolations <= before else {
      state.remove(meeting)
      return false
    }
    rooms.book(meeting)
    return true
  }

  /// Where a complete timetable breaks a few hard rules, such as a teacher's hours of a day: takes out the meetings on
  /// which it does and places them anew, now rather in others' places than against a rule.
  mutating func mend(limit: Int, isCancelled: () -> Bool) {
    guard state.unplaced == 0, state.hardViolations > 0, state.hardViolations * 100 <= compiled.meetingCount else {
      return
    }
    let before = state.snapshot()
    breach = 40
    for _ in 0..<Self.mendings where state.hardViolations > 0 {
      takeOutOffenders()
      if !run(limit: limit, isCancelled: isCancelled) { break }
    }
    breach = 5
    if Snapshot.isBetter(before, state.snapshot()) { state.load(before) }
  }

  private static let mendings = 8

  /// Leaves no meeting without which fewer hard rules would be broken.
  private mutating func takeOutOffenders() {
    for meeting in 0..<compiled.meetingCount
    where state.timeOf[meeting] >= 0 && Scoring.hardCount(state.delta(meeting, -1, -1)) < 0 {
      rooms.release(meeting)
      state.remove(meeting)
    }
  }

  /// Times that are open to the meeting; once it was evicted it comes early.
  private func priority(_ meeting: Int) -> Int {
    let options = compiled.times(of: meeting)
    var open = 0
    for time in options where state.clash(meeting, Int(time)).isNone { open += 1 }
    return min(63, open)
  }

  private mutating func settle(_ meeting: Int) {
    var best: (score: Int64, time: Int)?
    for option in compiled.times(of: meeting) {
      let time = Int(option)
      let clashes = Int64(state.clash(meeting, time).count)
      let room = cheapestRoom(meeting, time)
      var score = (clashes + (room < 0 ? 1 : 0)) * 10 + Int64(evictions[meeting * compiled.timeCount + time])
      if clashes == 0, room >= 0, !state.needsSeveralRooms(meeting) {
        score += breach * min(10, max(0, Scoring.hardCount(state.delta(meeting, time, room))))
      }
      score = score * 8 + Int64(random.below(8))
      if best.map({ score < $0.score }) ?? true { best = (score, time) }
    }
    guard let best else { return }
    clear(best.time, for: meeting)
    guard let rooms = roomsByForce(meeting, best.time) else { return }
    if state.place(meeting, best.time, rooms) { self.rooms.book(meeting) }
  }

  /// Evicts whoever clashes.
  private mutating func clear(_ time: Int, for meeting: Int) {
    for other in state.blockers(of: meeting, at: time) { evict(other, for: meeting, at: time) }
  }

  private mutating func evict(_ other: Int, for meeting: Int, at time: Int) {
    evictions[meeting * compiled.timeCount + time] &+= 3
    rooms.release(other)
    state.remove(other)
    queue.push(other, 0)
  }

  /// Free room with the least cost, −1 where none is free.
  private mutating func cheapestRoom(_ meeting: Int, _ time: Int) -> Int {
    let options = compiled.rooms(of: meeting)
    guard !options.isEmpty else { return -1 }
    let need = max(1, Int(compiled.roomsNeeded[meeting]))
    let row = Int(compiled.hot[meeting].roomRow)
    let first = Int(options[random.below(options.count)])
    let (costs, hasCosts) = (state.scoring.placement.room, state.scoring.placement.hasRoomCosts)
    var (best, least, free) = (-1, Int64.max, 0)
    rooms.forEach(for: meeting, at: time, from: first) { room in
      free += 1
      let cost = hasCosts ? costs[row, room] : 0
      if cost < least { (best, least) = (room, cost) }
      return free < need || free < 8 && least != 0
    }
    return free >= need ? best : -1
  }

  /// Rooms that nobody holds at `time`; nil where there are too few.
  private mutating func freeRooms(_ meeting: Int, _ time: Int) -> [Int32]? {
    let room = cheapestRoom(meeting, time)
    if room < 0 { return nil }
    if compiled.roomsNeeded[meeting] <= 1 { return [Int32(room)] }
    return compiled.pickRooms(
      meeting, from: optionsInTurn(meeting).filter { state.occupant(Int($0), time, for: meeting) == -1 })
  }

  private mutating func optionsInTurn(_ meeting: Int) -> [Int32] {
    let options = compiled.rooms(of: meeting)
    let start = random.below(max(1, options.count))
    return (0..<options.count).map { options[(start + $0) % options.count] }
  }

  /// The rooms to take at `time`; those that are held are cleared.
  private mutating func roomsByForce(_ meeting: Int, _ time: Int) -> [Int32]? {
    if let free = freeRooms(meeting, time) { return free }
    let open = optionsInTurn(meeting).compactMap { room in
      state.holders(of: Int(room), at: time, for: meeting).map { (room, holders: $0) }
    }
    let inOrder = open.filter(\.holders.isEmpty) + open.filter { !$0.holders.isEmpty }
    guard let chosen = compiled.pickRooms(meeting, from: inOrder.map(\.0)) else { return nil }
    for (room, holders) in open where chosen.contains(room) {
      for holder in holders where state.timeOf[holder] >= 0 { evict(holder, for: meeting, at: time) }
    }
    return chosen
  }
}

/// Numbers by small priorities, least first; the same number may be in it several times.
struct BucketQueue {
  private var buckets: [[Int]]
  private var lowest = 0

  init(buckets: Int) { self.buckets = Array(repeating: [], count: buckets) }

  mutating func push(_ number: Int, _ priority: Int) {
    buckets[priority].append(number)
    lowest = min(lowest, priority)
  }

  mutating func pop() -> (number: Int, priority: Int)? {
    while lowest < buckets.count {
      if let number = buckets[lowest].popLast() { return (number, lowest) }
      lowest += 1
    }
    lowest = 0
    return nil
  }
}
