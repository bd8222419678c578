/// One meeting of a lesson, placed.
public struct Entry: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable { case regular, draft, makeup }

  public var lesson: LessonID
  /// 0-based, below the lesson's `meetingsPerWeek`.
  public var meeting: Int
  public var weeks: WeekSet
  public var time: TimeSpan
  /// As many as the lesson needs; the first is the one shown.
  public var rooms: [RoomID]
  /// The teachers of this meeting, those chosen from a pool included.
  public var teachers: [TeacherID]
  public var kind: Kind

  public init(
    lesson: LessonID, meeting: Int = 0, weeks: WeekSet, time: TimeSpan, rooms: [RoomID] = [],
    teachers: [TeacherID] = [], kind: Kind = .regular
  ) {
    self.lesson = lesson
    self.meeting = meeting
    self.weeks = weeks
    self.time = time
    self.rooms = rooms
    self.teachers = teachers
    self.kind = kind
  }
}

/// A lesson's meeting that has no place, and why.
public struct Unplaced: Hashable, Sendable, Codable {
  public var lesson: LessonID
  public var meeting: Int
  /// In the institution's own words, most telling first.
  public var reasons: [String]

  public init(lesson: LessonID, meeting: Int = 0, reasons: [String]) {
    self.lesson = lesson
    self.meeting = meeting
    self.reasons = reasons
  }
}

extension ProblemIndex {
  /// Meetings that no regular or draft entry holds, in the order of the problem, whatever the timetable itself says.
  public func missingMeetings(in timetable: Timetable) -> [(lesson: LessonID, meeting: Int)] {
    struct Meeting: Hashable {
      let lesson: LessonID
      let number: Int
    }
    let held = Set(
      timetable.entries.filter { $0.kind != .makeup }.map { Meeting(lesson: $0.lesson, number: $0.meeting) })
    return problem.lessons.flatMap { lesson in
      (0..<max(0, lesson.meetingsPerWeek)).filter { !held.contains(Meeting(lesson: lesson.id, number: $0)) }
        .map { (lesson.id, $0) }
    }
  }
}

/// A week of placed meetings, and those that found no place. Sorted by lesson and meeting.
public struct Timetable: Hashable, Sendable, Codable {
  public var entries: [Entry]
  public var unplaced: [Unplaced]

  public init(entries: [Entry], unplaced: [Unplaced] = []) {
    self.entries = entries.sorted { ($0.lesson, $0.meeting, $0.time) < ($1.lesson, $1.meeting, $1.time) }
    self.unplaced = unplaced.sorted { ($0.lesson, $0.meeting) < ($1.lesson, $1.meeting) }
  }
}
