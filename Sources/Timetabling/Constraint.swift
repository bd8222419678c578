/// One rule an institution adds to those that always hold.
public struct Constraint: Hashable, Sendable, Codable {
  public enum Enforcement: Hashable, Sendable {
    /// A timetable that breaks it is refused.
    case hard
    /// Each violation counts `weight` (1...1000) times.
    case weighted(Int)
  }

  public var id: ConstraintID
  public var kind: ConstraintKind
  public var selector: Selector
  /// By the names that `ConstraintKind.parameters` declares; those left out take their default.
  public var parameters: [String: Int]
  /// Spans of the week for kinds that speak of times (`lessons.allowed-times`).
  public var times: [TimeSpan]
  /// Rooms for kinds that speak of rooms (`lessons.allowed-rooms`).
  public var rooms: [RoomID]
  public var enforcement: Enforcement
  public var note: String

  public init(
    id: ConstraintID, kind: ConstraintKind, selector: Selector = Selector(), parameters: [String: Int] = [:],
    times: [TimeSpan] = [], rooms: [RoomID] = [], enforcement: Enforcement = .hard, note: String = ""
  ) {
    self.id = id
    self.kind = kind
    self.selector = selector
    self.parameters = parameters
    self.times = times
    self.rooms = rooms
    self.enforcement = enforcement
    self.note = note
  }

  /// The value of a declared parameter, or its default.
  public func parameter(_ name: String) -> Int {
    parameters[name] ?? kind.parameters.first { $0.name == name }?.defaultValue ?? 0
  }
}

/// Whom a constraint speaks of. An empty list does not narrow; an empty selector means everybody.
/// For kinds about lessons the lists narrow together (subject AND group …).
public struct Selector: Hashable, Sendable, Codable {
  public var lessons: [LessonID]
  public var courses: [CourseID]
  public var teachers: [TeacherID]
  public var groups: [ClassGroupID]
  public var departments: [DepartmentID]
  public var tags: [String]

  public init(
    lessons: [LessonID] = [], courses: [CourseID] = [], teachers: [TeacherID] = [], groups: [ClassGroupID] = [],
    departments: [DepartmentID] = [], tags: [String] = []
  ) {
    self.lessons = lessons
    self.courses = courses
    self.teachers = teachers
    self.groups = groups
    self.departments = departments
    self.tags = tags
  }
}

extension Constraint.Enforcement: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let weight = try? container.decode(Int.self) {
      self = .weighted(weight)
    } else {
      let word = try container.decode(String.self)
      guard word == "hard" else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "'\(word)' is neither 'hard' nor a weight from 1 to 1000")
      }
      self = .hard
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .hard: try container.encode("hard")
    case .weighted(let weight): try container.encode(weight)
    }
  }
}
