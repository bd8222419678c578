/// The name of one thing, as its institution writes it.
///
/// An identifier keeps the institution's own text, so that every message can be read by the
/// people who entered the data. `Subject` keeps a room's name from being used as a teacher's.
public struct Identifier<Subject>: RawRepresentable, Hashable, Sendable, Codable {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(_ rawValue: String) { self.rawValue = rawValue }

  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

extension Identifier: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}

extension Identifier: Comparable {
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension Identifier: CustomStringConvertible {
  public var description: String { rawValue }
}

public typealias TimeGridID = Identifier<TimeGrid>
public typealias BuildingID = Identifier<Building>
public typealias ZoneID = Identifier<Zone>
public typealias RoomID = Identifier<Room>
public typealias TeacherID = Identifier<Teacher>
public typealias ClassGroupID = Identifier<ClassGroup>
public typealias StudentID = Identifier<Student>
public typealias DepartmentID = Identifier<Department>
public typealias ProgramID = Identifier<Program>
public typealias CourseID = Identifier<Course>
public typealias LessonID = Identifier<Lesson>
public typealias ConstraintID = Identifier<Constraint>
public typealias TermID = Identifier<Term>
