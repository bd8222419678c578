public import Timetabling

/// A meeting that the data ask for and the timetable has no place for, with its lesson's name.
public struct MissingMeeting: Hashable, Sendable, Codable {
  public var lesson: LessonID
  /// 0-based.
  public var meeting: Int
  public var name: String
  public var reasons: [String]
}

extension Timetable {
  /// The same entries against other data: a meeting that `problem` asks for and that stands nowhere is unplaced, and
  /// one without a place that nobody asks for any more is forgotten. Entries stay, whatever has become of their lessons.
  func adapted(to problem: Problem) -> Timetable {
    struct Meeting: Hashable {
      let lesson: LessonID
      let number: Int
    }
    let placed = Set(entries.filter { $0.kind != .makeup }.map { Meeting(lesson: $0.lesson, number: $0.meeting) })
    let known = Dictionary(unplaced.map { (Meeting(lesson: $0.lesson, number: $0.meeting), $0) }) { first, _ in first }
    let missing = problem.lessons.flatMap { lesson in
      (0..<max(0, lesson.meetingsPerWeek)).compactMap { number -> Unplaced? in
        let meeting = Meeting(lesson: lesson.id, number: number)
        guard !placed.contains(meeting) else { return nil }
        return known[meeting]
          ?? Unplaced(
            lesson: lesson.id, meeting: number, reasons: ["It was added after this timetable had been made."])
      }
    }
    return Timetable(entries: entries, unplaced: missing)
  }
}
