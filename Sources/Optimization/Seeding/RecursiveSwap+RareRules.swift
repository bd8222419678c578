/// Hard rules of rare kinds: groups, ends of days, meetings at once, loads of teachers, lessons in one room.
///
/// What only complete timetables can tell (people whose lessons alternate: gaps, late starts, minima; spread of a
/// lesson over days; isolated periods) is left to the search that follows.
struct RareRules {
  /// Hard kernels of each meeting that adding a meeting can only make worse, and their members.
  let kernels: [[Int]]
  let members: [[Int]]
  /// Meetings that count towards each load.
  let loads: [[Int]]
  let isEmpty: Bool

  init(_ scoring: Scoring) {
    let compiled = scoring.compiled
    let all = scoring.kernels
    members = ConflictGraph.invert(
      (0..<compiled.meetingCount).map { all.ofMeeting.row($0).map { Int($0) } }, count: all.all.count)
    kernels = (0..<compiled.meetingCount).map { meeting in
      all.ofMeeting.row(meeting).map { Int($0) }.filter { Self.isMonotone(all.all[$0]) }
    }
    let lessons = ConflictGraph.invert(
      (0..<compiled.lessonCount).map { scoring.limits.ofLesson.row($0).map { Int($0) } },
      count: scoring.limits.loads.count)
    loads = lessons.map { $0.flatMap { Array(compiled.meetings(of: $0)) } }
    isEmpty = kernels.allSatisfy(\.isEmpty) && !scoring.limits.hasTeachers
  }

  private static func isMonotone(_ kernel: Kernels.Kernel) -> Bool {
    switch kernel.kind {
    case .personDay:
      kernel.dayRule.weight >= Scoring.hard && [.periods, .row, .span].contains(kernel.dayRule.kind)
    case .personWeek: kernel.weekRule.weight >= Scoring.hard && kernel.weekRule.kind == .days
    case .grouped, .endDay, .simultaneous: kernel.weight >= Scoring.hard
    }
  }
}

extension RecursiveSwap {
  /// Adds who breaks a rare rule with the meeting at `time`; false where somebody cannot go.
  mutating func keepRareRules(_ meeting: Int, _ time: Int, _ level: Int, _ begin: Int) -> Bool {
    for kernel in rare.kernels[meeting] {
      while let culprit = kernelCulprit(kernel, meeting, time, level, begin) {
        if culprit < 0 || !add(culprit, level, begin) { return false }
      }
    }
    for position in state.scoring.limits.ofLesson.range(compiled.lesson(of: meeting)) {
      let load = Int(state.scoring.limits.ofLesson[position])
      while let culprit = loadCulprit(load, meeting, time, level, begin) {
        if culprit < 0 || !add(culprit, level, begin) { return false }
      }
    }
    return true
  }

  /// The member of the kernel whose leaving helps most; −1 where nobody's does, nil where the rule is kept.
  private mutating func kernelCulprit(_ kernel: Int, _ meeting: Int, _ time: Int, _ level: Int, _ begin: Int) -> Int? {
    let gone = levels[level].culprits[begin...].map { (Int($0), state.timeOf[Int($0)]) }
    for (culprit, _) in gone { state.timeOf[culprit] = -1 }
    state.timeOf[meeting] = Int32(time)
    defer {
      state.timeOf[meeting] = -1
      for (culprit, old) in gone { state.timeOf[culprit] = old }
    }
    func cost() -> Int64 { state.kernelCost(kernel) }
    let now = cost()
    if now < Scoring.hard { return nil }
    var best: (cost: Int64, member: Int) = (now, -1)
    for member in random.shuffled(rare.members[kernel]) where member != meeting && state.timeOf[member] >= 0 {
      if isLocked[member] || isFixed[member] { continue }
      let old = state.timeOf[member]
      state.timeOf[member] = -1
      let after = cost()
      state.timeOf[member] = old
      if after < best.cost { best = (after, member) }
    }
    return best.member
  }

  /// Somebody who counts towards a load that would be too high; −1 where nobody can go, nil where the limit is kept.
  private mutating func loadCulprit(_ number: Int, _ meeting: Int, _ time: Int, _ level: Int, _ begin: Int) -> Int? {
    let limits = state.scoring.limits
    let load = limits.loads[number]
    let day = compiled.times[time].day
    let weeks = compiled.weekClasses.ofLesson
    func counts(_ other: Int, in week: Int32) -> Bool {
      let at = state.timeOf[other]
      guard at >= 0, !load.isDaily || compiled.times[Int(at)].day == day else { return false }
      return weeks.row(compiled.lesson(of: other)).contains(week)
    }
    for position in weeks.range(compiled.lesson(of: meeting)) {
      let week = weeks[position]
      let holders = rare.loads[number].filter { counts($0, in: week) && !isCulprit($0, level, begin) }
      let minutes = holders.reduce(limits.minutes[compiled.lesson(of: meeting)]) {
        $0 + limits.minutes[compiled.lesson(of: $1)]
      }
      if minutes <= load.limit { continue }
      let free = holders.filter { !isLocked[$0] && !isFixed[$0] }
      return free.isEmpty ? -1 : free[random.below(free.count)]
    }
    return nil
  }

  /// Whether the room has no booking left on that day in one of the meeting's weeks.
  func isBookedUp(_ room: Int, _ meeting: Int, _ time: Int) -> Bool {
    let limits = state.scoring.limits
    let number = Int(limits.ofRoom[room])
    if number < 0 { return false }
    let load = limits.loads[number]
    return compiled.weekClasses.ofLesson.row(compiled.lesson(of: meeting)).contains { week in
      let row = Int(load.begin) + Int(week) * compiled.dayCount
      return state.loads[row + Int(compiled.times[time].day)] >= load.limit
    }
  }

  /// Meetings that must share a room with this one and are elsewhere than in `room`.
  func strangers(to room: Int, _ meeting: Int, _ level: Int, _ begin: Int) -> [Int] {
    let pairs = state.scoring.pairs.byRoom
    return pairs.range(meeting).map { pairs[$0] }.filter { $0.weight >= Scoring.hard }.map { Int($0.other) }.filter {
      state.timeOf[$0] >= 0 && !state.rooms(of: $0).contains(Int32(room)) && !isCulprit($0, level, begin)
    }
  }
}
