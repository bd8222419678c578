/// The catalogue: every kind of constraint that can be added to a problem. Ids never change.
///
/// The plain evaluator, the engine and the verifier count *violations* alike, by these words:
/// - *Meetings* are the regular and draft entries of a timetable; makeup entries count nowhere here.
/// - *Periods* are those of the problem's `PeriodScale`. A meeting covers each period that it overlaps. One meeting
///   *follows* another when, on the same day, its first period comes right after the other's last, a break
///   between them or not. Two periods are *joined* when neither a break nor a long pause lies between them.
/// - A person's *idle* periods leave out those that the person's own blocked time touches in every week of the term;
///   for a group the blocked time of the groups that contain it is its own, too.
/// - A *set* is all lessons that the selector picks; *pairs* are unordered, and may be of two meetings of one lesson.
///   The *first meeting* of a lesson is the one with index 0. What is not placed is in no pair.
/// - Kinds about people are counted for each selected person in each week of the term, and the worst week counts.
///   Of the kinds about lessons only not-overlapping, min-gap, end-day, max-simultaneous and student.clash look at
///   weeks: there two meetings meet only if they share a week.
/// - A *group* kind speaks of the leaf groups within the selected groups, each once. A group attends its own lessons
///   and those of every group that contains it.
public enum ConstraintKind: String, Hashable, Sendable, Codable, CaseIterable {
  // Teachers and class groups: the selector narrows by teachers, groups or departments.

  /// Idle periods between a teacher's first and last lesson of a day, summed over the week, above `max`.
  case teacherMaxGapsPerWeek = "teacher.max-gaps-per-week"
  /// The same for each day: the sum over days of idle periods above `max`.
  case teacherMaxGapsPerDay = "teacher.max-gaps-per-day"
  /// Days with a lesson above `max`.
  case teacherMaxDaysPerWeek = "teacher.max-days-per-week"
  /// Sum over days of periods covered above `max`; a period counts once.
  case teacherMaxPeriodsPerDay = "teacher.max-periods-per-day"
  /// Sum over days with a lesson of periods missing to `min`. With `everyDay` = 1, of all days that have periods, in each
  /// week in which there is a lesson at all.
  case teacherMinPeriodsPerDay = "teacher.min-periods-per-day"
  /// Sum over runs of busy, joined periods of the periods above `max`.
  case teacherMaxPeriodsInRow = "teacher.max-periods-in-row"
  /// Sum over days of periods from first to last (both included) above `max`.
  case teacherMaxSpanPerDay = "teacher.max-span-per-day"
  /// Of the periods that one of `times` touches: sum over days of those covered above `max`; a period counts once.
  case teacherMaxPeriodsPerDayInTimes = "teacher.max-periods-per-day-in-times"
  /// Days with a lesson in a period that one of `times` touches, above `max`.
  case teacherMaxDaysPerWeekInTimes = "teacher.max-days-per-week-in-times"

  case groupMaxGapsPerWeek = "group.max-gaps-per-week"
  case groupMaxGapsPerDay = "group.max-gaps-per-day"
  case groupMaxDaysPerWeek = "group.max-days-per-week"
  case groupMaxPeriodsPerDay = "group.max-periods-per-day"
  case groupMinPeriodsPerDay = "group.min-periods-per-day"
  case groupMaxPeriodsInRow = "group.max-periods-in-row"
  case groupMaxSpanPerDay = "group.max-span-per-day"
  case groupMaxPeriodsPerDayInTimes = "group.max-periods-per-day-in-times"
  case groupMaxDaysPerWeekInTimes = "group.max-days-per-week-in-times"
  /// Days with a lesson, but none in the day's first period that is not blocked as for idle periods, above `max`.
  case groupMaxLateStarts = "group.max-late-starts"
  /// Busy periods whose neighbors, the period before and the one after on the same day, are both idle, as ITC-2007's
  /// curriculum compactness counts them. Speaks of the selected groups themselves, not of their parts.
  case groupIsolatedPeriods = "group.isolated-periods"

