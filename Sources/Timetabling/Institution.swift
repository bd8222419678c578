/// A part of the campus between which people need time to walk.
public struct Zone: Hashable, Sendable, Codable {
  public var id: ZoneID
  public var name: String
  public var latitude: Double?
  public var longitude: Double?

  public init(id: ZoneID, name: String, latitude: Double? = nil, longitude: Double? = nil) {
    self.id = id
    self.name = name
    self.latitude = latitude
    self.longitude = longitude
  }
}

/// Minutes on foot between two zones, the same both ways.
public struct TravelTime: Hashable, Sendable, Codable {
  public var from: ZoneID
  public var to: ZoneID
  public var minutes: Int

  public init(from: ZoneID, to: ZoneID, minutes: Int) {
    self.from = from
    self.to = to
    self.minutes = minutes
  }
}

public struct Building: Hashable, Sendable, Codable {
  public var id: BuildingID
  public var name: String
  public var zone: ZoneID?

  public init(id: BuildingID, name: String, zone: ZoneID? = nil) {
    self.id = id
    self.name = name
    self.zone = zone
  }
}

public struct Room: Hashable, Sendable, Codable {
  public var id: RoomID
  public var name: String
  /// The institution's own word: `lecture`, `lab`, `gym`, `virtual`.
  public var type: String
  /// Seats.
  public var capacity: Int
  public var features: [String]
  public var building: BuildingID?
  public var zone: ZoneID?
  /// A virtual room holds any number of lessons at once.
  public var isVirtual: Bool
  /// Lessons a day, nil for no limit.
  public var dailyBookingLimit: Int?
  /// Blocked spans: closed hours and maintenance windows.
  public var availability: [Availability]

  public init(
    id: RoomID, name: String? = nil, type: String = "classroom", capacity: Int, features: [String] = [],
    building: BuildingID? = nil, zone: ZoneID? = nil, isVirtual: Bool = false, dailyBookingLimit: Int? = nil,
    availability: [Availability] = []
  ) {
    self.id = id
    self.name = name ?? id.rawValue
    self.type = type
    self.capacity = capacity
    self.features = features
    self.building = building
    self.zone = zone
    self.isVirtual = isVirtual
    self.dailyBookingLimit = dailyBookingLimit
    self.availability = availability
  }
}

public struct Department: Hashable, Sendable, Codable {
  public var id: DepartmentID
  public var name: String

  public init(id: DepartmentID, name: String) {
    self.id = id
    self.name = name
  }
}

public struct Program: Hashable, Sendable, Codable {
  public var id: ProgramID
  public var name: String
  public var department: DepartmentID?

  public init(id: ProgramID, name: String, department: DepartmentID? = nil) {
    self.id = id
    self.name = name
    self.department = department
  }
}

public struct Teacher: Hashable, Sendable, Codable {
  public var id: TeacherID
  public var name: String
  public var department: DepartmentID?
  /// Hard limits in minutes of teaching, nil for none.
  public var maxMinutesPerDay: Int?
  public var maxMinutesPerWeek: Int?
  public var availability: [Availability]

  public init(
    id: TeacherID, name: String? = nil, department: DepartmentID? = nil, maxMinutesPerDay: Int? = nil,
    maxMinutesPerWeek: Int? = nil, availability: [Availability] = []
  ) {
    self.id = id
    self.name = name ?? id.rawValue
    self.department = department
    self.maxMinutesPerDay = maxMinutesPerDay
    self.maxMinutesPerWeek = maxMinutesPerWeek
    self.availability = availability
  }
}

/// Students who share a week: a curriculum, a batch, a school class, or a part of one.
public struct ClassGroup: Hashable, Sendable, Codable {
  public var id: ClassGroupID
  public var name: String
  public var size: Int
  public var department: DepartmentID?
  public var program: ProgramID?
  public var year: Int?
  /// Groups whose students are all in this one too. A part may belong to several groups; two
  /// groups clash exactly when one is the other, contains it, or shares a part with it.
  public var parts: [ClassGroupID]
  public var homeRoom: RoomID?
  public var availability: [Availability]

  public init(
    id: ClassGroupID, name: String? = nil, size: Int, department: DepartmentID? = nil, program: ProgramID? = nil,
    year: Int? = nil, parts: [ClassGroupID] = [], homeRoom: RoomID? = nil, availability: [Availability] = []
  ) {
    self.id = id
    self.name = name ?? id.rawValue
    self.size = size
    self.department = department
    self.program = program
    self.year = year
    self.parts = parts
    self.homeRoom = homeRoom
    self.availability = availability
  }
}

