/// The rules that look at all their classes together: most days, load, breaks and blocks of a day.
extension CourseState {
  /// What an excess over all weeks means.
  @inline(__always) func measure(group: Int, _ excess: Int) -> Tally {
    let number = groupRule(group)
    let rule = problem.rules[number]
    let inWeeks = rule.kind != .maxDays
    var tally = Tally()
    if rule.isRequired {
      tally.hard = inWeeks ? (excess &+ problem.weeks &- 1) / problem.weeks : excess
      tally.weighted = tally.hard &* Int(ruleWeight[number])
    } else {
      let cost = Int(rule.cost) &* excess
      tally.soft = (inWeeks ? cost / problem.weeks : cost) &* problem.weights.distribution
    }
    return tally
  }

  /// Groups stand first among the rules.
  @inline(__always) private func groupRule(_ group: Int) -> Int { group }

  /// The change of all these rules of a class that moves from its time to `meeting`.
  @inline(__always) func groupDelta(_ index: Int, _ meeting: Meeting) -> Tally {
    var tally = Tally()
    var position = Int(problem.timeSeats.begin[index])
    let end = Int(problem.timeSeats.begin[index &+ 1])
    while position < end {
      let rule = problem.rules[Int(problem.timeSeats[position].rule)]
      position &+= 1
      if rule.group < 0 { break }
      let group = Int(rule.group)
      let now = Int(excess[group])
      let then = now &+ excessChange(rule, index, placed[index], meeting, isApplied: false)
      if then != now { tally += measure(group: group, then) - measure(group: group, now) }
    }
    return tally
  }

  /// Writes what `groupDelta` foretells. Called while the class still stands at its old time.
  func applyGroups(_ index: Int, _ meeting: Meeting) {
    var position = Int(problem.timeSeats.begin[index])
    let end = Int(problem.timeSeats.begin[index &+ 1])
    while position < end {
      let rule = problem.rules[Int(problem.timeSeats[position].rule)]
      position &+= 1
      if rule.group < 0 { break }
      let change = excessChange(rule, index, placed[index], meeting, isApplied: true)
      excess[Int(rule.group)] &+= Int32(truncatingIfNeeded: change)
    }
  }

  /// Counts these rules afresh from where the classes stand.
  func loadGroups() {
    cells.fill(0)
    excess.fill(0)
    let nowhere = Meeting(weeks: 0, days: 0, start: 0, end: 0)
    for group in 0..<excess.count {
      let rule = problem.rules[groupRule(group)]
      if rule.kind == .maxDays || rule.kind == .maxDayLoad {
        for position in Int(rule.begin)..<Int(rule.end) {
          let index = Int(problem.members[position])
          excess[group] += Int32(excessChange(rule, index, nowhere, placed[index], isApplied: true))
        }
      } else {
        excess[group] = Int32(recountedBlocks(rule, group))
      }
    }
  }

  private func recountedBlocks(_ rule: Rule, _ group: Int) -> Int {
    let nowhere = Meeting(weeks: 0, days: 0, start: 0, end: 0)
    var sum = 0
    var cell = Int(problem.cellBegin[group])
    for position in problem.atoms.range(group) {
      let atom = problem.atoms[position]
      for day in 0..<problem.days {
        let value = blockExcess(rule, atom, day, -1, nowhere)
        cells[cell] = Int32(value)
        sum += value * Int(atom.count)
        cell += 1
      }
    }
    return sum
  }

  private func excessChange(_ rule: Rule, _ index: Int, _ old: Meeting, _ new: Meeting, isApplied: Bool) -> Int {
    switch rule.kind {
    case .maxDays: dayChange(rule, old, new, isApplied)
    case .maxDayLoad: loadChange(rule, old, new, isApplied)
    default: blockChange(rule, index, old, new, isApplied)
    }
  }

  private func dayChange(_ rule: Rule, _ old: Meeting, _ new: Meeting, _ isApplied: Bool) -> Int {
    let begin = Int(problem.cellBegin[Int(rule.group)])
    var used = 0
    var usedThen = 0
    for day in 0..<problem.days {
      let count = cells[begin &+ day]
      let then = count &- Int32(old.days >> UInt16(day) & 1) &+ Int32(new.days >> UInt16(day) & 1)
      if count > 0 { used &+= 1 }
      if then > 0 { usedThen &+= 1 }
      if isApplied { cells[begin &+ day] = then }
    }
    return max(0, usedThen &- Int(rule.limit)) &- max(0, used &- Int(rule.limit))
  }

