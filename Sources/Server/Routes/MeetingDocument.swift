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
  /// `08:15`; left out where there are no clock times.
  var start: String?
  var end: String?
  /// The period it begins with, and how many it covers; left out where periods have no names.
  var period: String?
  var periods: Int?
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
    if row.hasClockTimes { (start, end) = (Wording.clock(row.start), Wording.clock(row.end)) }
    (period, periods) = (row.period, row.periods)
    weeks = row.weeks
    kind = row.kind.rawValue
    rooms = row.rooms
    teachers = row.teachers
    groups = row.groups
    valid = row.isValid
    reasons = row.reasons.isEmpty ? nil : row.reasons.map(\.message)
  }
}
