import Patterns
import Timetabling

/// Reads a problem and notes all that is wrong with it. Names are resolved once everything has been read.
struct ITC2019Reader {
  /// A name that must be known by the end, with the place where it is used.
  struct Reference {
    var id: String
    var line: Int
  }

  var issues: IssueList
  var ignored: [String: DataIssue] = [:]
  var problem = CourseProblem(name: "", days: 0, slotsPerDay: 0, weeks: 0)

  var roomIndex: [String: Int] = [:]
  var courseIndex: [String: Int] = [:]
  var classIndex: [String: Int] = [:]
  var studentIndex: [String: Int] = [:]
  var travel: [[(to: Reference, slots: Int)]] = []
  var classRooms: [[(room: Reference, penalty: Int)]] = []
  var parents: [Reference?] = []
  var members: [[Reference]] = []
  var wishes: [[Reference]] = []
  private var sections: Set<String> = []

  init(issues: IssueList) { self.issues = issues }

  mutating func read(_ scanner: inout TagScanner) throws(TagError) {
    let root = try scanner.root()
    guard root.name == "problem" else {
      issues.add(at: "line \(root.line)", "itc2019.root", "The file's root is '\(root.name)', not 'problem'.")
      return
    }
    readHead(scanner, root)
    guard issues.isEmpty else { return }
    try scanner.forEachChild(of: root) { (scanner, part) throws(TagError) in
      enterSection(scanner, part)
      switch part.name {
      case "optimization": try readWeights(&scanner, part)
      case "rooms": try scanner.forEachChild(of: part) { (s, t) throws(TagError) in try readRoom(&s, t) }
      case "courses": try scanner.forEachChild(of: part) { (s, t) throws(TagError) in try readCourse(&s, t) }
      case "distributions":
        try scanner.forEachChild(of: part) { (s, t) throws(TagError) in try readDistribution(&s, t) }
      case "students": try scanner.forEachChild(of: part) { (s, t) throws(TagError) in try readStudent(&s, t) }
      default: pass(over: part)
      }
    }
    try scanner.finish()
    noteMissingWeights(root)
    resolve()
  }

  func reading() -> CourseReading {
    CourseReading(
      problem: issues.isEmpty ? problem : nil, issues: issues.listed, omittedIssues: issues.omitted,
      ignored: ignored.sorted { $0.key < $1.key }.map(\.value))
  }

  private mutating func readHead(_ scanner: TagScanner, _ tag: TagScanner.Tag) {
    note(scanner, tag, known: ["name", "nrDays", "nrWeeks", "slotsPerDay"])
    problem.name = text("name", scanner, tag)
    problem.days = integer("nrDays", scanner, tag, 1...16)
    problem.weeks = integer("nrWeeks", scanner, tag, 1...64)
    problem.slotsPerDay = integer("slotsPerDay", scanner, tag, 1...1_440)
  }

  /// Each stands once: of two lists of weights one would be lost, and who split a list meant another file.
  private mutating func enterSection(_ scanner: TagScanner, _ tag: TagScanner.Tag) {
    guard ["optimization", "rooms", "courses", "distributions", "students"].contains(tag.name) else { return }
    if tag.name != "optimization" { note(scanner, tag, known: []) }
    guard !sections.insert(tag.name).inserted else { return }
    issues.add(
      at: "line \(tag.line)", "itc2019.duplicate", "There is another element '\(tag.name)' before this line.")
  }

  private mutating func noteMissingWeights(_ root: TagScanner.Tag) {
    guard !sections.contains("optimization") else { return }
    ignored["optimization"] = DataIssue(
      place: "line \(root.line)", code: "itc2019.no-weights",
      message: "The file does not say what its costs weigh: there is no element 'optimization', and each weighs 1.")
  }

  private mutating func readWeights(_ scanner: inout TagScanner, _ tag: TagScanner.Tag) throws(TagError) {
    note(scanner, tag, known: ["time", "room", "distribution", "student"])
    problem.weights = CostWeights(
      time: integer("time", scanner, tag, 0...1_000), room: integer("room", scanner, tag, 0...1_000),
      distribution: integer("distribution", scanner, tag, 0...1_000),
      student: integer("student", scanner, tag, 0...1_000))
    try passOverContents(&scanner, tag)
  }

  private mutating func readRoom(_ scanner: inout TagScanner, _ tag: TagScanner.Tag) throws(TagError) {
    guard tag.name == "room" else { return pass(over: tag) }
    note(scanner, tag, known: ["id", "capacity"])
    var room = CourseRoom(
      id: text("id", scanner, tag), capacity: integer("capacity", scanner, tag, 0...1_000_000, default: 0))
    var ways: [(Reference, Int)] = []
    try scanner.forEachChild(of: tag) { (scanner, part) throws(TagError) in
      switch part.name {
      case "travel":
        note(scanner, part, known: ["room", "value"])
        ways.append((reference("room", scanner, part), integer("value", scanner, part, 0...10_000)))
        try passOverContents(&scanner, part)
      case "unavailable":
        let isNever = scanner.mask("days", count: problem.days) == 0 || scanner.mask("weeks", count: problem.weeks) == 0
        if !isNever, let pattern = pattern(scanner, part) { room.unavailable.append(pattern) }
        try passOverContents(&scanner, part)
      default: pass(over: part)
      }
    }
    enter(room.id, problem.rooms.count, in: \.roomIndex, "room", tag)
    problem.rooms.append(room)
    travel.append(ways)
  }

  private mutating func readDistribution(_ scanner: inout TagScanner, _ tag: TagScanner.Tag) throws(TagError) {
    guard tag.name == "distribution" else { return pass(over: tag) }
    note(scanner, tag, known: ["id", "type", "required", "penalty"])
    let type = text("type", scanner, tag)
    let kind = Distribution.Kind(type)
    if kind == nil, scanner.has("type") {
      issues.add(
        at: "line \(tag.line)", "itc2019.distribution", "The distribution type '\(type)' is not known.")
    }
    let isRequired = boolean("required", scanner, tag, default: false)
    let penalty = integer("penalty", scanner, tag, 0...1_000_000, default: 0)
    var classes: [Reference] = []
    try scanner.forEachChild(of: tag) { (scanner, part) throws(TagError) in
      guard part.name == "class" else { return pass(over: part) }
      classes.append(try name(&scanner, part))
    }
    guard let kind else { return }
    problem.distributions.append(Distribution(kind, isRequired: isRequired, penalty: penalty, classes: []))
    members.append(classes)
  }

  private mutating func readStudent(_ scanner: inout TagScanner, _ tag: TagScanner.Tag) throws(TagError) {
    guard tag.name == "student" else { return pass(over: tag) }
    note(scanner, tag, known: ["id"])
    let id = text("id", scanner, tag)
    var courses: [Reference] = []
    try scanner.forEachChild(of: tag) { (scanner, part) throws(TagError) in
      guard part.name == "course" else { return pass(over: part) }
      courses.append(try name(&scanner, part))
    }
    enter(id, problem.students.count, in: \.studentIndex, "student", tag)
    problem.students.append(CourseStudent(id: id, courses: []))
    wishes.append(courses)
  }
}
