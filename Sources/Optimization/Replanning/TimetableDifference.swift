import Timetabling

/// Where a meeting is held.
public struct MeetingPlace: Hashable, Sendable, Codable {
  public var time: TimeSpan
  public var rooms: [RoomID]
  public var teachers: [TeacherID]

  init(_ entry: Entry) {
    time = entry.time
    rooms = entry.rooms
    teachers = entry.teachers
  }

  /// Rooms and teachers in any order.
  func isSame(as other: MeetingPlace) -> Bool {
    time == other.time && Set(rooms) == Set(other.rooms) && Set(teachers) == Set(other.teachers)
  }
}

/// One meeting that is elsewhere now.
public struct MeetingChange: Hashable, Sendable, Codable {
  public var lesson: LessonID
  public var meeting: Int
  /// Nil where the meeting was not held before.
  public var from: MeetingPlace?
  /// Nil where it is not held any more.
  public var to: MeetingPlace?
}

/// What changes for one person, or for one class group together.
public struct PersonalChange: Hashable, Sendable, Codable {
  public enum Role: String, Hashable, Sendable, Codable, CaseIterable { case teacher, group, student }

  public var role: Role
  public var id: String
  public var name: String
  public var changes: [MeetingChange]
}

/// All that is different between two timetables of one problem, and for whom.
public struct TimetableDifference: Hashable, Sendable, Codable {
  /// By lesson and meeting.
  public var changes: [MeetingChange]
  /// Teachers, then the class groups that lessons name, then students who are enrolled one by one; each by id.
  public var people: [PersonalChange]

  /// Makeup entries are not compared.
  public init(from base: Timetable, to timetable: Timetable, of problem: Problem) {
    let (before, after) = (Self.places(base), Self.places(timetable))
    changes = Set(before.keys).union(after.keys).sorted { ($0.lesson, $0.number) < ($1.lesson, $1.number) }
      .compactMap { meeting in
        let (from, to) = (before[meeting], after[meeting])
        if let from, let to, from.isSame(as: to) { return nil }
        return MeetingChange(lesson: meeting.lesson, meeting: meeting.number, from: from, to: to)
      }
    people = Self.people(changes, problem)
  }

  private struct Key: Hashable {
    var lesson: LessonID
    var number: Int
  }

  private static func places(_ timetable: Timetable) -> [Key: MeetingPlace] {
    Dictionary(
      timetable.entries.filter { $0.kind != .makeup }.map {
        (Key(lesson: $0.lesson, number: $0.meeting), MeetingPlace($0))
      }, uniquingKeysWith: { first, _ in first })
  }

  private struct Person: Hashable {
    var role: PersonalChange.Role
    var id: String
  }

  private static func people(_ changes: [MeetingChange], _ problem: Problem) -> [PersonalChange] {
    let lessons = Dictionary(problem.lessons.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var found: [Person: [MeetingChange]] = [:]
    for change in changes {
      let teachers = Set((change.from?.teachers ?? []) + (change.to?.teachers ?? []))
      let lesson = lessons[change.lesson]
      var touched = teachers.map { Person(role: .teacher, id: $0.rawValue) }
      touched += Set(lesson?.groups ?? []).map { Person(role: .group, id: $0.rawValue) }
      touched += Set(lesson?.students ?? []).map { Person(role: .student, id: $0.rawValue) }
      for person in touched { found[person, default: []].append(change) }
    }
    let names = names(of: problem)
    let order = PersonalChange.Role.allCases
    return found.map { person, changes in
      PersonalChange(role: person.role, id: person.id, name: names[person] ?? person.id, changes: changes)
    }.sorted { one, other in
      (order.firstIndex(of: one.role) ?? 0, one.id) < (order.firstIndex(of: other.role) ?? 0, other.id)
    }
  }

  private static func names(of problem: Problem) -> [Person: String] {
    let all =
      problem.teachers.map { (Person(role: .teacher, id: $0.id.rawValue), $0.name) }
      + problem.groups.map { (Person(role: .group, id: $0.id.rawValue), $0.name) }
      + problem.students.map { (Person(role: .student, id: $0.id.rawValue), $0.name) }
    return Dictionary(all, uniquingKeysWith: { first, _ in first })
  }
}
