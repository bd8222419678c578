/// Takes a timetable's measures apart. What it books of each is exactly what `PlainEvaluator` counts.
public struct ScoreAccount: Sendable {
  let index: ProblemIndex
  let evaluator: PlainEvaluator
  private let base: Timetable?

  public init(_ index: ProblemIndex, base: Timetable? = nil) {
    self.index = index
    self.base = base
    evaluator = PlainEvaluator(index)
  }

  public func breakdown(of timetable: Timetable) -> ScoreBreakdown {
    let placed = PlacedMeetings(timetable, index)
    let bounds = CriterionBounds(index, base: base)
    let criteria = Criterion.allCases.map { criterion in
      let ledger = ledger(of: criterion, placed)
      let (best, worst) = bounds.bounds(of: criterion)
      return ledger.item(
        criterion.termID, best: min(best, ledger.units), worst: max(worst, ledger.units), in: index.problem)
    }
    let constraints = index.problem.constraints.filter { $0.enforcement != .hard }.map { constraint in
      let ledger = ledger(of: constraint, placed)
      return ledger.item(
        "constraint." + constraint.kind.rawValue, constraint: constraint.id.rawValue, best: 0, worst: ledger.units,
        in: index.problem)
    }
    return ScoreBreakdown(items: criteria + constraints, constants: InputConstants(index))
  }

  typealias Meeting = PlacedMeetings.Meeting
  typealias Holder = ScoreLedger.Holder

  func teacher(_ position: Int) -> Holder { Holder(kind: .teacher, id: index.problem.teachers[position].id.rawValue) }
  func group(_ position: Int) -> Holder { Holder(kind: .group, id: index.problem.groups[position].id.rawValue) }
  func student(_ position: Int) -> Holder { Holder(kind: .student, id: index.problem.students[position].id.rawValue) }
  func room(_ position: Int) -> Holder { Holder(kind: .room, id: index.problem.rooms[position].id.rawValue) }

  /// The class groups that a lesson names; for a lesson without any its teachers.
  func people(of lesson: Int) -> [Holder] {
    let facts = index.lessons[lesson]
    return facts.groups.isEmpty ? Set(facts.teachers).sorted().map(teacher) : facts.groups.map(group)
  }

  // MARK: Criteria

  private func ledger(of criterion: Criterion, _ placed: PlacedMeetings) -> ScoreLedger {
    var ledger = ScoreLedger()
    switch criterion {
    case .facultyPreference:
      for meeting in placed.all {
        for person in meeting.teachers {
          let missed = index.missedWish(
            of: person, lesson: meeting.lesson, at: meeting.span, weeks: meeting.weeks)
          ledger.book(missed, lessons: [meeting.lesson], on: [teacher(person)])
        }
      }
    case .compactness: for group in index.leafGroups { bookGaps(of: group, placed, &ledger) }
    case .roomUtilization:
      for meeting in placed.all {
        ledger.book(evaluator.emptyPercent(meeting), lessons: [meeting.lesson], on: meeting.rooms.map(room))
      }
    case .workloadBalance:
      for (person, meetings) in placed.ofTeacher.enumerated() {
        for (_, day) in Dictionary(grouping: meetings, by: \.span.day).sorted(by: { $0.key < $1.key }) {
          ledger.book(evaluator.squaredLoads(day), lessons: day.map(\.lesson), on: [teacher(person)])
        }
      }
    case .peakSpreading: bookPeaks(placed, &ledger)
    case .continuity, .travel: bookPairs(criterion, placed, &ledger)
    case .spreadOverDays:
      for (lesson, meetings) in placed.ofLesson.enumerated() {
        let pairs = meetings.pairs().count { $0.span.day == $1.span.day }
        ledger.book(pairs, lessons: [lesson], on: people(of: lesson))
      }
    case .roomStability:
      for lesson in placed.ofLesson.indices {
        ledger.book(evaluator.surplusRooms(lesson, placed), lessons: [lesson], on: people(of: lesson))
      }
    case .roomWishes:
      for meeting in placed.all where evaluator.missesRoomWish(meeting) {
        ledger.book(1, lessons: [meeting.lesson], on: people(of: meeting.lesson))
      }
    case .studentConflicts:
      bookStudents(placed, &ledger) { index.lessons[$0].studentClashIsSoft || index.lessons[$1].studentClashIsSoft }
    case .disruption:
      guard let base else { break }
      for before in PlacedMeetings(base, index).all {
        ledger.book(
          evaluator.disruption(of: placed, since: before), lessons: [before.lesson], on: people(of: before.lesson))
      }
    }
    return ledger
  }

