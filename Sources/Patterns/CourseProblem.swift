/// University course timetabling with student sectioning, as the International Timetabling Competition 2019 states it.
///
/// Source: T. Müller, H. Rudová, Z. Müllerová, "University course timetabling and International Timetabling
/// Competition 2019", PATAT 2018. Everything refers to everything else by its index in the arrays here; the names
/// of the file are kept for messages and for writing.
public struct CourseProblem: Hashable, Sendable {
  public var name: String
  /// Days of a week, at most 16.
  public var days: Int
  /// Slots of a day; a slot is five minutes in the competition's files.
  public var slotsPerDay: Int
  /// Weeks of the term, at most 64.
  public var weeks: Int
  public var weights: CostWeights
  public var rooms: [CourseRoom]
  public var courses: [CourseOffering]
  public var classes: [CourseClass]
  public var distributions: [Distribution]
  public var students: [CourseStudent]

  public init(
    name: String, days: Int, slotsPerDay: Int, weeks: Int, weights: CostWeights = CostWeights(),
    rooms: [CourseRoom] = [], courses: [CourseOffering] = [], classes: [CourseClass] = [],
    distributions: [Distribution] = [],
    students: [CourseStudent] = []
  ) {
    self.name = name
    self.days = days
    self.slotsPerDay = slotsPerDay
    self.weeks = weeks
    self.weights = weights
    self.rooms = rooms
    self.courses = courses
    self.classes = classes
    self.distributions = distributions
    self.students = students
  }
}

/// What one unit of each part of the cost counts in the total.
public struct CostWeights: Hashable, Sendable {
  public var time: Int
  public var room: Int
  public var distribution: Int
  public var student: Int

  public init(time: Int = 1, room: Int = 1, distribution: Int = 1, student: Int = 1) {
    self.time = time
    self.room = room
    self.distribution = distribution
    self.student = student
  }
}

/// Meets on each of `days` in each of `weeks`, from `start` for `length` slots. Bit 0 is the first day or week.
public struct MeetingPattern: Hashable, Sendable {
  public var days: UInt16
  public var weeks: UInt64
  public var start: Int
  public var length: Int

  public init(days: UInt16, weeks: UInt64, start: Int, length: Int) {
    self.days = days
    self.weeks = weeks
    self.start = start
    self.length = length
  }

  /// The first slot after it.
  public var end: Int { start + length }
}

public struct CourseRoom: Hashable, Sendable {
  public var id: String
  public var capacity: Int
  /// To the other rooms, where it takes time at all. Holds in both directions, whichever room lists it.
  public var travel: [Travel]
  public var unavailable: [MeetingPattern]

  /// Slots that a person needs to get to a room.
  public struct Travel: Hashable, Sendable {
    public var room: Int
    public var slots: Int

    public init(room: Int, slots: Int) {
      self.room = room
      self.slots = slots
    }
  }

  public init(id: String, capacity: Int, travel: [Travel] = [], unavailable: [MeetingPattern] = []) {
    self.id = id
    self.capacity = capacity
    self.travel = travel
    self.unavailable = unavailable
  }
}

public struct TimeOption: Hashable, Sendable {
  public var pattern: MeetingPattern
  public var penalty: Int

  public init(pattern: MeetingPattern, penalty: Int = 0) {
    self.pattern = pattern
    self.penalty = penalty
  }
}

public struct RoomOption: Hashable, Sendable {
  public var room: Int
  public var penalty: Int

  public init(room: Int, penalty: Int = 0) {
    self.room = room
    self.penalty = penalty
  }
}

/// What is given a time and a room, and what students are enrolled in.
public struct CourseClass: Hashable, Sendable {
  public var id: String
  /// Students at most; nil for as many as come.
  public var limit: Int?
  /// The class that every student of this one attends as well.
  public var parent: Int?
  /// At least one.
  public var times: [TimeOption]
  /// Empty for a class that meets in no room.
  public var rooms: [RoomOption]

  public init(id: String, limit: Int? = nil, parent: Int? = nil, times: [TimeOption], rooms: [RoomOption] = []) {
    self.id = id
    self.limit = limit
    self.parent = parent
    self.times = times
    self.rooms = rooms
  }
}

/// A student of the course attends one configuration of it, and one class of each of that one's subparts.
public struct CourseOffering: Hashable, Sendable {
  public var id: String
  public var configurations: [Configuration]

  public struct Configuration: Hashable, Sendable {
    public var id: String
    public var subparts: [Subpart]

    public init(id: String, subparts: [Subpart]) {
      self.id = id
      self.subparts = subparts
    }
  }

  public struct Subpart: Hashable, Sendable {
    public var id: String
    public var classes: [Int]

    public init(id: String, classes: [Int]) {
      self.id = id
      self.classes = classes
    }
  }

  public init(id: String, configurations: [Configuration]) {
    self.id = id
    self.configurations = configurations
  }
}

public struct CourseStudent: Hashable, Sendable {
  public var id: String
  public var courses: [Int]

  public init(id: String, courses: [Int]) {
    self.id = id
    self.courses = courses
  }
}
