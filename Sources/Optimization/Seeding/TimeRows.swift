import Timetabling

/// Puts a model over meetings' times together, row by row.
struct TimeRows {
  /// A meeting as one person's rows count it: a literal for each of its times.
  struct Member {
    let meeting: Int
    let literals: [Int32]
  }

  let compiled: CompiledProblem
  /// Of each meeting; −1 for those that are left out.
  private(set) var firstLiteral: [Int]
  private(set) var begin: [Int32] = [0]
  private(set) var rules: [ChoiceModel.AtMost] = []

  init(_ compiled: CompiledProblem, _ meetings: [Int]) {
    self.compiled = compiled
    firstLiteral = [Int](repeating: -1, count: compiled.meetingCount)
    for meeting in meetings {
      firstLiteral[meeting] = Int(begin[begin.count - 1])
      begin.append(begin[begin.count - 1] + Int32(compiled.times(of: meeting).count))
    }
  }

  func member(_ meeting: Int) -> Member {
    guard firstLiteral[meeting] >= 0 else { return Member(meeting: meeting, literals: []) }
    return Member(
      meeting: meeting, literals: compiled.times(of: meeting).indices.map { Int32(firstLiteral[meeting] + $0) })
  }

  /// A choice of yes and no.
  mutating func truth() -> (choice: Int, yes: Int32, no: Int32) {
    let first = begin[begin.count - 1]
    begin.append(first + 2)
    return (begin.count - 2, first, first + 1)
  }

  /// The meeting for somebody who gives it if `condition` holds, and cannot at blocked times.
  mutating func member(_ meeting: Int, if condition: Int32, isBlocked: (TimeSpan, WeekSet) -> Bool) -> Member {
    let weeks = compiled.index.lessons[compiled.lesson(of: meeting)].weeks
    var literals: [Int32] = []
    var closed: [Int32] = [condition]
    for (offset, time) in compiled.times(of: meeting).enumerated() {
      let own = Int32(firstLiteral[meeting] + offset)
      if isBlocked(compiled.times.spans[Int(time)], weeks) { closed.append(own) }
      // Both together are "yes".
      let both = truth()
      add([own, condition, both.no], bound: 2)
      literals.append(both.yes)
    }
    add(closed, bound: 1)
    return Member(meeting: meeting, literals: literals)
  }

  mutating func add(_ literals: [Int32], bound: Int, weights: [Int32] = []) {
    let row = ChoiceModel.AtMost(literals: literals, bound: Int32(max(0, bound)), weights: weights)
    if row.count(where: { _ in true }) > bound { rules.append(row) }
  }

  /// At most `bound` of the members cover an atom, for each atom and week class.
  mutating func cover(_ members: [Member], bound: Int) {
    guard members.count > bound else { return }
    for week in 0..<compiled.weekCount {
      var covering = [[Int32]](repeating: [], count: compiled.atomCount)
      var holders = [Int](repeating: 0, count: compiled.atomCount)
      for member in members where compiled.holds(member.meeting, week: week) && !member.literals.isEmpty {
        var touched: Set<Int> = []
        for (literal, time) in zip(member.literals, compiled.times(of: member.meeting)) {
          for atom in compiled.times[Int(time)].atoms {
            covering[atom].append(literal)
            if touched.insert(atom).inserted { holders[atom] += 1 }
          }
        }
      }
      var previous: [Int32] = []
      for atom in 0..<compiled.atomCount where holders[atom] > bound && covering[atom] != previous {
        add(covering[atom], bound: bound)
        previous = covering[atom]
      }
    }
  }

  // MARK: Limits

  mutating func limitMinutes(of teacher: Teacher, _ members: [Member]) {
    let weighed = members.map { member in
      (member, compiled.problem.lessons[compiled.lesson(of: member.meeting)].duration)
    }
    if let limit = teacher.maxMinutesPerDay { limitDays(weighed, bound: limit) }
    guard let limit = teacher.maxMinutesPerWeek else { return }
    for week in 0..<compiled.weekCount { sum(weighed, in: week, bound: limit) { _ in true } }
  }

  mutating func limitDays(_ members: [(Member, Int)], bound: Int) {
    for week in 0..<compiled.weekCount {
      for day in 0..<compiled.dayCount {
        sum(members, in: week, bound: bound) { [compiled] in Int(compiled.times[$0].day) == day }
      }
    }
  }

  private mutating func sum(
    _ members: [(Member, Int)], in week: Int, bound: Int, where counts: (_ time: Int) -> Bool
  ) {
    var (literals, weights): ([Int32], [Int32]) = ([], [])
    for (member, amount) in members where compiled.holds(member.meeting, week: week) && amount > 0 {
      for (literal, time) in zip(member.literals, compiled.times(of: member.meeting)) where counts(Int(time)) {
        literals.append(literal)
        weights.append(Int32(clamping: amount))
      }
    }
    add(literals, bound: bound, weights: weights.allSatisfy { $0 == 1 } ? [] : weights)
  }

  // MARK: Pairs

  /// Hard rules between two meetings, time against time.
  mutating func excludePairs(_ pairs: PairCosts) {
    for one in 0..<compiled.meetingCount where firstLiteral[one] >= 0 {
      for position in pairs.byTime.range(one) {
        let pair = pairs.byTime[position]
        guard pair.isFirst, pair.weight >= Scoring.hard, firstLiteral[Int(pair.other)] >= 0 else { continue }
        exclude(one, Int(pair.other)) { [compiled] in
          pairs.tables[Int(pair.table) + $0 * compiled.timeCount + $1] != 0
        }
      }
    }
  }

  /// Times of `one` that exclude the same times of `other` share a row.
  private mutating func exclude(_ one: Int, _ other: Int, where excludes: (Int, Int) -> Bool) {
    let (left, right) = (member(one), member(other))
    var order: [[Int32]] = []
    var rows: [[Int32]: [Int32]] = [:]
    for (literal, time) in zip(left.literals, compiled.times(of: one)) {
      let excluded = zip(right.literals, compiled.times(of: other)).filter { excludes(Int(time), Int($0.1)) }.map(\.0)
      guard !excluded.isEmpty else { continue }
      if rows[excluded] == nil { order.append(excluded) }
      rows[excluded, default: []].append(literal)
    }
    for excluded in order { add((rows[excluded] ?? []) + excluded, bound: 1) }
  }
}
