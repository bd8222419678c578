/// Says everything that is wrong with a problem before anybody computes with it.
///
/// Issues come in the document's order. Only a problem without issues may be given to the engine; whether it can
/// be solved is `Precheck`'s question.
public enum ProblemCheck {
  /// What one problem may hold at most.
  public enum Limit {
    public static let lessons = 100_000
    public static let rooms = 20_000
    public static let teachers = 50_000
    public static let groups = 50_000
    public static let students = 500_000
    public static let courses = 100_000
    public static let constraints = 100_000
    public static let others = 10_000
    public static let meetingsPerWeek = 100
    public static let idLength = 200
    public static let days = 32
    public static let periodsPerDay = 64
    public static let people = 1_000_000
  }

  /// - Parameter place: turns a pointer into the document to the place in the file that the problem was read from
  public static func issues(in problem: Problem, at place: (String) -> String = { $0 }) -> [DataIssue] {
    result(of: problem, limit: .max, until: nil, at: place).issues
  }

  public struct Result: Sendable {
    /// The first ones, as many as were asked for.
    public var issues: [DataIssue]
    /// How many more there were.
    public var omitted: Int
    /// False where the time was over before everything was looked at: then nothing follows from the issues.
    public var isWhole: Bool
  }

  /// The same for data of somebody who is not trusted: what would take too much to look at is refused before it is.
  public static func result(
    of problem: Problem, limit: Int, until deadline: ContinuousClock.Instant?, at place: (String) -> String = { $0 }
  ) -> Result {
    if var issue = Entanglement.issue(in: problem) {
      issue.place = place(issue.place)
      return Result(issues: [issue], omitted: 0, isWhole: true)
    }
    return withoutActuallyEscaping(place) { place in
      var check = ProblemChecker(problem, limit: limit, until: deadline, at: place)
      let steps: [(inout ProblemChecker) -> Void] = [
        { $0.checkSizes() }, { $0.checkTerm() }, { $0.checkGrids() }, { $0.checkPlaces() }, { $0.checkPeople() },
        { $0.checkGroups() }, { $0.checkCourses() }, { $0.checkLessons() }, { $0.checkConstraints() },
      ]
      for step in steps where check.mayGoOn() { step(&check) }
      return Result(issues: check.issues, omitted: check.omitted, isWhole: !check.isLate)
    }
  }
}

/// Collects issues; each extension checks one part of the document.
struct ProblemChecker {
  let problem: Problem
  let wording: Wording
  let known: KnownIDs
  let index: ProblemIndex
  private(set) var issues: [DataIssue] = []
  private(set) var omitted = 0
  /// The time was over before everything was looked at.
  private(set) var isLate = false
  private let limit: Int
  private let deadline: ContinuousClock.Instant?
  private let place: (String) -> String
  private var twinsSought = 0

  init(
    _ problem: Problem, limit: Int = .max, until deadline: ContinuousClock.Instant? = nil,
    at place: @escaping (String) -> String = { $0 }
  ) {
    self.problem = problem
    self.limit = limit
    self.deadline = deadline
    self.place = place
    wording = Wording(problem: problem)
    known = KnownIDs(problem)
    index = ProblemIndex(problem)
  }

  mutating func report(_ pointer: String, _ code: String, _ message: String, advice: String) {
    guard issues.count < limit else {
      omitted += 1
      return
    }
    issues.append(DataIssue(place: place(pointer), code: code, message: message + " " + advice))
  }

  /// To be asked at the head of each long loop.
  mutating func mayGoOn() -> Bool {
    if let deadline, !isLate { isLate = deadline <= .now }
    return !isLate
  }

  /// Reports unless the condition holds.
  mutating func require(
    _ condition: Bool, _ place: String, _ code: String, _ message: @autoclosure () -> String, advice: String
  ) {
    if !condition { report(place, code, message(), advice: advice) }
  }

  mutating func checkSizes() {
    let lists: [(String, Int, Int)] = [
      ("timeGrids", problem.timeGrids.count, 100), ("zones", problem.zones.count, ProblemCheck.Limit.others),
      ("travelTimes", problem.travelTimes.count, ProblemCheck.Limit.lessons),
      ("buildings", problem.buildings.count, ProblemCheck.Limit.others),
      ("rooms", problem.rooms.count, ProblemCheck.Limit.rooms),
      ("departments", problem.departments.count, ProblemCheck.Limit.others),
      ("programs", problem.programs.count, ProblemCheck.Limit.others),
      ("teachers", problem.teachers.count, ProblemCheck.Limit.teachers),
      ("groups", problem.groups.count, ProblemCheck.Limit.groups),
      ("students", problem.students.count, ProblemCheck.Limit.students),
      ("courses", problem.courses.count, ProblemCheck.Limit.courses),
      ("lessons", problem.lessons.count, ProblemCheck.Limit.lessons),
      ("constraints", problem.constraints.count, ProblemCheck.Limit.constraints),
    ]
    for (name, count, limit) in lists {
      require(
        count <= limit, "/\(name)", "size.too-many", "The document holds \(count) \(name); at most \(limit) are taken.",
        advice: "Maybe split the institution into several problems.")
    }
  }

