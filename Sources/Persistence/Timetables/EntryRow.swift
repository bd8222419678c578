import Foundation
import Timetabling

/// An entry with the names it is kept with.
struct EntryRow: Encodable, Sendable {
  var number: Int
  var lesson: String
  var meeting: Int
  var weeks: WeekSet
  var day: Int
  var start: Int
  var end: Int
  var period: String?
  var periods: Int?
  var kind: Entry.Kind
  var rooms: [String]
  var roomNames: [String]
  var teachers: [String]
  var teacherNames: [String]
  var groups: [String]
  var groupNames: [String]
  var attending: [String]
  var partly: [String]
  var lessonName: String
  var course: String?
  var courseName: String?
  var subject: String?
  var part: String
  var department: String?
  var reasons: [Conflict]
}

struct UnplacedRow: Encodable, Sendable {
  var number: Int
  var lesson: String
  var meeting: Int
  var lessonName: String
  var reasons: [String]
  var teachers: [String]
  var attending: [String]
  var partly: [String]
  var department: String?
}

/// The term as it was when the timetable was made.
public struct FrozenCalendar: Hashable, Sendable, Codable {
  public var name: String
  /// ISO 8601, of the first week's first day.
  public var firstDay: String
  public var weekCount: Int
  /// IANA name.
  public var timeZone: String
  public var holidays: [String]
  /// Names of the week's days, which entries count from 0.
  public var days: [String]
  /// False where only the names of periods tell when a meeting is.
  public var hasClockTimes: Bool

  public init(_ problem: Problem) {
    let term = problem.term
    (name, firstDay, weekCount) = (term.name, term.firstDay, term.weekCount)
    (timeZone, holidays) = (term.timeZone, term.holidays)
    days = problem.timeGrids.first?.days.map(\.name) ?? []
    hasClockTimes = problem.timeGrids.allSatisfy(\.hasClockTimes)
  }

  /// Timetables of before have nothing but clock times.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    firstDay = try container.decode(String.self, forKey: .firstDay)
    weekCount = try container.decode(Int.self, forKey: .weekCount)
    timeZone = try container.decode(String.self, forKey: .timeZone)
    holidays = try container.decode([String].self, forKey: .holidays)
    days = try container.decode([String].self, forKey: .days)
    hasClockTimes = try container.decodeIfPresent(Bool.self, forKey: .hasClockTimes) ?? true
  }
}

/// Looks up the names of one problem.
struct EntryNaming {
  private let index: ProblemIndex
  private let periods: LessonPeriods

  init(_ index: ProblemIndex) {
    self.index = index
    periods = LessonPeriods(index.problem)
  }

  func rows(_ timetable: Timetable, reasons: [LessonID: [Conflict]]) -> [EntryRow] {
    timetable.entries.enumerated().map { number, entry in
      let lesson = index.lessonIndex[entry.lesson].map { index.problem.lessons[$0] }
      let course = lesson?.course.flatMap { index.courseIndex[$0] }.map { index.problem.courses[$0] }
      let (attending, partly) = attendance(lesson)
      let run = periods.names(of: entry.lesson)?.run(entry.time)
      return EntryRow(
        number: number + 1, lesson: entry.lesson.rawValue, meeting: entry.meeting, weeks: entry.weeks,
        day: entry.time.day, start: entry.time.start, end: entry.time.end, period: run?.first,
        periods: run?.count, kind: entry.kind,
        rooms: entry.rooms.map(\.rawValue), roomNames: entry.rooms.map(name), teachers: entry.teachers.map(\.rawValue),
        teacherNames: entry.teachers.map(name), groups: (lesson?.groups ?? []).map(\.rawValue),
        groupNames: (lesson?.groups ?? []).map(name), attending: attending, partly: partly,
        lessonName: lesson?.name ?? entry.lesson.rawValue, course: course?.id.rawValue, courseName: course?.name,
        subject: course?.subject, part: (lesson?.part ?? .other).rawValue,
        department: (lesson?.department ?? course?.department)?.rawValue, reasons: reasons[entry.lesson] ?? [])
    }
  }

  func rows(_ unplaced: [Unplaced]) -> [UnplacedRow] {
    unplaced.enumerated().map { number, missing in
      let lesson = index.lessonIndex[missing.lesson].map { index.problem.lessons[$0] }
      let course = lesson?.course.flatMap { index.courseIndex[$0] }.map { index.problem.courses[$0] }
      let (attending, partly) = attendance(lesson)
      return UnplacedRow(
        number: number + 1, lesson: missing.lesson.rawValue, meeting: missing.meeting,
        lessonName: lesson?.name ?? missing.lesson.rawValue, reasons: missing.reasons,
        teachers: (lesson?.teachers ?? []).map(\.rawValue), attending: attending, partly: partly,
        department: (lesson?.department ?? course?.department)?.rawValue)
    }
  }

  private func name(_ room: RoomID) -> String {
    index.roomIndex[room].map { index.problem.rooms[$0].name } ?? room.rawValue
  }

  private func name(_ teacher: TeacherID) -> String {
    index.teacherIndex[teacher].map { index.problem.teachers[$0].name } ?? teacher.rawValue
  }

  private func name(_ group: ClassGroupID) -> String {
    index.groupIndex[group].map { index.problem.groups[$0].name } ?? group.rawValue
  }

  private func attendance(_ lesson: Lesson?) -> (whole: [String], partly: [String]) {
    let groups = (lesson?.groups ?? []).compactMap { index.groupIndex[$0] }
    let whole = Set(groups.flatMap { index.atoms[$0] })
    let touched = Set(whole.flatMap { index.containers[$0] }).subtracting(whole)
    func names(_ groups: Set<Int>) -> [String] { groups.sorted().map { index.problem.groups[$0].id.rawValue } }
    return (names(whole), names(touched))
  }
}
