/// One rule of a problem that can be dropped to see what is possible without it.
///
/// Numbers are positions in the problem, or in the lists of the `RuleBook`.
enum Rule: Hashable, Sendable {
  case pin(lesson: Int, pin: Int)
  /// A teacher gives one lesson at a time.
  case teacher(Int)
  case teacherBlocked(Int)
  /// A lesson is given by as many of its pool as it needs, the same in all meetings; position of the lesson.
  case pool(Int)
  /// Minutes a day and a week.
  case teacherMinutes(Int)
  /// A class group attends one lesson at a time; position in `RuleBook.cohorts`.
  case group(Int)
  case groupBlocked(Int)
  /// There are only so many rooms of a kind; position in `RuleBook.roomKinds`.
  case rooms(Int)
  case roomClosed(Int)
  /// A kind of room holds only so many lessons a day.
  case roomBookings(Int)
  /// A lesson has to have a room that fits, and there is none; position of the lesson.
  case noRoom(Int)
  /// Position in the problem's constraints.
  case constraint(Int)
  /// Students enrolled one by one attend one lesson at a time; position in `RuleBook.enrolled`.
  case students(Int)
  /// Meetings of one lesson don't overlap.
  case meetings(Int)

  /// Rules of one kind are first dropped together.
  var kind: Kind {
    switch self {
    case .pin: .pins
    case .teacher, .pool: .teachers
    case .teacherBlocked: .teacherTimes
    case .teacherMinutes: .teacherMinutes
    case .group: .groups
    case .groupBlocked: .groupTimes
    case .rooms, .noRoom: .rooms
    case .roomClosed: .roomTimes
    case .roomBookings: .roomBookings
    case .constraint: .constraints
    case .students: .students
    case .meetings: .meetings
    }
  }

  /// In the order in which people find a rule telling: where several explanations exist, the earlier kinds win.
  enum Kind: Int, CaseIterable, Sendable {
    case pins, teachers, teacherTimes, groups, rooms, groupTimes, teacherMinutes, constraints, roomTimes, roomBookings,
      students, meetings

    /// Sets of kinds that make small parts, to look at first, and those to look at before all kinds are. What leaves
    /// single meetings fewer times belongs to each of them.
    static let stages: [Set<Kind>] = [
      [.constraints, .meetings], [.teachers, .teacherMinutes], [.teachers, .teacherMinutes, .constraints, .meetings],
    ]
    static let lateStages: [Set<Kind>] = [
      [.groups], [.rooms, .roomBookings], [.groups, .constraints, .meetings], [.teachers, .rooms, .roomBookings],
    ]

    /// What ties lessons of many people together.
    static let shared: Set<Kind> = [.groups, .rooms, .roomBookings]
  }
}
