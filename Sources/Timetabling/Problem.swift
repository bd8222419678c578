/// Everything a timetable for one term is made from: one institution's data, as plain values.
///
/// A `Problem` may be wrong (`ProblemCheck` says where); the engine takes only checked ones.
/// Its JSON form is the import document, `horarium/1`.
public struct Problem: Hashable, Sendable, Codable {
  public var name: String
  public var term: Term
  /// At least one; a lesson that names none uses the first. All have the same number of days.
  public var timeGrids: [TimeGrid]
  public var zones: [Zone]
  public var travelTimes: [TravelTime]
  public var buildings: [Building]
  public var rooms: [Room]
  public var departments: [Department]
  public var programs: [Program]
  public var teachers: [Teacher]
  public var groups: [ClassGroup]
  public var students: [Student]
  public var courses: [Course]
  public var lessons: [Lesson]
  public var constraints: [Constraint]

  public init(
    name: String, term: Term, timeGrids: [TimeGrid], zones: [Zone] = [], travelTimes: [TravelTime] = [],
    buildings: [Building] = [], rooms: [Room] = [], departments: [Department] = [], programs: [Program] = [],
    teachers: [Teacher] = [], groups: [ClassGroup] = [], students: [Student] = [], courses: [Course] = [],
    lessons: [Lesson] = [], constraints: [Constraint] = []
  ) {
    self.name = name
    self.term = term
    self.timeGrids = timeGrids
    self.zones = zones
    self.travelTimes = travelTimes
    self.buildings = buildings
    self.rooms = rooms
    self.departments = departments
    self.programs = programs
    self.teachers = teachers
    self.groups = groups
    self.students = students
    self.courses = courses
    self.lessons = lessons
    self.constraints = constraints
  }
}
