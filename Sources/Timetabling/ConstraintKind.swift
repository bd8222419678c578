/// The catalogue: every kind of constraint that can be added to a problem. Ids never change.
///
/// *Violations* are counted as each case says; the engine, the plain evaluator and the verifier
/// count alike. "Periods" of a lesson are the grid periods it covers; "busy minutes" are from a
/// lesson's start to its end. Person kinds look at each week separately only where lessons have
/// different week patterns, and then count the worst week.
public enum ConstraintKind: String, Hashable, Sendable, Codable, CaseIterable {
  // Teachers and class groups: the selector narrows by teachers, groups or departments.

  /// Idle periods between a teacher's first and last lesson of a day, summed over the week, above `max`.
  case teacherMaxGapsPerWeek = "teacher.max-gaps-per-week"
  /// The same for each day: the sum over days of idle periods above `max`.
  case teacherMaxGapsPerDay = "teacher.max-gaps-per-day"
  /// Days with a lesson above `max`.
  case teacherMaxDaysPerWeek = "teacher.max-days-per-week"
  /// Sum over days of periods taught above `max`.
  case teacherMaxPeriodsPerDay = "teacher.max-periods-per-day"
  /// Sum over days with a lesson of periods missing to `min`.
  case teacherMinPeriodsPerDay = "teacher.min-periods-per-day"
  /// Sum over runs of periods without a pause of the periods above `max`.
  case teacherMaxPeriodsInRow = "teacher.max-periods-in-row"
  /// Sum over days of periods between first and last (both included) above `max`.
  case teacherMaxSpanPerDay = "teacher.max-span-per-day"

  case groupMaxGapsPerWeek = "group.max-gaps-per-week"
  case groupMaxGapsPerDay = "group.max-gaps-per-day"
  case groupMaxDaysPerWeek = "group.max-days-per-week"
  case groupMaxPeriodsPerDay = "group.max-periods-per-day"
  case groupMinPeriodsPerDay = "group.min-periods-per-day"
  case groupMaxPeriodsInRow = "group.max-periods-in-row"
  case groupMaxSpanPerDay = "group.max-span-per-day"
  /// Days above `max` on which the group does not begin with the day's first teaching period.
  case groupMaxLateStarts = "group.max-late-starts"
  /// Periods with no lesson of the group right before or after on the same day, as ITC-2007's
  /// curriculum compactness counts them. Speaks of the selected groups themselves, not of their parts.
  case groupIsolatedPeriods = "group.isolated-periods"

  // Lessons: the selector picks a set of meetings.

  /// Each unordered pair of the set's meetings less than `days` days apart counts its missing days. With
  /// `consecutive` = 1 a pair on one day that is held back to back counts nothing.
  case lessonsMinDaysBetween = "lessons.min-days-between"
  /// Meetings of the set that do not lie within one of `times` count 1 each.
  case lessonsAllowedTimes = "lessons.allowed-times"
  /// Meetings of the set that do not start at the start of one of `times` count 1 each.
  case lessonsAllowedStarts = "lessons.allowed-starts"
  /// Meetings of the set held in none of `rooms` count 1 each.
  case lessonsAllowedRooms = "lessons.allowed-rooms"
  /// Pairs of the set's lessons (first meetings) with another day or start.
  case lessonsSameStart = "lessons.same-start"
  /// Pairs with another start of the day.
  case lessonsSameStartOfDay = "lessons.same-start-of-day"
  /// Pairs on different days.
  case lessonsSameDay = "lessons.same-day"
  /// Pairs of the set's meetings that share a day.
  case lessonsDifferentDays = "lessons.different-days"
  /// Pairs of the set's meetings that overlap in time.
  case lessonsNotOverlapping = "lessons.not-overlapping"
  /// Pairs of the set's meetings that share a day with fewer than `periods` whole periods between them.
  case lessonsMinGap = "lessons.min-gap"
  /// For lessons in the selector's order: 1 for each next lesson that does not start with the
  /// period after the previous one's last, on its day.
  case lessonsConsecutive = "lessons.consecutive"
  /// As consecutive, in any order: 1 unless one follows the other without a period between (sets of two or three).
  case lessonsGrouped = "lessons.grouped"
  /// For lessons in the selector's order: 1 for each next lesson that starts before the previous one ends.
  case lessonsOrdered = "lessons.ordered"
  /// Pairs of the set's lessons (first meetings) in different rooms.
  case lessonsSameRoom = "lessons.same-room"
  /// Meetings of the set after which one of its groups still has a lesson that day.
  case lessonsEndDay = "lessons.end-day"
  /// In each of `times`: meetings of the set above `max` that overlap the span at one time.
  case lessonsMaxSimultaneous = "lessons.max-simultaneous"

