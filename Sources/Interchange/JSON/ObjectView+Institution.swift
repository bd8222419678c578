import Timetabling

/// One reader for each kind of object of the import document.
extension ObjectView {
  mutating func term() -> Term {
    let id: TermID = identifierIfPresent("id") ?? "term"
    let weekCount = requiredInteger("weekCount", 1...64)
    return Term(
      id: id, name: text("name") ?? id.rawValue, firstDay: requiredText("firstDay", longest: 40), weekCount: weekCount,
      timeZone: text("timeZone", longest: 64) ?? "UTC",
      holidays: elements("holidays") { $0.text($1, "holidays", longest: 40) })
  }

  mutating func zone() -> Zone {
    let id: ZoneID = identifier("id")
    return Zone(
      id: id, name: text("name") ?? id.rawValue, latitude: number("latitude", -90...90),
      longitude: number("longitude", -180...180))
  }

  mutating func travelTime() -> TravelTime {
    TravelTime(from: identifier("from"), to: identifier("to"), minutes: requiredInteger("minutes", 0...1440))
  }

  mutating func building() -> Building {
    let id: BuildingID = identifier("id")
    return Building(id: id, name: text("name") ?? id.rawValue, zone: identifierIfPresent("zone"))
  }

  mutating func room() -> Room {
    Room(
      id: identifier("id"), name: text("name"), type: text("type", longest: 200) ?? "classroom",
      capacity: requiredInteger("capacity", 0...1_000_000), features: names("features"),
      building: identifierIfPresent("building"), zone: identifierIfPresent("zone"),
      isVirtual: boolean("isVirtual") ?? false, dailyBookingLimit: integer("dailyBookingLimit", 0...1_000),
      availability: availability())
  }

  mutating func department() -> Department {
    let id: DepartmentID = identifier("id")
    return Department(id: id, name: text("name") ?? id.rawValue)
  }

  mutating func program() -> Program {
    let id: ProgramID = identifier("id")
    return Program(id: id, name: text("name") ?? id.rawValue, department: identifierIfPresent("department"))
  }

  mutating func teacher() -> Teacher {
    Teacher(
      id: identifier("id"), name: text("name"), department: identifierIfPresent("department"),
      maxMinutesPerDay: integer("maxMinutesPerDay", 0...1440),
      maxMinutesPerWeek: integer("maxMinutesPerWeek", 0...100_000), availability: availability())
  }

  mutating func group() -> ClassGroup {
    ClassGroup(
      id: identifier("id"), name: text("name"), size: requiredInteger("size", 0...1_000_000),
      department: identifierIfPresent("department"), program: identifierIfPresent("program"),
      year: integer("year", 0...100), parts: identifiers("parts"), homeRoom: identifierIfPresent("homeRoom"),
      availability: availability())
  }

  mutating func student() -> Student {
    Student(
      id: identifier("id"), name: text("name"), group: identifierIfPresent("group"), year: integer("year", 0...100))
  }

  mutating func course() -> Course {
    Course(
      id: identifier("id"), name: text("name"), subject: text("subject"), department: identifierIfPresent("department"),
      kind: choice("kind") ?? .core, year: integer("year", 0...100), credits: number("credits", 0...1_000))
  }

  mutating func lesson() -> Lesson {
    Lesson(
      id: identifier("id"), name: text("name"), course: identifierIfPresent("course"),
      part: choice("part") ?? .lecture, department: identifierIfPresent("department"),
      duration: requiredInteger("duration", 1...1440), meetingsPerWeek: integer("meetingsPerWeek", 1...100) ?? 1,
      weeks: weeks("weeks"), timeGrid: identifierIfPresent("timeGrid"), groups: identifiers("groups"),
      students: identifiers("students"), teachers: identifiers("teachers"), teacherPool: identifiers("teacherPool"),
      teachersFromPool: integer("teachersFromPool", 0...100) ?? 0, size: integer("size", 0...1_000_000),
      roomNeed: value("roomNeed").flatMap { reading.object($0, "room need") { $0.roomNeed() } } ?? RoomNeed(),
      tags: names("tags"), pins: objects("pins", "pin") { $0.pin() })
  }

  mutating func roomNeed() -> RoomNeed {
    RoomNeed(
      count: integer("count", 0...100) ?? 1, types: names("types"), features: names("features"),
      rooms: identifiers("rooms"), wished: identifiers("wished"))
  }

  mutating func pin() -> Pin {
    let hasRooms = value("rooms") != nil
    return Pin(
      meeting: integer("meeting", 0...99) ?? 0, day: integer("day", 0...31), start: time("start"),
      rooms: hasRooms ? identifiers("rooms") : nil)
  }

  private mutating func availability() -> [Availability] {
    objects("availability", "availability") { $0.oneAvailability() }
  }

  /// Without times it speaks of the whole day; without a grade it blocks.
  mutating func oneAvailability() -> Availability {
    let span = TimeSpan(day: requiredInteger("day", 0...31), start: time("start") ?? 0, end: time("end") ?? 1440)
    let weeks = weeks("weeks")
    guard let node = value("grade") else { return Availability(span: span, grade: .blocked, weeks: weeks) }
    if reading.text.kind(node) == .number {
      return Availability(span: span, grade: .wish(reading.integer(node, "grade", -3...3) ?? 0), weeks: weeks)
    }
    if reading.text.kind(node) != .string || reading.text.string(node) != "blocked" {
      reading.report(
        node, "json.value", "'grade' is \(reading.describe(node)), neither 'blocked' nor a wish from -3 to 3.")
    }
    return Availability(span: span, grade: .blocked, weeks: weeks)
  }

  mutating func constraint() -> Constraint {
    Constraint(
      id: identifier("id"), kind: kind(),
      selector: value("selector").flatMap { reading.object($0, "selector") { $0.selector() } } ?? Selector(),
      parameters: parameters(), times: objects("times", "time span") { $0.span() }, rooms: identifiers("rooms"),
      enforcement: enforcement(), note: text("note", longest: 2_000) ?? "")
  }

  private mutating func kind() -> ConstraintKind {
    required("kind").flatMap { reading.choice($0, "kind") } ?? .lessonsNotOverlapping
  }

  mutating func selector() -> Selector {
    Selector(
      lessons: identifiers("lessons"), courses: identifiers("courses"), teachers: identifiers("teachers"),
      groups: identifiers("groups"), departments: identifiers("departments"), tags: names("tags"))
  }

  mutating func span() -> TimeSpan {
    TimeSpan(day: requiredInteger("day", 0...31), start: requiredTime("start"), end: requiredTime("end"))
  }

  private mutating func parameters() -> [String: Int] {
    guard let node = value("parameters"), var map = ObjectView(reading, node, what: "'parameters'") else { return [:] }
    var values: [String: Int] = [:]
    for (name, node) in map.everyMember() { values[name] = reading.integer(node, name, -1_000_000...1_000_000) }
    return values
  }

  private mutating func enforcement() -> Constraint.Enforcement {
    guard let node = value("enforcement") else { return .hard }
    if reading.text.kind(node) == .number { return .weighted(reading.integer(node, "enforcement", 1...1_000) ?? 1) }
    if reading.text.kind(node) != .string || reading.text.string(node) != "hard" {
      reading.report(
        node, "json.value", "'enforcement' is \(reading.describe(node)), neither 'hard' nor a weight from 1 to 1000.")
    }
    return .hard
  }
}