  // Lessons: the selector picks a set of lessons.

  /// Each pair of the set's meetings less than `days` days apart counts its missing days. With
  /// `consecutive` = 1 a pair on one day of which one follows the other counts nothing.
  case lessonsMinDaysBetween = "lessons.min-days-between"
  /// Each pair of the set's meetings more than `days` days apart counts its days beyond.
  case lessonsMaxDaysBetween = "lessons.max-days-between"
  /// Meetings of the set that do not lie within one of `times` count 1 each.
  case lessonsAllowedTimes = "lessons.allowed-times"
  /// Meetings of the set that do not start at the day and start of one of `times` count 1 each.
  case lessonsAllowedStarts = "lessons.allowed-starts"
  /// Meetings of the set that have rooms, none of them in `rooms`, count 1 each.
  case lessonsAllowedRooms = "lessons.allowed-rooms"
  /// Pairs of the set's lessons (first meetings) with another day or start.
  case lessonsSameStart = "lessons.same-start"
  /// Pairs of first meetings with another start of the day.
  case lessonsSameStartOfDay = "lessons.same-start-of-day"
  /// Pairs of first meetings on different days.
  case lessonsSameDay = "lessons.same-day"
  /// Pairs of the set's meetings that share a day.
  case lessonsDifferentDays = "lessons.different-days"
  /// Pairs of the set's meetings that overlap in time.
  case lessonsNotOverlapping = "lessons.not-overlapping"
  /// Pairs of the set's meetings that share a day with fewer than `periods` whole periods between them.
  case lessonsMinGap = "lessons.min-gap"
  /// For lessons in the selector's order: 1 for each next lesson (first meetings) that does not follow the previous.
  case lessonsConsecutive = "lessons.consecutive"
  /// Two or three lessons: 1 unless their first meetings, in order of time, follow one another. Counts nothing
  /// while one of them is not placed.
  case lessonsGrouped = "lessons.grouped"
  /// For lessons in the selector's order: 1 for each next lesson (first meetings) that starts, by day and minute,
  /// before the previous one ends. With `sameDay` = 1 only lessons on one day count.
  case lessonsOrdered = "lessons.ordered"
  /// Pairs of the set's lessons (first meetings) that both have rooms and share none.
  case lessonsSameRoom = "lessons.same-room"
  /// Meetings of the set after whose end one of their leaf groups still begins a lesson that day.
  case lessonsEndDay = "lessons.end-day"
  /// For each of `times`: the most meetings of the set that both overlap the span and cover one period touched by
  /// it, in the worst period of the worst week, above `max`.
  case lessonsMaxSimultaneous = "lessons.max-simultaneous"

  // Courses, as ITC-2007 (UD2) counts them; the selector picks lessons, each a "course" there.

  /// Days missing to `days` over which a lesson's placed meetings are spread; lessons without any count nothing.
  case courseMinWorkingDays = "course.min-working-days"
  /// Different rooms a lesson's meetings use, beyond the number that one meeting needs.
  case courseRoomStability = "course.room-stability"

  // Rules that always hold, unless a weighted constraint softens them for the lessons it selects.

  /// For each meeting and room: students above the room's capacity. A lesson that needs several rooms
  /// needs an equal share of its size in each, rounded up. Capacity is hard for a lesson unless a weighted
  /// constraint of this kind selects it and no hard one does.
  case roomCapacity = "room.capacity"
  /// For each pair of overlapping meetings of two lessons, at least one of them selected: the named students of both.
  /// Such a clash is hard unless a weighted constraint of this kind selects one of the two lessons, and no hard one
  /// does. Clashes of class groups are always hard.
  case studentClash = "student.clash"

  public enum Subject: Sendable { case teachers, groups, lessons }

  public var subject: Subject {
    if rawValue.hasPrefix("teacher.") { return .teachers }
    if rawValue.hasPrefix("group.") { return .groups }
    return .lessons
  }

  public struct Parameter: Hashable, Sendable {
    /// Which way the parameter goes where the constraint is to forbid less.
    public enum Loosening: Hashable, Sendable { case up, down }

