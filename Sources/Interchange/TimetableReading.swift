import Foundation
import Timetabling

/// A timetable read back from the JSON that `TimetableDocument` writes.
public struct TimetableReading: Sendable {
  public var timetable: Timetable
  /// Entries that could not be read, each with its place; the timetable leaves them out.
  public var issues: [DataIssue]
}

extension TimetableDocument {
  /// `bytes` that are no such document at all give one issue and an empty timetable. Names of lessons, rooms and
  /// teachers are taken as they are: `ConflictDetector` reports those that the problem does not know.
  public static func read(json bytes: Data, of problem: Problem) -> TimetableReading {
    let document: StoredTimetable
    do {
      document = try JSONDecoder().decode(StoredTimetable.self, from: bytes)
    } catch {
      return TimetableReading(
        timetable: Timetable(entries: []),
        issues: [DataIssue(place: "", code: "document.unreadable", message: "This is no timetable document: \(error)")])
    }
    guard document.format == format else {
      return TimetableReading(
        timetable: Timetable(entries: []),
        issues: [
          DataIssue(
            place: "/format", code: "document.format",
            message: "The format is '\(document.format)', not '\(format)'.\nMaybe write it with 'solve --out'.")
        ])
    }
    let days = problem.timeGrids.first?.days.map(\.name) ?? []
    var entries: [Entry] = []
    var issues: [DataIssue] = []
    for (number, row) in document.entries.enumerated() {
      guard let day = days.firstIndex(of: row.day) ?? Int(row.day), let start = WallClock.minutes(row.start),
        let end = WallClock.minutes(row.end), let weeks = WeekSet(pattern: row.weeks),
        let kind = Entry.Kind(rawValue: row.kind)
      else {
        issues.append(
          DataIssue(
            place: "/entries/\(number)", code: "entry.unreadable",
            message: "The entry of \(row.lesson) on '\(row.day)' from '\(row.start)' to '\(row.end)' cannot be read."))
        continue
      }
      entries.append(
        Entry(
          lesson: LessonID(row.lesson), meeting: row.meeting, weeks: weeks,
          time: TimeSpan(day: day, start: start, end: end), rooms: row.rooms.map { RoomID($0.id) },
          teachers: row.teachers.map { TeacherID($0.id) }, kind: kind))
    }
    return TimetableReading(
      timetable: Timetable(entries: entries, unplaced: document.unplaced), issues: issues)
  }
}

private struct StoredTimetable: Decodable {
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
    var kind: String
  }

  var format: String
  var entries: [Row]
  var unplaced: [Unplaced]
}