/// A student who is named: attends the lessons of `group` and those that list the student.
public struct Student: Hashable, Sendable, Codable {
  public var id: StudentID
  public var name: String
  public var group: ClassGroupID?
  public var year: Int?

  public init(id: StudentID, name: String? = nil, group: ClassGroupID? = nil, year: Int? = nil) {
    self.id = id
    self.name = name ?? id.rawValue
    self.group = group
    self.year = year
  }
}

public struct Course: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case core
    case departmentalElective = "departmental-elective"
    case openElective = "open-elective"
  }

  public var id: CourseID
  public var name: String
  public var subject: String
  public var department: DepartmentID?
  public var kind: Kind
  public var year: Int?
  public var credits: Double?

  public init(
    id: CourseID, name: String? = nil, subject: String? = nil, department: DepartmentID? = nil, kind: Kind = .core,
    year: Int? = nil, credits: Double? = nil
  ) {
    self.id = id
    self.name = name ?? id.rawValue
    self.subject = subject ?? id.rawValue
    self.department = department
    self.kind = kind
    self.year = year
    self.credits = credits
  }
}

/// What a lesson asks of its rooms. Empty lists ask for nothing.
public struct RoomNeed: Hashable, Sendable, Codable {
  /// Rooms held at once: 0 for a lesson without a room.
  public var count: Int
  /// The room must be of one of these types.
  public var types: [String]
  /// The room must have all of these features.
  public var features: [String]
  /// The room must be one of these.
  public var rooms: [RoomID]
  /// Rooms the lesson would rather have (criterion room wishes).
  public var wished: [RoomID]

  public init(
    count: Int = 1, types: [String] = [], features: [String] = [], rooms: [RoomID] = [], wished: [RoomID] = []
  ) {
    self.count = count
    self.types = types
    self.features = features
    self.rooms = rooms
    self.wished = wished
  }

  public static let none = RoomNeed(count: 0)
}

/// A placement that a person, or publication, has decided: the time, the room, or both.
public struct Pin: Hashable, Sendable, Codable {
  /// 0-based meeting of the lesson.
  public var meeting: Int
  public var day: Int?
  public var start: MinuteOfDay?
  public var rooms: [RoomID]?

  public init(meeting: Int = 0, day: Int? = nil, start: MinuteOfDay? = nil, rooms: [RoomID]? = nil) {
    self.meeting = meeting
    self.day = day
    self.start = start
    self.rooms = rooms
  }
}

/// The unit that is scheduled: `meetingsPerWeek` meetings of `duration` minutes, in the same weeks.
public struct Lesson: Hashable, Sendable, Codable {
  public enum Part: String, Hashable, Sendable, Codable, CaseIterable {
    case lecture, lab, tutorial, practical, other
  }

  public var id: LessonID
  public var name: String
  public var course: CourseID?
  public var part: Part
  public var department: DepartmentID?
  /// Teaching minutes of one meeting, at least 1.
  public var duration: Int
  /// At least 1.
  public var meetingsPerWeek: Int
  /// Nil: every week of the term.
  public var weeks: WeekSet?
  public var timeGrid: TimeGridID?
  public var groups: [ClassGroupID]
  /// Students enrolled one by one.
  public var students: [StudentID]
  /// All of them teach every meeting.
  public var teachers: [TeacherID]
  /// `teachersFromPool` of these teach as well; the choice is made once for all meetings.
  public var teacherPool: [TeacherID]
  public var teachersFromPool: Int
  /// Expected attendance; nil: the sum of the groups' sizes and the enrolled students.
  public var size: Int?
  public var roomNeed: RoomNeed
  public var tags: [String]
  public var pins: [Pin]

  public init(
    id: LessonID, name: String? = nil, course: CourseID? = nil, part: Part = .lecture, department: DepartmentID? = nil,
    duration: Int, meetingsPerWeek: Int = 1, weeks: WeekSet? = nil, timeGrid: TimeGridID? = nil,
    groups: [ClassGroupID] = [], students: [StudentID] = [], teachers: [TeacherID] = [],
    teacherPool: [TeacherID] = [], teachersFromPool: Int = 0, size: Int? = nil, roomNeed: RoomNeed = RoomNeed(),
    tags: [String] = [], pins: [Pin] = []
  ) {
    self.id = id
    self.name = name ?? id.rawValue
    self.course = course
    self.part = part
    self.department = department
    self.duration = duration
    self.meetingsPerWeek = meetingsPerWeek
    self.weeks = weeks
    self.timeGrid = timeGrid
    self.groups = groups
    self.students = students
    self.teachers = teachers
    self.teacherPool = teacherPool
    self.teachersFromPool = teachersFromPool
    self.size = size
    self.roomNeed = roomNeed
    self.tags = tags
    self.pins = pins
  }
}