  /// Each gap falls on the lessons before and after it.
  private func bookGaps(of group: Int, _ placed: PlacedMeetings, _ ledger: inout ScoreLedger) {
    let meetings = placed.ofGroup(group)
    for (day, mask) in placed.busyPeriods(meetings).enumerated() where mask != 0 {
      let blocked = index.groupBlocked[group][day]
      let last = 63 - mask.leadingZeroBitCount
      for ordinal in mask.trailingZeroBitCount...last
      where (mask | blocked) >> UInt64(ordinal) & 1 == 0 {
        let before = 63 - (mask & (1 << UInt64(ordinal) - 1)).leadingZeroBitCount
        let after = (mask >> UInt64(ordinal)).trailingZeroBitCount + ordinal
        let edges: UInt64 = 1 << UInt64(before) | 1 << UInt64(after)
        let beside = meetings.filter { $0.span.day == day && $0.mask & edges != 0 }.map(\.lesson)
        ledger.book(1, lessons: beside, on: [self.group(group)])
      }
    }
  }

  private func bookPeaks(_ placed: PlacedMeetings, _ ledger: inout ScoreLedger) {
    let wording = Wording(problem: index.problem)
    for (day, meetings) in Dictionary(grouping: placed.all, by: \.span.day).sorted(by: { $0.key < $1.key }) {
      for ordinal in 0..<64 {
        let covering = meetings.filter { $0.mask >> UInt64(ordinal) & 1 == 1 }
        guard !covering.isEmpty else { continue }
        let period = index.scale.days[day][ordinal]
        let time = wording.time(TimeSpan(day: day, start: period.start, end: period.end))
        ledger.book(
          covering.count * covering.count, lessons: covering.map(\.lesson), on: [Holder(kind: .time, id: time)])
      }
    }
  }

  private func bookPairs(_ criterion: Criterion, _ placed: PlacedMeetings, _ ledger: inout ScoreLedger) {
    func book(_ meetings: [Meeting], on holder: Holder, where counts: (Meeting, Meeting) -> Bool) {
      for (one, other) in evaluator.backToBack(meetings) where counts(one, other) {
        ledger.book(1, lessons: [one.lesson, other.lesson], on: [holder])
      }
    }
    if criterion == .continuity {
      for leaf in index.leafGroups { book(placed.ofGroup(leaf), on: group(leaf), where: evaluator.areInOtherRooms) }
    } else {
      for leaf in index.leafGroups { book(placed.ofGroup(leaf), on: group(leaf), where: evaluator.areInOtherZones) }
      for (person, meetings) in placed.ofTeacher.enumerated() {
        book(meetings, on: teacher(person), where: evaluator.areInOtherZones)
      }
    }
  }

  func bookStudents(_ placed: PlacedMeetings, _ ledger: inout ScoreLedger, where counts: (Int, Int) -> Bool) {
    for (person, lessons) in index.studentLessons.enumerated() {
      for (one, other) in lessons.pairs() where counts(one, other) {
        let clashes = placed.ofLesson[one].reduce(0) { sum, meeting in
          sum + placed.ofLesson[other].count { meeting.overlaps($0) }
        }
        ledger.book(clashes, lessons: [one, other], on: [student(person)])
      }
    }
  }
}
