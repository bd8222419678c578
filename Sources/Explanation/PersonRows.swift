import Timetabling

/// The rows of a hard constraint about the weeks of teachers or class groups.
///
/// For each period somebody could be busy in, a helper says with which meeting, or that there is none.
struct PersonRows {
  private let times: MeetingTimes
  private let constraint: Constraint
  private var index: ProblemIndex { times.index }

  init(_ rows: ConstraintRows) {
    times = rows.times
    constraint = rows.constraint
  }

  func add(to rows: inout RuleRows) {
    rows.needsOthers = canBeHelped
    for subject in index.subjects(of: constraint) {
      let isTeacher = constraint.kind.subject == .teachers
      // Who is in a pool may get more lessons than are known here, which could fill gaps and days.
      if isTeacher, needsAllMeetings, index.lessons.contains(where: { $0.pool.contains(subject) }) { continue }
      let lessons =
        isTeacher
        ? index.lessons.indices.filter { index.lessons[$0].teachers.contains(subject) } : index.groupLessons[subject]
      let blocked = isTeacher ? index.teacherBlocked[subject] : index.groupBlocked[subject]
      var seen: Set<[Int]> = []
      for week in times.weeks {
        let held = times.meetings(of: lessons).filter { times.weekSet($0).meets(week) }
        if !held.isEmpty, seen.insert(held).inserted { addWeek(held, blocked, to: &rows) }
      }
    }
  }

  /// Whether further meetings can keep the rule where some alone cannot.
  private var canBeHelped: Bool {
    switch constraint.kind {
    case .groupMaxGapsPerWeek, .groupMaxGapsPerDay, .groupMinPeriodsPerDay, .groupMaxLateStarts, .groupIsolatedPeriods:
      true
    default: needsAllMeetings
    }
  }

  private var needsAllMeetings: Bool {
    switch constraint.kind {
    case .teacherMaxGapsPerWeek, .teacherMaxGapsPerDay, .teacherMinPeriodsPerDay: true
    default: false
    }
  }

  /// One period of one day: the literals of "busy", and the one of "idle"; both empty where nothing can be held.
  private struct Cell {
    var busy: [Int32] = []
    var idle: Int32?
  }

  private func addWeek(_ meetings: [Int], _ blocked: [UInt64], to rows: inout RuleRows) {
    let days = index.scale.days.indices.map { cells(of: $0, meetings, &rows) }
    let max = constraint.parameter("max")
    switch constraint.kind {
    case .teacherMaxDaysPerWeek, .groupMaxDaysPerWeek:
      rows.atMost(max, days.map { used($0, &rows).yes })
    case .teacherMaxPeriodsPerDay, .groupMaxPeriodsPerDay:
      for day in days { rows.atMost(max, day.flatMap(\.busy)) }
    case .teacherMinPeriodsPerDay, .groupMinPeriodsPerDay:
      let isEveryDay = constraint.parameter("everyDay") == 1
      for (day, periods) in zip(days, index.scale.days) where !periods.isEmpty {
        minPeriods(day, constraint.parameter("min"), where: isEveryDay ? days.flatMap { $0 } : day, &rows)
      }
    case .teacherMaxPeriodsInRow, .groupMaxPeriodsInRow:
      for (day, joined) in zip(days, index.scale.joined) { maxInRow(day, joined, max, &rows) }
    case .teacherMaxSpanPerDay, .groupMaxSpanPerDay:
      for day in days {
        for (first, cell) in day.enumerated() {
          for last in day.indices where last - first + 1 > max { rows.atMost(1, cell.busy + day[last].busy) }
        }
      }
    case .teacherMaxGapsPerWeek, .groupMaxGapsPerWeek:
      rows.atMost(max, zip(days, blocked).flatMap { gaps($0.0, blocked: $0.1, &rows) })
    case .teacherMaxGapsPerDay, .groupMaxGapsPerDay:
      for (day, blocked) in zip(days, blocked) { rows.atMost(max, gaps(day, blocked: blocked, &rows)) }
    case .teacherMaxPeriodsPerDayInTimes, .groupMaxPeriodsPerDayInTimes:
      for day in within(days) { rows.atMost(max, day.flatMap(\.busy)) }
    case .teacherMaxDaysPerWeekInTimes, .groupMaxDaysPerWeekInTimes:
      rows.atMost(max, within(days).map { used($0, &rows).yes })
    case .groupMaxLateStarts:
      rows.atMost(max, zip(days, blocked).compactMap { late($0.0, blocked: $0.1, &rows) })
    case .groupIsolatedPeriods:
      for day in days { noneIsolated(day, &rows) }
    default: break
    }
  }