  /// Ids of one list: none empty, none too long, none twice.
  mutating func checkIDs<Subject>(_ ids: [Identifier<Subject>], _ list: String, of noun: String) {
    var first: [Identifier<Subject>: Int] = [:]
    var looks: [String: Int] = [:]
    for (position, id) in ids.enumerated() {
      let place = "/\(list)/\(position)/id"
      if id.rawValue.allSatisfy(\.isWhitespace) {
        report(place, "id.empty", "A \(noun) has an empty id.", advice: "Give it the name your other systems use.")
      } else if id.rawValue.count > ProblemCheck.Limit.idLength {
        report(
          place, "id.too-long",
          "The id '\(id.rawValue.prefix(40))…' of a \(noun) has \(id.rawValue.count) characters; "
            + "at most \(ProblemCheck.Limit.idLength) are taken.", advice: "Shorten it.")
      }
      if let earlier = first[id] {
        report(
          place, "id.duplicate",
          "The id '\(id)' of a \(noun) was used before, at \(self.place("/\(list)/\(earlier)/id")).",
          advice: "Rename one of the two, or remove it.")
        continue
      }
      first[id] = position
      let look = VisibleText.of(id.rawValue)
      if let earlier = looks.updateValue(position, forKey: look) {
        report(
          place, "id.look-alike",
          "The id \(VisibleText.quoted(id.rawValue)) of a \(noun) looks like "
            + "\(VisibleText.quoted(ids[earlier].rawValue)) at \(self.place("/\(list)/\(earlier)/id")), and is another.",
          advice: "Maybe both are the same \(noun): remove the spaces, and one of the two.")
      }
    }
  }

  /// A reference must name something that exists.
  mutating func checkReference<Subject>(
    _ id: Identifier<Subject>?, in known: Set<Identifier<Subject>>, _ place: String, from owner: String, to noun: String
  ) {
    guard let id, !known.contains(id) else { return }
    // Looking through all names for each of a hundred thousand misspelt ones would take minutes.
    twinsSought += 1
    let twin = twinsSought <= 100 ? known.first { VisibleText.isSame($0.rawValue, id.rawValue) } : nil
    report(
      place, "reference.unknown",
      "\(owner.sentence) names \(noun) \(VisibleText.quoted(id.rawValue)), which is not in the document.",
      advice: twin.map { "Maybe \(VisibleText.quoted($0.rawValue)) is meant." }
        ?? "Maybe it is misspelled, or missing from the list of \(noun)s.")
  }

  mutating func checkReferences<Subject>(
    _ ids: [Identifier<Subject>], in known: Set<Identifier<Subject>>, _ place: String, from owner: String,
    to noun: String
  ) {
    var seen: Set<Identifier<Subject>> = []
    for (position, id) in ids.enumerated() {
      checkReference(id, in: known, "\(place)/\(position)", from: owner, to: noun)
      require(
        seen.insert(id).inserted, "\(place)/\(position)", "reference.duplicate",
        "\(owner.sentence) names \(noun) '\(id)' twice.", advice: "Remove one of the two.")
    }
  }

  mutating func checkRange(
    _ value: Int?, _ range: ClosedRange<Int>, _ place: String, _ what: String
  ) {
    guard let value, !range.contains(value) else { return }
    report(
      place, "number.out-of-range", "\(what.sentence) is \(value).",
      advice: "It must lie between \(range.lowerBound) and \(range.upperBound).")
  }
}

/// The ids that references may name.
struct KnownIDs {
  let grids: Set<TimeGridID>
  let zones: Set<ZoneID>
  let buildings: Set<BuildingID>
  let rooms: Set<RoomID>
  let departments: Set<DepartmentID>
  let programs: Set<ProgramID>
  let teachers: Set<TeacherID>
  let groups: Set<ClassGroupID>
  let students: Set<StudentID>
  let courses: Set<CourseID>
  let lessons: Set<LessonID>
  let tags: Set<String>

  init(_ problem: Problem) {
    grids = Set(problem.timeGrids.map(\.id))
    zones = Set(problem.zones.map(\.id))
    buildings = Set(problem.buildings.map(\.id))
    rooms = Set(problem.rooms.map(\.id))
    departments = Set(problem.departments.map(\.id))
    programs = Set(problem.programs.map(\.id))
    teachers = Set(problem.teachers.map(\.id))
    groups = Set(problem.groups.map(\.id))
    students = Set(problem.students.map(\.id))
    courses = Set(problem.courses.map(\.id))
    lessons = Set(problem.lessons.map(\.id))
    tags = Set(problem.lessons.flatMap(\.tags))
  }
}