    public let name: String
    public let range: ClosedRange<Int>
    public let defaultValue: Int
    /// Nil for what is no limit: it says how to count.
    public let loosening: Loosening?

    static func most(_ name: String, _ range: ClosedRange<Int>, _ defaultValue: Int) -> Self {
      Self(name: name, range: range, defaultValue: defaultValue, loosening: .up)
    }

    static func least(_ name: String, _ range: ClosedRange<Int>, _ defaultValue: Int) -> Self {
      Self(name: name, range: range, defaultValue: defaultValue, loosening: .down)
    }

    /// 0, which is the default, or 1.
    static func choice(_ name: String) -> Self { Self(name: name, range: 0...1, defaultValue: 0, loosening: nil) }
  }

  /// What `Constraint.parameters` may hold for this kind.
  public var parameters: [Parameter] {
    switch self {
    case .teacherMaxGapsPerWeek, .teacherMaxGapsPerDay, .groupMaxGapsPerWeek, .groupMaxGapsPerDay,
      .groupMaxLateStarts:
      [.most("max", 0...500, 0)]
    case .teacherMaxDaysPerWeek, .groupMaxDaysPerWeek: [.most("max", 1...32, 5)]
    case .teacherMaxPeriodsPerDay, .groupMaxPeriodsPerDay, .teacherMaxPeriodsInRow, .groupMaxPeriodsInRow,
      .teacherMaxSpanPerDay, .groupMaxSpanPerDay:
      [.most("max", 1...64, 8)]
    case .teacherMaxPeriodsPerDayInTimes, .groupMaxPeriodsPerDayInTimes: [.most("max", 0...64, 1)]
    case .teacherMaxDaysPerWeekInTimes, .groupMaxDaysPerWeekInTimes: [.most("max", 0...32, 1)]
    case .teacherMinPeriodsPerDay, .groupMinPeriodsPerDay: [.least("min", 1...64, 2), .choice("everyDay")]
    case .lessonsMinDaysBetween: [.least("days", 1...31, 1), .choice("consecutive")]
    case .lessonsMaxDaysBetween: [.most("days", 0...31, 1)]
    case .lessonsOrdered: [.choice("sameDay")]
    case .lessonsMinGap: [.least("periods", 1...64, 1)]
    case .lessonsMaxSimultaneous: [.most("max", 0...1000, 1)]
    case .courseMinWorkingDays: [.least("days", 1...32, 2)]
    case .groupIsolatedPeriods, .lessonsAllowedTimes, .lessonsAllowedStarts, .lessonsAllowedRooms, .lessonsSameStart,
      .lessonsSameStartOfDay, .lessonsSameDay, .lessonsDifferentDays, .lessonsNotOverlapping, .lessonsConsecutive,
      .lessonsGrouped, .lessonsSameRoom, .lessonsEndDay, .courseRoomStability, .roomCapacity, .studentClash:
      []
    }
  }

  public var needsTimes: Bool {
    switch self {
    case .lessonsAllowedTimes, .lessonsAllowedStarts, .lessonsMaxSimultaneous, .teacherMaxPeriodsPerDayInTimes,
      .teacherMaxDaysPerWeekInTimes, .groupMaxPeriodsPerDayInTimes, .groupMaxDaysPerWeekInTimes:
      true
    default: false
    }
  }

  /// Whether another room can change the count.
  var looksAtRooms: Bool {
    switch self {
    case .lessonsAllowedRooms, .lessonsSameRoom, .courseRoomStability, .roomCapacity: true
    default: false
    }
  }

  /// Whether the count of a set is the sum of its lessons' counts.
  var countsLessonsOneByOne: Bool {
    switch self {
    case .lessonsAllowedTimes, .lessonsAllowedStarts, .lessonsAllowedRooms, .courseMinWorkingDays,
      .courseRoomStability, .roomCapacity:
      true
    default: false
    }
  }

  public var needsRooms: Bool { self == .lessonsAllowedRooms }
}