  /// Of each day the cells that the constraint's times touch.
  private func within(_ days: [[Cell]]) -> [[Cell]] {
    zip(days, index.scale.masks(of: constraint.times)).map { day, mask in
      day.indices.filter { mask >> UInt64($0) & 1 == 1 }.map { day[$0] }
    }
  }

  private func cells(of day: Int, _ meetings: [Int], _ rows: inout RuleRows) -> [Cell] {
    index.scale.days[day].indices.map { ordinal in
      func covers(_ span: TimeSpan) -> Bool {
        span.day == day && index.scale.mask(of: span) >> UInt64(ordinal) & 1 == 1
      }
      let able = meetings.filter { times.spans($0).contains(where: covers) }
      guard !able.isEmpty else { return Cell() }
      let holder = rows.choice(able.count + 1)
      for (meeting, literal) in zip(able, holder) {
        let covering = times.literals(meeting, where: covers)
        rows.atMost(1, covering + [holder[able.count]])
        rows.atMost(1, [literal] + times.literals(meeting) { !covers($0) } + [times.meetings[meeting].leftOut])
      }
      return Cell(busy: Array(holder.dropLast()), idle: holder[able.count])
    }
  }

  /// Whether one of the cells has a lesson: `no` cannot hold then.
  private func used(_ cells: [Cell], _ rows: inout RuleRows) -> (yes: Int32, no: Int32) {
    let truth = rows.truth()
    for cell in cells { rows.atMost(1, cell.busy + [truth.no]) }
    return truth
  }

  /// At least so many busy periods on a day, if there is a lesson in one of the cells `judged`.
  private func minPeriods(_ day: [Cell], _ min: Int, where judged: [Cell], _ rows: inout RuleRows) {
    guard judged.contains(where: { !$0.busy.isEmpty }) else { return }
    let idle = day.compactMap(\.idle)
    let needed = (0..<min).map { _ in used(judged, &rows).yes }
    rows.atMost(idle.count, idle + needed)
  }

  private func maxInRow(_ day: [Cell], _ joined: UInt64, _ max: Int, _ rows: inout RuleRows) {
    for first in day.indices where first + max < day.count {
      let isRun = (first..<(first + max)).allSatisfy { joined >> UInt64($0) & 1 == 1 }
      if isRun { rows.atMost(max, day[first...(first + max)].flatMap(\.busy)) }
    }
  }

  /// A literal for each period that must hold where the period is a gap.
  private func gaps(_ day: [Cell], blocked: UInt64, _ rows: inout RuleRows) -> [Int32] {
    let before = reach(day, &rows)
    let after = Array(reach(day.reversed(), &rows).reversed())
    return day.indices.compactMap { ordinal in
      guard blocked >> UInt64(ordinal) & 1 == 0, let earlier = before[ordinal], let later = after[ordinal] else {
        return nil
      }
      let gap = rows.truth()
      let evidence = [earlier, later] + (day[ordinal].idle.map { [$0] } ?? [])
      rows.atMost(evidence.count, evidence + [gap.no])
      return gap.yes
    }
  }

  /// For each period a literal that must hold where an earlier period of the list is busy; nil where none can be.
  private func reach(_ day: [Cell], _ rows: inout RuleRows) -> [Int32?] {
    var literals: [Int32?] = []
    var previous: Int32?
    for ordinal in day.indices {
      guard ordinal > 0, previous != nil || !day[ordinal - 1].busy.isEmpty else {
        literals.append(nil)
        continue
      }
      let truth = rows.truth()
      rows.atMost(1, day[ordinal - 1].busy + [truth.no])
      if let previous { rows.atMost(1, [previous, truth.no]) }
      previous = truth.yes
      literals.append(truth.yes)
    }
    return literals
  }

  private func late(_ day: [Cell], blocked: UInt64, _ rows: inout RuleRows) -> Int32? {
    let first = (~blocked).trailingZeroBitCount
    guard day.indices.contains(first) else { return nil }
    let late = rows.truth()
    let evidence = [used(day, &rows).yes] + (day[first].idle.map { [$0] } ?? [])
    rows.atMost(evidence.count, evidence + [late.no])
    return late.yes
  }

  private func noneIsolated(_ day: [Cell], _ rows: inout RuleRows) {
    for (ordinal, cell) in day.enumerated() {
      let neighbors = [ordinal - 1, ordinal + 1].filter(day.indices.contains).compactMap { day[$0].idle }
      // Of idle neighbors and the busy period between them, not all.
      rows.atMost(neighbors.count, cell.busy + neighbors)
    }
  }
}
