/// Whether everybody's lessons fit into everybody's time.
extension PigeonholeCount {
  func teachers() -> [Precheck.Finding] {
    var lessons = [[Int]](repeating: [], count: problem.teachers.count)
    for (lesson, facts) in index.lessons.enumerated() {
      for teacher in Set(facts.teachers) { lessons[teacher].append(lesson) }
    }
    let limits = HardDayLimits(index, days: .teacherMaxDaysPerWeek, periods: .teacherMaxPeriodsPerDay)
    return problem.teachers.indices.flatMap { teacher -> [Precheck.Finding] in
      if isLate { return [] }
      let value = problem.teachers[teacher]
      let repairs = [
        "Give some of the lessons of \(value.name) to somebody else.", "Free \(value.name) at more times.",
      ]
      let maximum = weeklyMaximum(teacher, lessons[teacher])
      let periods = tooFewPeriods(
        lessons[teacher], code: "teacher.too-few-periods", subject: value.id.rawValue, who: value.name, verb: "teaches",
        limit: limits.of(teacher, within: dailyPeriodLimit(teacher, lessons[teacher])), repairs: repairs)
      let crowded =
        periods == nil
        ? crowdedTimes(
          lessons[teacher], code: "teacher.crowded-times", subject: value.id.rawValue, who: value.name,
          verb: "teaches", repairs: repairs) : nil
      return [maximum, periods, crowded].compactMap { $0 }
    }
  }

  private func weeklyMaximum(_ teacher: Int, _ lessons: [Int]) -> Precheck.Finding? {
    let value = problem.teachers[teacher]
    let days = index.scale.days.count { !$0.isEmpty }
    let limits = [value.maxMinutesPerWeek, value.maxMinutesPerDay.map { $0 * days }].compactMap { $0 }
    guard let limit = limits.min() else { return nil }
    let worst =
      weeks(of: lessons).map { week in
        week.lessons.reduce(0) { $0 + problem.lessons[$1].duration * problem.lessons[$1].meetingsPerWeek }
      }.max() ?? 0
    guard worst > limit else { return nil }
    return Precheck.Finding(
      code: "teacher.weekly-maximum", subject: value.id.rawValue, needed: wording.amount(worst),
      available: wording.amount(limit),
      message: "\(value.name) is given \(wording.duration(worst)) a week, but may teach at most "
        + "\(wording.duration(limit)).",
      repairs: [
        "Give \(wording.duration(worst - limit)) a week to somebody else.",
        "Raise the maximum of \(value.name) to \(wording.duration(worst)).",
      ])
  }

  /// The most lessons of the teacher's shortest kind that a day's minutes allow, in periods; nil for no limit.
  private func dailyPeriodLimit(_ teacher: Int, _ lessons: [Int]) -> Int? {
    guard let minutes = problem.teachers[teacher].maxMinutesPerDay,
      let shortest = lessons.map({ problem.lessons[$0].duration }).min(), shortest > 0
    else { return nil }
    let widest = lessons.flatMap { open[$0] }.map { index.scale.mask(of: $0).nonzeroBitCount }.max() ?? 1
    return minutes / shortest * widest
  }

  func groups() -> [Precheck.Finding] {
    let limits = HardDayLimits(index, days: .groupMaxDaysPerWeek, periods: .groupMaxPeriodsPerDay)
    return index.leafGroups.compactMap { group in
      if isLate { return nil }
      let value = problem.groups[group]
      let repairs = [
        "Move a lesson of \(value.name) to other weeks, or let it meet less often.", "Add periods to the week.",
        "Shorten the blocked times of \(value.name) and its teachers.",
      ]
      return tooFewPeriods(
        index.groupLessons[group], code: "group.too-few-periods", subject: value.id.rawValue,
        who: "class group \(value.name)", verb: "attends", limit: limits.of(group), repairs: repairs)
        ?? crowdedTimes(
          index.groupLessons[group], code: "group.crowded-times", subject: value.id.rawValue,
          who: "class group \(value.name)", verb: "attends", repairs: repairs)
    }
  }

  /// Only of students with lessons of their own: the others are counted with their groups.
  func students() -> [Precheck.Finding] {
    let listed = Set(problem.lessons.flatMap(\.students))
    return problem.students.indices.filter { listed.contains(problem.students[$0].id) }.compactMap { student in
      if isLate { return nil }
      let value = problem.students[student]
      let hard = index.studentLessons[student].filter { !index.lessons[$0].studentClashIsSoft }
      return tooFewPeriods(
        hard, code: "student.too-few-periods", subject: value.id.rawValue, who: "student \(value.name)",
        verb: "attends",
        repairs: [
          "Take \(value.name) out of a lesson.",
          "Select the electives with a weighted constraint of kind student.clash.",
        ])
    }
  }

  /// Periods that lessons of one person cover against those in which any of them can be held, in the worst week.
  private func tooFewPeriods(
    _ lessons: [Int], code: String, subject: String, who: String, verb: String,
    limit: DayLimit = DayLimit(), repairs: [String]
  ) -> Precheck.Finding? {
    guard countsByPeriods else { return nil }
    return weeks(of: lessons).compactMap { week in
      let needed = fewestPeriods(week.lessons)
      let available = usablePeriods(week.lessons).map { min($0, limit.periods ?? $0) }
        .sorted(by: >).prefix(limit.days ?? .max).reduce(0, +)
      guard needed > available else { return nil }
      let meetings = week.lessons.reduce(0) { $0 + problem.lessons[$1].meetingsPerWeek }
      return Precheck.Finding(
        code: code, subject: subject, needed: needed, available: available,
        message: "\(who.sentence) \(verb) \(Wording.count(meetings, "meeting")) in week \(week.week + 1), which take "
          + "\(Wording.count(needed, "period")); only \(available) a week are open to them.",
        repairs: repairs)
    }.max { $0.needed - $0.available < $1.needed - $1.available }
  }
}

/// How many days a week, and periods a day, somebody may be busy; nil for no limit.
struct DayLimit {
  var days: Int?
  var periods: Int?
}

/// Day limits that hard constraints set for people.
private struct HardDayLimits {
  private var limits: [Int: DayLimit] = [:]

  init(_ index: ProblemIndex, days: ConstraintKind, periods: ConstraintKind) {
    for constraint in index.problem.constraints where constraint.enforcement == .hard {
      guard constraint.kind == days || constraint.kind == periods else { continue }
      let max = constraint.parameter("max")
      for subject in index.subjects(of: constraint) {
        var limit = limits[subject] ?? DayLimit()
        if constraint.kind == days {
          limit.days = min(limit.days ?? max, max)
        } else {
          limit.periods = min(limit.periods ?? max, max)
        }
        limits[subject] = limit
      }
    }
  }

  func of(_ subject: Int, within periods: Int? = nil) -> DayLimit {
    var limit = limits[subject] ?? DayLimit()
    limit.periods = [limit.periods, periods].compactMap { $0 }.min()
    return limit
  }
}
