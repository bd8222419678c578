import Foundation
import Timetabling

extension TimetableDocument {
  /// Reads what `json` wrote: the timetable, of which only ids count, and every row that names nothing known.
  ///
  /// Lessons, rooms and teachers that the problem does not have are kept as they are named: a base timetable may be
  /// older than its problem. Days are names of the problem's first grid, or numbers from 0.
  public static func read(_ bytes: [UInt8], of problem: Problem) -> TimetableReading {
    guard let document = try? JSONDecoder().decode(Written.self, from: Data(bytes)) else {
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
    var issues: [DataIssue] = []
    let days = problem.timeGrids.first?.days.map(\.name) ?? []
    let entries = document.entries.enumerated().compactMap { position, row -> Entry? in
      guard let day = days.firstIndex(of: row.day) ?? Int(row.day), let start = WallClock.minutes(row.start),
        let end = WallClock.minutes(row.end), let weeks = WeekSet(pattern: row.weeks)
      else {
        issues.append(
          DataIssue(
            place: "/entries/\(position)", code: "timetable.entry",
            message: "'\(row.day) \(row.start)-\(row.end)', weeks '\(row.weeks)', is no place in the week."))
        return nil
      }
      return Entry(
        lesson: LessonID(row.lesson), meeting: row.meeting, weeks: weeks,
        time: TimeSpan(day: day, start: start, end: end), rooms: row.rooms.map { RoomID($0.id) },
        teachers: row.teachers.map { TeacherID($0.id) }, kind: row.kind)
    }
    return TimetableReading(
      timetable: issues.isEmpty ? Timetable(entries: entries, unplaced: document.unplaced) : nil, issues: issues)
  }

  private struct Written: Decodable {
    struct Named: Decodable { var id: String }

    struct Row: Decodable {
      var lesson: String
      var meeting: Int
      var day: String
      var start: String
      var end: String
      var weeks: String
      var rooms: [Named]
      var teachers: [Named]
      var kind: Entry.Kind
    }

    var format: String
    var entries: [Row]
    var unplaced: [Unplaced]
  }
}

/// A timetable read from a document; given exactly when nothing is wrong.
public struct TimetableReading: Sendable {
  public var timetable: Timetable?
  public var issues: [DataIssue]
}
