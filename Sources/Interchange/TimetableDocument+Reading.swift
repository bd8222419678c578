import Foundation
import Timetabling

extension TimetableDocument {
  /// Reads what `json` wrote: the timetable, of which only ids count, and every row that names nothing known.
  ///
  /// Lessons, rooms and teachers that the problem does not have are kept as they are named: a base timetable may be
  /// older than its problem. Days are those of the problem's first grid, as `DayNames` writes them.
  public static func read(_ bytes: [UInt8], of problem: Problem) -> TimetableReading {
    guard let document = try? JSONDecoder().decode(Written.self, from: Data(TextEncoding.utf8(of: bytes))) else {
      return TimetableReading(
        timetable: nil,
        issues: [
          DataIssue(
            place: "", code: "timetable.form",
            message: "This is no timetable document.\nMaybe write one with 'solve --out FILE.json'.")
        ])
    }
    guard document.format == format else {
      return TimetableReading(
        timetable: nil,
        issues: [
          DataIssue(
            place: "/format", code: "timetable.format",
            message: "'\(document.format)' is not a format this version reads.\nMaybe '\(format)'.")
        ])
    }
    var reading = RowReading(problem, weekCount: document.weekCount ?? problem.term.weekCount)
    let entries = document.entries.enumerated().compactMap { reading.entry($1, at: "/entries/\($0)") }
    return TimetableReading(
      timetable: Timetable(entries: entries, unplaced: document.unplaced), issues: reading.issues,
      assumptions: reading.assumptions, otherTerm: otherTerm(document.term, problem.term))
  }

  /// Ids of another term may name other lessons.
  private static func otherTerm(_ name: String?, _ term: Term) -> DataIssue? {
    guard let name, name != term.name else { return nil }
    return DataIssue(
      place: "/term", code: "timetable.term",
      message: "The timetable is of the term '\(name)', and the problem of '\(term.name)'.\n"
        + "Maybe take a timetable of '\(term.name)'; where only the name has changed, change it in the file too.")
  }

  fileprivate struct Written: Decodable {
    struct Named: Decodable { var id: String }

    struct Row: Decodable {
      var lesson: String
      var meeting: Int
      var day: String
      var start: String?
      var end: String?
      /// Instead of start and end, where there are no clock times.
      var period: String?
      var periods: Int?
      var weeks: String
      var rooms: [Named]
      var teachers: [Named]
      var kind: Entry.Kind
    }

    var format: String
    /// The term's name. Missing where somebody else wrote the document.
    var term: String?
    /// Missing in documents of before; patterns have the length of the term then.
    var weekCount: Int?
    var entries: [Row]
    var unplaced: [Unplaced]
  }
}

/// Reads rows one after another.
private struct RowReading {
  private let days: DayNames
  private let periods: LessonPeriods
  private let weekCount: Int
  private(set) var issues: [DataIssue] = []
  private(set) var assumptions: [DataIssue] = []
  /// How often a lesson was met on a day whose name several days have.
  private var met: [String: Int] = [:]

  init(_ problem: Problem, weekCount: Int) {
    days = DayNames(of: problem)
    periods = LessonPeriods(problem)
    self.weekCount = weekCount
  }

  mutating func entry(_ row: TimetableDocument.Written.Row, at place: String) -> Entry? {
    guard let day = day(of: row, at: place), let time = time(of: row, day: day),
      let weeks = WeekSet(pattern: row.weeks)
    else {
      let time = [row.start, row.end].compactMap { $0 }.joined(separator: "-")
      let words = [row.day, time.isEmpty ? row.period ?? "" : time].filter { !$0.isEmpty }.joined(separator: " ")
      issues.append(
        DataIssue(
          place: place, code: "timetable.entry",
          message: "'\(words)', weeks '\(row.weeks)', is no place in the week."))
      return nil
    }
    guard row.weeks.count == weekCount else {
      issues.append(
        DataIssue(
          place: place + "/weeks", code: "weeks.length",
          message: "'\(row.weeks)' has \(row.weeks.count) characters, and the term has \(weekCount) weeks.\n"
            + "Maybe zeros were lost: write one character for each week."))
      return nil
    }
    return Entry(
      lesson: LessonID(row.lesson), meeting: row.meeting, weeks: weeks, time: time,
      rooms: row.rooms.map { RoomID($0.id) }, teachers: row.teachers.map { TeacherID($0.id) }, kind: row.kind)
  }

  private func time(of row: TimetableDocument.Written.Row, day: Int) -> TimeSpan? {
    if let start = row.start, let end = row.end {
      guard let start = WallClock.minutes(start), let end = WallClock.minutes(end) else { return nil }
      return TimeSpan(day: day, start: start, end: end)
    }
    guard let period = row.period, let names = periods.names(of: LessonID(row.lesson)) else { return nil }
    return names.span(day: day, first: period, count: row.periods ?? 1)
  }

  /// Documents of before named days by names alone. Where several days have the name, the meetings of each lesson are
  /// dealt to them in turn, which is said: it may be another day than the one that was meant.
  private mutating func day(of row: TimetableDocument.Written.Row, at place: String) -> Int? {
    switch days.meaning(of: row.day) {
    case .day(let day): return day
    case .unknown: return nil
    case .several(let labels):
      let turn = met[row.lesson + "\n" + row.day, default: 0]
      met[row.lesson + "\n" + row.day] = turn + 1
      if !assumptions.contains(where: { $0.message.hasPrefix("'\(row.day)'") }) {
        assumptions.append(
          DataIssue(
            place: place + "/day", code: "timetable.day",
            message:
              "'\(row.day)' is the name of \(labels.count) days, and the file does not say which: the meetings of each "
              + "lesson are dealt to \(labels.joined(separator: " and ")) in turn.\n"
              + "Maybe write these labels into the file, as 'solve --out' does."))
      }
      return days.labels.firstIndex(of: labels[turn % labels.count])
    }
  }
}

/// A timetable read from a document; given exactly when nothing is wrong.
public struct TimetableReading: Sendable {
  private let timetable: Timetable?
  public let issues: [DataIssue]
  private let assumptions: [DataIssue]
  /// That the file names another term than the problem: worth a word where both are looked at together, and in the way
  /// of whoever makes a new timetable from the old one.
  public let otherTerm: DataIssue?

  init(
    timetable: Timetable?, issues: [DataIssue], assumptions: [DataIssue] = [], otherTerm: DataIssue? = nil
  ) {
    self.timetable = issues.isEmpty ? timetable : nil
    self.issues = issues
    self.assumptions = (otherTerm.map { [$0] } ?? []) + assumptions
    self.otherTerm = otherTerm
  }

  /// The timetable, after everything has been told that the reader had to assume to read it.
  public func timetable(telling tell: (DataIssue) -> Void) -> Timetable? {
    guard let timetable else { return nil }
    assumptions.forEach(tell)
    return timetable
  }
}