  // Courses, as ITC-2007 (UD2) counts them; the selector picks lessons, each a "course" there.

  /// Days missing to `days` over which a lesson's meetings are spread.
  case courseMinWorkingDays = "course.min-working-days"
  /// Rooms a lesson's meetings use beyond the first.
  case courseRoomStability = "course.room-stability"

  // Rooms.

  /// Students above the room's capacity, for each meeting. Without a weighted constraint of this
  /// kind capacity is hard for every lesson; with one, only the lessons it does not select stay hard.
  case roomCapacity = "room.capacity"

  public enum Subject: Sendable { case teachers, groups, lessons }

  public var subject: Subject {
    if rawValue.hasPrefix("teacher.") { return .teachers }
    if rawValue.hasPrefix("group.") { return .groups }
    return .lessons
  }

  public struct Parameter: Hashable, Sendable {
    public let name: String
    public let range: ClosedRange<Int>
    public let defaultValue: Int
  }

  /// What `Constraint.parameters` may hold for this kind.
  public var parameters: [Parameter] {
    switch self {
    case .teacherMaxGapsPerWeek, .teacherMaxGapsPerDay, .groupMaxGapsPerWeek, .groupMaxGapsPerDay,
      .groupMaxLateStarts:
      [Parameter(name: "max", range: 0...500, defaultValue: 0)]
    case .teacherMaxDaysPerWeek, .groupMaxDaysPerWeek:
      [Parameter(name: "max", range: 1...32, defaultValue: 5)]
    case .teacherMaxPeriodsPerDay, .groupMaxPeriodsPerDay, .teacherMaxPeriodsInRow, .groupMaxPeriodsInRow,
      .teacherMaxSpanPerDay, .groupMaxSpanPerDay:
      [Parameter(name: "max", range: 1...64, defaultValue: 8)]
    case .teacherMinPeriodsPerDay, .groupMinPeriodsPerDay:
      [Parameter(name: "min", range: 1...64, defaultValue: 2)]
    case .lessonsMinDaysBetween:
      [
        Parameter(name: "days", range: 1...31, defaultValue: 1),
        Parameter(name: "consecutive", range: 0...1, defaultValue: 0),
      ]
    case .lessonsMinGap: [Parameter(name: "periods", range: 1...64, defaultValue: 1)]
    case .lessonsMaxSimultaneous: [Parameter(name: "max", range: 0...1000, defaultValue: 1)]
    case .courseMinWorkingDays: [Parameter(name: "days", range: 1...32, defaultValue: 2)]
    case .groupIsolatedPeriods, .lessonsAllowedTimes, .lessonsAllowedStarts, .lessonsAllowedRooms, .lessonsSameStart,
      .lessonsSameStartOfDay, .lessonsSameDay, .lessonsDifferentDays, .lessonsNotOverlapping, .lessonsConsecutive,
      .lessonsGrouped, .lessonsOrdered, .lessonsSameRoom, .lessonsEndDay, .courseRoomStability, .roomCapacity:
      []
    }
  }

  public var needsTimes: Bool {
    self == .lessonsAllowedTimes || self == .lessonsAllowedStarts || self == .lessonsMaxSimultaneous
  }

  public var needsRooms: Bool { self == .lessonsAllowedRooms }
}