  private func loadChange(_ rule: Rule, _ old: Meeting, _ new: Meeting, _ isApplied: Bool) -> Int {
    var change = 0
    forEachTouchedCell(rule, old, new) { cell, atom, day, wasThere, isThere in
      let load = cells[cell]
      let then =
        load &- (wasThere ? Int32(old.end &- old.start) : 0) &+ (isThere ? Int32(new.end &- new.start) : 0)
      change &+= Int(atom.count) &* Int(max(0, then &- rule.limit) &- max(0, load &- rule.limit))
      if isApplied { cells[cell] = then }
    }
    return change
  }

  private func blockChange(_ rule: Rule, _ index: Int, _ old: Meeting, _ new: Meeting, _ isApplied: Bool) -> Int {
    var change = 0
    forEachTouchedCell(rule, old, new) { cell, atom, day, _, _ in
      let then = blockExcess(rule, atom, day, index, new)
      change &+= Int(atom.count) &* (then &- Int(cells[cell]))
      if isApplied { cells[cell] = Int32(truncatingIfNeeded: then) }
    }
    return change
  }

  @inline(__always) private func forEachTouchedCell(
    _ rule: Rule, _ old: Meeting, _ new: Meeting, _ body: (Int, WeekAtom, Int, Bool, Bool) -> Void
  ) {
    var cell = Int(problem.cellBegin[Int(rule.group)])
    for position in problem.atoms.range(Int(rule.group)) {
      let atom = problem.atoms[position]
      let was: UInt16 = old.weeks >> UInt64(atom.week) & 1 == 1 ? old.days : 0
      let becomes: UInt16 = new.weeks >> UInt64(atom.week) & 1 == 1 ? new.days : 0
      var left = was | becomes
      while left != 0 {
        let day = left.trailingZeroBitCount
        left &= left &- 1
        body(cell &+ day, atom, day, was >> UInt16(day) & 1 == 1, becomes >> UInt16(day) & 1 == 1)
      }
      cell &+= problem.days
    }
  }

  /// Breaks or blocks too many on a day, with class `index` at `meeting` instead of where it stands.
  private func blockExcess(_ rule: Rule, _ atom: WeekAtom, _ day: Int, _ index: Int, _ meeting: Meeting) -> Int {
    var count = 0
    for position in Int(rule.begin)..<Int(rule.end) {
      let other = Int(problem.members[position])
      let its = other == index ? meeting : placed[other]
      guard its.weeks >> UInt64(atom.week) & 1 == 1, its.days >> UInt16(day) & 1 == 1 else { continue }
      var slot = count
      while slot > 0, starts[slot &- 1] > its.start {
        starts[slot] = starts[slot &- 1]
        ends[slot] = ends[slot &- 1]
        slot &-= 1
      }
      starts[slot] = its.start
      ends[slot] = its.end
      count &+= 1
    }
    return rule.kind == .maxBreaks ? breaks(rule, count) : blocks(rule, count)
  }

  private func breaks(_ rule: Rule, _ count: Int) -> Int {
    guard count > 0 else { return 0 }
    var breaks = 0
    var end = ends[0]
    for slot in 1..<max(1, count) {
      if Int32(starts[slot]) > Int32(end) &+ rule.gap { breaks &+= 1 }
      end = max(end, ends[slot])
    }
    return max(0, breaks &- Int(rule.limit))
  }

  private func blocks(_ rule: Rule, _ count: Int) -> Int {
    guard count > 0 else { return 0 }
    var tooLong = 0
    var start = starts[0]
    var end = ends[0]
    var size = 1
    for slot in 1..<max(1, count) {
      if Int32(starts[slot]) <= Int32(end) &+ rule.gap {
        end = max(end, ends[slot])
        size &+= 1
      } else {
        if size > 1, Int32(end &- start) > rule.limit { tooLong &+= 1 }
        start = starts[slot]
        end = ends[slot]
        size = 1
      }
    }
    if size > 1, Int32(end &- start) > rule.limit { tooLong &+= 1 }
    return tooLong
  }
}
