import Patterns
import Timetabling

extension ITC2019Reader {
  mutating func readCourse(_ scanner: inout TagScanner, _ tag: TagScanner.Tag) throws(TagError) {
    guard tag.name == "course" else { return pass(over: tag) }
    note(scanner, tag, known: ["id"])
    var course = CourseOffering(id: text("id", scanner, tag), configurations: [])
    enter(course.id, problem.courses.count, in: \.courseIndex, "course", tag)
    try scanner.forEachChild(of: tag) { (scanner, part) throws(TagError) in
      guard part.name == "config" else { return pass(over: part) }
      note(scanner, part, known: ["id"])
      var configuration = CourseOffering.Configuration(id: text("id", scanner, part), subparts: [])
      try scanner.forEachChild(of: part) { (scanner, inner) throws(TagError) in
        guard inner.name == "subpart" else { return pass(over: inner) }
        configuration.subparts.append(try readSubpart(&scanner, inner))
      }
      course.configurations.append(configuration)
    }
    problem.courses.append(course)
  }

  private mutating func readSubpart(
    _ scanner: inout TagScanner, _ tag: TagScanner.Tag
  ) throws(TagError) -> CourseOffering.Subpart {
    note(scanner, tag, known: ["id"])
    var subpart = CourseOffering.Subpart(id: text("id", scanner, tag), classes: [])
    try scanner.forEachChild(of: tag) { (scanner, part) throws(TagError) in
      guard part.name == "class" else { return pass(over: part) }
      subpart.classes.append(problem.classes.count)
      try readClass(&scanner, part)
    }
    return subpart
  }

  private mutating func readClass(_ scanner: inout TagScanner, _ tag: TagScanner.Tag) throws(TagError) {
    note(scanner, tag, known: ["id", "limit", "parent", "room"])
    let id = text("id", scanner, tag)
    let limit = scanner.has("limit") ? integer("limit", scanner, tag, 0...1_000_000) : nil
    let parent = scanner.text("parent").map { Reference(id: $0, line: tag.line) }
    let needsRoom = boolean("room", scanner, tag, default: true)
    var times: [TimeOption] = []
    var named: [MeetingPattern: Int] = [:]
    var hasTime = false
    var rooms: [(Reference, Int)] = []
    try scanner.forEachChild(of: tag) { (scanner, part) throws(TagError) in
      switch part.name {
      case "time":
        hasTime = true
        let penalty = integer("penalty", scanner, part, 0...1_000_000, default: 0)
        if let pattern = pattern(scanner, part) {
          add(TimeOption(pattern: pattern, penalty: penalty), to: &times, &named, part)
        }
        try passOverContents(&scanner, part)
      case "room":
        note(scanner, part, known: ["id", "penalty"])
        let penalty = integer("penalty", scanner, part, 0...1_000_000, default: 0)
        rooms.append((reference("id", scanner, part), penalty))
        try passOverContents(&scanner, part)
      default: pass(over: part)
      }
    }
    if !hasTime { issues.add(at: "line \(tag.line)", "itc2019.no-time", "Class '\(id)' has no time.") }
    if needsRoom, rooms.isEmpty {
      issues.add(
        at: "line \(tag.line)", "itc2019.no-room",
        "Class '\(id)' needs a room and names none.\nMaybe it should say room=\"false\".")
    }
    enter(id, problem.classes.count, in: \.classIndex, "class", tag)
    problem.classes.append(CourseClass(id: id, limit: limit, times: times))
    parents.append(parent)
    classRooms.append(rooms)
  }

  /// A solution names days, weeks and start. Of times that are equal in these the cheapest stays, as the competition
  /// counts them. `named` has the position of each, whatever its length.
  private mutating func add(
    _ option: TimeOption, to times: inout [TimeOption], _ named: inout [MeetingPattern: Int], _ tag: TagScanner.Tag
  ) {
    var key = option.pattern
    key.length = 0
    guard let known = named[key] else {
      named[key] = times.count
      return times.append(option)
    }
    if option.penalty < times[known].penalty { times[known] = option }
    ignored["time twice"] =
      ignored["time twice"]
      ?? DataIssue(
        place: "line \(tag.line)", code: "itc2019.ignored",
        message: "A class may start twice at the same time; a solution could not say which, and the cheaper stays.")
  }

  /// The days, weeks and slots of a `time` or an `unavailable`.
  mutating func pattern(_ scanner: TagScanner, _ tag: TagScanner.Tag) -> MeetingPattern? {
    note(scanner, tag, known: ["days", "weeks", "start", "length", "penalty"])
    let days = scanner.mask("days", count: problem.days)
    let weeks = scanner.mask("weeks", count: problem.weeks)
    if days == nil || days == 0 {
      issues.add(
        at: "line \(tag.line)", "itc2019.days", "'days' is not \(problem.days) characters 0 or 1 with at least one 1.")
    }
    if weeks == nil || weeks == 0 {
      issues.add(
        at: "line \(tag.line)", "itc2019.weeks",
        "'weeks' is not \(problem.weeks) characters 0 or 1 with at least one 1.")
    }
    let start = integer("start", scanner, tag, 0...problem.slotsPerDay)
    let length = integer("length", scanner, tag, 1...problem.slotsPerDay)
    guard let days, let weeks, days != 0, weeks != 0 else { return nil }
    return MeetingPattern(days: UInt16(days), weeks: weeks, start: start, length: length)
  }
}
