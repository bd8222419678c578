import Persistence
import Timetabling

/// One meeting of a week as the API shows it.
struct MeetingDocument: Encodable {
  var entry: Int
  var lesson: String
  var meeting: Int
  var name: String
  var course: String?
  var courseName: String?
  var part: String
  var department: String?
  /// Counted from the first day of the time grid.
  var day: Int
  /// `08:15`
  var start: String
  var end: String
  var weeks: WeekSet
  var kind: String
  var rooms: [Named]
  var teachers: [Named]
  var groups: [Named]
  /// False where the meeting breaks a hard rule.
  var valid: Bool
  var reasons: [String]?

  init(_ row: WeekRow) {
    entry = row.entry
    lesson = row.lesson.rawValue
    meeting = row.meeting
    name = row.lessonName
    course = row.course
    courseName = row.courseName
    part = row.part.rawValue
    department = row.department
    day = row.day
    start = Self.clock(row.start)
    end = Self.clock(row.end)
    weeks = row.weeks
    kind = row.kind.rawValue
    rooms = row.rooms
    teachers = row.teachers
    groups = row.groups
    valid = row.isValid
    reasons = row.reasons.isEmpty ? nil : row.reasons.map(\.message)
  }

  private static func clock(_ minute: MinuteOfDay) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return two(minute / 60) + ":" + two(minute % 60)
  }
}
