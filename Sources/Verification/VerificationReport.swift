import Timetabling

/// One hard rule broken once.
public struct Violation: Hashable, Sendable, Codable {
  /// `teacher-clash`, or `constraint.` and the kind of a constraint.
  public var rule: String
  public var lessons: [LessonID]
  /// A whole sentence with names and values.
  public var message: String

  public init(rule: String, lessons: [LessonID], message: String) {
    self.rule = rule
    self.lessons = lessons
    self.message = message
  }
}

/// What the verifier looked at and found.
public struct VerificationReport: Hashable, Sendable, Codable {
  public var violations: [Violation]
  /// How many facts were checked under each rule; a rule that found nothing to check stands with 0.
  public var checks: [String: Int]
  /// Meetings with an entry, and meetings listed as unplaced.
  public var placed: Int
  public var unplaced: Int

  public init(violations: [Violation], checks: [String: Int], placed: Int, unplaced: Int) {
    self.violations = violations
    self.checks = checks
    self.placed = placed
    self.unplaced = unplaced
  }

  public var isValid: Bool { violations.isEmpty }
}

/// The rules that always hold. Hard constraints are added under `constraint.<kind>`.
public enum Rule: String, Hashable, Sendable, Codable, CaseIterable {
  case knownReferences = "known-references"
  case everythingListed = "everything-listed"
  case onGrid = "on-grid"
  case duration
  case weeks
  case teachers
  case pins
  case lessonClash = "lesson-clash"
  case teacherClash = "teacher-clash"
  case groupClash = "group-clash"
  case studentClash = "student-clash"
  case roomClash = "room-clash"
  case roomCount = "room-count"
  case roomType = "room-type"
  case roomFeatures = "room-features"
  case roomAllowed = "room-allowed"
  case roomCapacity = "room-capacity"
  case roomAvailable = "room-available"
  case roomBookingLimit = "room-booking-limit"
  case teacherAvailable = "teacher-available"
  case groupAvailable = "group-available"
  case teacherDayLoad = "teacher-day-load"
  case teacherWeekLoad = "teacher-week-load"
}
