public import Foundation
public import Timetabling
public import Verification

public enum TimetableSource: String, Hashable, Sendable, Codable, CaseIterable {
  /// As a generation left it; never changed.
  case variant
  /// Copied from a variant for approval.
  case selected
  case manual
  case imported
}

/// What is known of a timetable apart from its entries.
public struct TimetableHeader: Hashable, Sendable, Codable {
  public var id: UUID
  public var term: TermID
  /// Hash of the problem it was made for.
  public var snapshot: String
  public var source: TimetableSource
  public var job: UUID?
  public var base: UUID?
  public var certificate: Certificate?
  /// The term's one published timetable.
  public var isActive: Bool
  public var publishedAt: Date?
  public var version: Int
  public var createdAt: Date
  public var createdBy: String
  public var calendar: FrozenCalendar
  public var placed: Int
  public var unplaced: Int
}

/// A thing and the name it had when the timetable was made.
public struct Named: Hashable, Sendable, Codable {
  public var id: String
  public var name: String

  public init(id: String, name: String) {
    self.id = id
    self.name = name
  }
}

/// One meeting, as people read it.
public struct WeekRow: Hashable, Sendable, Codable {
  /// Number of the entry within its timetable.
  public var entry: Int
  public var lesson: LessonID
  public var meeting: Int
  public var lessonName: String
  public var course: String?
  public var courseName: String?
  public var subject: String?
  public var part: Lesson.Part
  public var department: String?
  public var day: Int
  public var start: MinuteOfDay
  public var end: MinuteOfDay
  /// Of the timetable's grid; without them minutes mean nothing, and `period` tells when it is.
  public var hasClockTimes: Bool
  /// The period it begins with, and how many it covers; nil where periods have no names.
  public var period: String?
  public var periods: Int?
  public var weeks: WeekSet
  public var kind: Entry.Kind
  public var rooms: [Named]
  public var teachers: [Named]
  public var groups: [Named]
  public var isValid: Bool
  /// Why it is not.
  public var reasons: [Conflict]
}

/// Whose week.
public enum WeekOf: Hashable, Sendable {
  case everything
  /// Lessons of the group, of groups that contain it, and of its parts.
  case group(ClassGroupID)
  case teacher(TeacherID)
  case room(RoomID)
  /// Lessons of the student's class group, and those the student is enrolled in.
  case student(StudentID)
  case department(DepartmentID)

  var parameters: (kind: String, id: String) {
    switch self {
    case .everything: ("everything", "")
    case .group(let id): ("group", id.rawValue)
    case .teacher(let id): ("teacher", id.rawValue)
    case .room(let id): ("room", id.rawValue)
    case .student(let id): ("student", id.rawValue)
    case .department(let id): ("department", id.rawValue)
    }
  }
}
