import Foundation
import Timetabling

/// A timetable for people and other programs: ids with names beside them, times as `08:30`.
///
/// A row names the period that it begins with and how many it covers where periods have names; where they have no clock
/// times, that is all it says.
public enum TimetableDocument {
  public static let format = "horarium-timetable/1"

  /// Sorted keys, indented.
  public static func json(_ timetable: Timetable, of problem: Problem) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let rows = TimetableRows(problem)
    return try encoder.encode(
      Document(
        format: format, institution: problem.name, term: problem.term.name, weekCount: problem.term.weekCount,
        entries: timetable.entries.map(rows.row), unplaced: timetable.unplaced))
  }

  /// One row for each entry, with a header; lists have `;` between their items.
  ///
  /// A spreadsheet runs what begins like a formula, and the names come from whoever typed them in: an apostrophe before
  /// such a cell makes it a text (ops/decisions/0027-tables-for-spreadsheets.md).
  public static func csv(_ timetable: Timetable, of problem: Problem) -> String {
    let rows = TimetableRows(problem)
    let written = timetable.entries.map(rows.row)
    // Times and periods only where there are any.
    let times = written.isEmpty || written.contains { $0.start != nil }
    let periods = written.contains { $0.period != nil }
    let header =
      ["lesson", "meeting", "name", "course", "day"] + (times ? ["start", "end"] : [])
      + (periods ? ["period", "periods"] : []) + ["weeks", "rooms", "teachers", "groups", "kind"]
    let lines = written.map { row in
      [row.lesson, "\(row.meeting)", row.name, row.course?.id ?? "", row.day]
        + (times ? [row.start ?? "", row.end ?? ""] : [])
        + (periods ? [row.period ?? "", row.periods.map(String.init) ?? ""] : [])
        + [
          row.weeks, CSVList.cell(row.rooms.map(\.id)), CSVList.cell(row.teachers.map(\.id)),
          CSVList.cell(row.groups.map(\.id)), row.kind,
        ]
    }
    return ([header] + lines).map { $0.map { CSVText.cell(defused($0)) }.joined(separator: ",") + "\n" }.joined()
  }

  /// The same as a file, with the mark by which spreadsheets know UTF-8.
  public static func csvFile(_ timetable: Timetable, of problem: Problem) -> Data {
    Data(TextEncoding.mark + Array(csv(timetable, of: problem).utf8))
  }

  private static func defused(_ cell: String) -> String {
    let first = cell.unicodeScalars.first { !$0.properties.isWhitespace || $0 == "\t" || $0 == "\r" }
    return first.map { "=+-@\t\r＝＋－＠".unicodeScalars.contains($0) } == true ? "'" + cell : cell
  }

  private struct Document: Encodable {
    var format: String
    var institution: String
    var term: String
    /// How long the patterns of weeks are.
    var weekCount: Int
    var entries: [TimetableRows.Row]
    var unplaced: [Unplaced]
  }
}

/// Looks up what entries name.
private struct TimetableRows {
  struct Named: Encodable {
    var id: String
    var name: String
  }

  struct Row: Encodable {
    var lesson: String
    var meeting: Int
    var name: String
    var course: Named?
    var day: String
    /// Nil where there are no clock times.
    var start: String?
    var end: String?
    /// The period it begins with, and how many it covers; nil where periods have no names.
    var period: String?
    var periods: Int?
    var weeks: String
    var rooms: [Named]
    var teachers: [Named]
    var groups: [Named]
    var kind: String
  }

  private let days: DayNames
  private let hasClockTimes: Bool
  private let periods: LessonPeriods
  private let weekCount: Int
  private let lessons: [LessonID: Lesson]
  private let courses: [String: String]
  private let rooms: [String: String]
  private let teachers: [String: String]
  private let groups: [String: String]

  init(_ problem: Problem) {
    days = DayNames(of: problem)
    hasClockTimes = problem.timeGrids.allSatisfy(\.hasClockTimes)
    periods = LessonPeriods(problem)
    weekCount = problem.term.weekCount
    lessons = Dictionary(problem.lessons.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    courses = Self.names(problem.courses.map { ($0.id.rawValue, $0.name) })
    rooms = Self.names(problem.rooms.map { ($0.id.rawValue, $0.name) })
    teachers = Self.names(problem.teachers.map { ($0.id.rawValue, $0.name) })
    groups = Self.names(problem.groups.map { ($0.id.rawValue, $0.name) })
  }

  func row(_ entry: Entry) -> Row {
    let lesson = lessons[entry.lesson]
    let run = periods.names(of: entry.lesson)?.run(entry.time)
    // What stands on no period can be said in minutes only.
    let hasMinutes = hasClockTimes || run == nil
    return Row(
      lesson: entry.lesson.rawValue, meeting: entry.meeting, name: lesson?.name ?? entry.lesson.rawValue,
      course: lesson?.course.map { named($0.rawValue, courses) },
      day: days.labels.indices.contains(entry.time.day) ? days.label(entry.time.day) : "\(entry.time.day)",
      start: hasMinutes ? WallClock.text(entry.time.start) : nil,
      end: hasMinutes ? WallClock.text(entry.time.end) : nil, period: run?.first, periods: run?.count,
      weeks: entry.weeks.pattern(of: weekCount),
      rooms: entry.rooms.map { named($0.rawValue, rooms) },
      teachers: entry.teachers.map { named($0.rawValue, teachers) },
      groups: (lesson?.groups ?? []).map { named($0.rawValue, groups) }, kind: entry.kind.rawValue)
  }

  private func named(_ id: String, _ names: [String: String]) -> Named { Named(id: id, name: names[id] ?? id) }

  private static func names(_ pairs: [(String, String)]) -> [String: String] {
    Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }
}
