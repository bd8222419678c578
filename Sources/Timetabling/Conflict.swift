/// One reason why an entry cannot stand, in the institution's own names.
public struct Conflict: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case teacherClash = "teacher-clash"
    case groupClash = "group-clash"
    case studentClash = "student-clash"
    case roomClash = "room-clash"
    case roomCapacity = "room-capacity"
    case roomType = "room-type"
    case roomFeatures = "room-features"
    case roomNotAllowed = "room-not-allowed"
    case roomCount = "room-count"
    case roomUnavailable = "room-unavailable"
    case roomBookingLimit = "room-booking-limit"
    case teacherUnavailable = "teacher-unavailable"
    case groupUnavailable = "group-unavailable"
    case teacherDayLoad = "teacher-day-load"
    case teacherWeekLoad = "teacher-week-load"
    case wrongTeachers = "wrong-teachers"
    case offGrid = "off-grid"
    case wrongDuration = "wrong-duration"
    case wrongWeeks = "wrong-weeks"
    case pinBroken = "pin-broken"
    case unknownReference = "unknown-reference"
    case duplicateMeeting = "duplicate-meeting"
    case constraintBroken = "constraint-broken"
  }

  public var kind: Kind
  /// The lessons in conflict, the first being the one that was asked about.
  public var lessons: [LessonID]
  /// The teacher, group, student, room or constraint it is about.
  public var subject: String
  /// A whole sentence with names and values.
  public var message: String

  public init(kind: Kind, lessons: [LessonID], subject: String, message: String) {
    self.kind = kind
    self.lessons = lessons
    self.subject = subject
    self.message = message
  }
}

/// One thing wrong with data that came in, and where.
public struct DataIssue: Hashable, Sendable, Codable {
  /// A JSON Pointer into the document, or `file.csv:12:column`.
  public var place: String
  /// Stable, dotted: `reference.unknown`.
  public var code: String
  /// A whole sentence with names and values, then what to do.
  public var message: String

  public init(place: String, code: String, message: String) {
    self.place = place
    self.code = code
    self.message = message
  }
}
