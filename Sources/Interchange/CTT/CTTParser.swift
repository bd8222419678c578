import Timetabling

/// Reads the lines of a `.ctt` file: a header of `Name: value`, then four sections that end at `END.`.
///
/// The extended format `.ectt` (Bonutti, De Cesco, Di Gaspero, Schaerf 2012) says more: `Min_Max_Daily_Lectures` in the
/// header, whether a course wants double lectures, each room's building, and a fifth section of rooms that courses
/// may not have. Daily loads, double lectures and buildings cost nothing under UD2: they are checked and left out.
struct CTTParser {
  private(set) var issues: IssueList
  /// What the extended format says that costs nothing here.
  private(set) var remarks: [DataIssue] = []
  private let lines: [Substring]
  private var instance = CTTInstance()
  private var counts: [String: Int] = [:]
  private var courseIDs: Set<String> = []
  private var curriculumIDs: Set<String> = []

  private static let sections = [
    "COURSES:", "ROOMS:", "CURRICULA:", "UNAVAILABILITY_CONSTRAINTS:", "ROOM_CONSTRAINTS:",
  ]
  private static let headers = [
    "Name:", "Courses:", "Rooms:", "Days:", "Periods_per_day:", "Curricula:", "Constraints:",
    "UnavailabilityConstraints:", "RoomConstraints:", "Min_Max_Daily_Lectures:",
  ]
  /// Headers and sections, by their first word.
  private var parts: Set<String> = []
  private var roomIDs: Set<String> = []
  private var roomConstraints = 0
  private var isExtended = false

  init(text: String, issues: IssueList) {
    lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    self.issues = issues
  }

  mutating func parse() -> CTTInstance? {
    var section = ""
    var ended = false
    for (index, line) in lines.enumerated() {
      let words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
      guard let first = words.first else { continue }
      if ended {
        report(
          index + 1, "ctt.end", "Something stands after 'END.', where the file ends.\nMaybe two files were joined.")
        break
      }
      if first == "END." {
        ended = true
      } else if Self.sections.contains(first) {
        section = first
        enter(first, index + 1)
        if first == "ROOM_CONSTRAINTS:" { isExtended = true }
      } else {
        read(words, in: section, line: index + 1)
      }
    }
    if !ended { report(lines.count, "ctt.end", "The file does not end with 'END.'.\nMaybe it was cut off.") }
    checkTotals()
    return issues.isEmpty ? instance : nil
  }

  private mutating func read(_ words: [String], in section: String, line: Int) {
    switch section {
    case "": readHeader(words, line)
    case "COURSES:": readCourse(words, line)
    case "ROOMS:": readRoom(words, line)
    case "CURRICULA:": readCurriculum(words, line)
    case "ROOM_CONSTRAINTS:": readRoomConstraint(words, line)
    default: readUnavailability(words, line)
    }
  }

  /// Of what stands twice one would count, and nobody could tell which.
  private mutating func enter(_ part: String, _ line: Int) {
    guard !parts.insert(part).inserted else { return }
    report(line, "ctt.header", "There is another '\(part)' before this line.\nMaybe remove one of the two.")
  }

  private mutating func readHeader(_ words: [String], _ line: Int) {
    if words[0] == "Min_Max_Daily_Lectures:", words.count == 3 {
      enter(words[0], line)
      isExtended = true
      _ = number(words[1], 0...64, "the fewest daily lectures", line)
      _ = number(words[2], 0...64, "the most daily lectures", line)
      leaveOut("daily lectures", line)
      return
    }
    guard words[0].hasSuffix(":"), words.count == 2 || words[0] == "Name:" else {
      report(line, "ctt.header", "'\(words.joined(separator: " "))' is not a header line such as 'Days: 5'.")
      return
    }
    guard Self.headers.contains(words[0]) else {
      if let meant = Suggestion.nearest(to: words[0], in: Self.headers) {
        report(line, "ctt.header", "'\(words[0])' is no header line of the format.\nMaybe '\(meant)' is meant.")
      } else {
        remarks.append(
          DataIssue(place: "line \(line)", code: "ctt.left-out", message: "The header line '\(words[0])' is not read."))
      }
      return
    }
    enter(words[0], line)
    if words[0] == "Name:" {
      instance.name = words.dropFirst().joined(separator: " ")
    } else if let value = number(words[1], 0...1_000_000, "the header \(words[0])", line) {
      counts[words[0]] = value
      if words[0] == "Days:" { instance.days = value }
      if words[0] == "Periods_per_day:" { instance.periodsPerDay = value }
    }
  }

  private mutating func readCourse(_ words: [String], _ line: Int) {
    guard (5...6).contains(words.count) else {
      report(
        line, "ctt.columns",
        "A course has id, teacher, lectures, minimum of working days, students and perhaps double lectures; this line has \(words.count) words."
      )
      return
    }
    let lectures = number(words[2], 1...1_000, "lectures", line)
    let minDays = number(words[3], 0...32, "minimum of working days", line)
    let students = number(words[4], 0...1_000_000, "students", line)
    if words.count > 5 {
      guard let wantsDouble = number(words[5], 0...1, "double lectures", line) else { return }
      if wantsDouble == 1 { leaveOut("double lectures", line) }
    }
    guard let lectures, let minDays, let students else { return }
    if !courseIDs.insert(words[0]).inserted {
      report(line, "id.duplicate", "There is another course '\(words[0])' before this line.")
    }
    instance.courses.append(
      CTTInstance.Course(
        id: words[0], teacher: words[1], lectures: lectures, minDays: minDays, students: students,
        line: line))
  }

  private mutating func readRoom(_ words: [String], _ line: Int) {
    guard (2...3).contains(words.count) else {
      report(line, "ctt.columns", "A room has id, capacity and perhaps a building; this line has \(words.count) words.")
      return
    }
    guard let capacity = number(words[1], 0...1_000_000, "capacity", line) else { return }
    if words.count == 3 { leaveOut("buildings", line) }
    if !roomIDs.insert(words[0]).inserted {
      report(line, "id.duplicate", "There is another room '\(words[0])' before this line.")
    }
    instance.rooms.append((words[0], capacity, line))
  }

  private mutating func readCurriculum(_ words: [String], _ line: Int) {
    guard words.count >= 2, let count = number(words[1], 0...10_000, "number of courses", line) else { return }
    let courses = Array(words.dropFirst(2))
    if courses.count != count {
      report(line, "ctt.columns", "Curriculum '\(words[0])' announces \(count) courses and lists \(courses.count).")
    }
    if !curriculumIDs.insert(words[0]).inserted {
      report(line, "id.duplicate", "There is another curriculum '\(words[0])' before this line.")
    }
    instance.curricula.append((words[0], courses, line))
  }

  private mutating func readUnavailability(_ words: [String], _ line: Int) {
    guard words.count == 3 else {
      report(line, "ctt.columns", "An unavailability has course, day and period.")
      return
    }
    let day = number(words[1], 0...max(0, instance.days - 1), "day", line)
    let period = number(words[2], 0...max(0, instance.periodsPerDay - 1), "period", line)
    guard let day, let period else { return }
    if !courseIDs.contains(words[0]) {
      report(line, "reference.unknown", "There is no course '\(words[0])'.")
    }
    instance.unavailable.append((words[0], day, period))
  }

  private mutating func readRoomConstraint(_ words: [String], _ line: Int) {
    guard words.count == 2 else {
      report(line, "ctt.columns", "A room constraint has course and room.")
      return
    }
    if !courseIDs.contains(words[0]) { report(line, "reference.unknown", "There is no course '\(words[0])'.") }
    if !roomIDs.contains(words[1]) { report(line, "reference.unknown", "There is no room '\(words[1])'.") }
    instance.unsuitable[words[0], default: []].insert(words[1])
    roomConstraints += 1
  }

  private mutating func checkTotals() {
    var found = [
      ("Courses:", instance.courses.count), ("Rooms:", instance.rooms.count),
      ("Curricula:", instance.curricula.count),
      (isExtended ? "UnavailabilityConstraints:" : "Constraints:", instance.unavailable.count),
    ]
    if isExtended { found.append(("RoomConstraints:", roomConstraints)) }
    for (name, count) in found where counts[name] != count {
      let announced = counts[name].map { "announces \($0)" } ?? "does not say how many there are"
      report(1, "ctt.count", "The header '\(name)' \(announced), and \(count) were read.")
    }
    if !(1...32).contains(instance.days) { report(1, "ctt.header", "'Days:' must be from 1 to 32.") }
    if !(1...64).contains(instance.periodsPerDay) {
      report(1, "ctt.header", "'Periods_per_day:' must be from 1 to 64.")
    }
    for course in instance.courses where !roomIDs.isEmpty && instance.unsuitable[course.id]?.count == roomIDs.count {
      report(course.line, "ctt.no-room", "Course '\(course.id)' may have none of the rooms.")
    }
    let periods = instance.days * instance.periodsPerDay
    let closed = Dictionary(grouping: instance.unavailable, by: \.course).mapValues {
      Set($0.map { [$0.day, $0.period] }).count
    }
    for course in instance.courses where periods > 0 && closed[course.id] == periods {
      report(
        course.line, "ctt.no-period",
        "Course '\(course.id)' is unavailable in all \(periods) periods.\nMaybe some of its unavailabilities are mistakes."
      )
    }
    for curriculum in instance.curricula {
      for course in curriculum.courses where !courseIDs.contains(course) {
        report(
          curriculum.line, "reference.unknown",
          "Curriculum '\(curriculum.id)' names course '\(course)', which does not exist.")
      }
    }
  }

  private mutating func number(_ word: String, _ range: ClosedRange<Int>, _ what: String, _ line: Int) -> Int? {
    if let value = Int(word), range.contains(value) { return value }
    report(
      line, "ctt.number", "'\(word)' for \(what) is not a whole number from \(range.lowerBound) to \(range.upperBound)."
    )
    return nil
  }

  /// Told once for each kind, with the first line.
  private mutating func leaveOut(_ what: String, _ line: Int) {
    guard !remarks.contains(where: { $0.message.hasPrefix(what.prefix(1).uppercased() + what.dropFirst()) }) else {
      return
    }
    remarks.append(
      DataIssue(
        place: "line \(line)", code: "ctt.left-out",
        message: "\(what.prefix(1).uppercased() + what.dropFirst()) cost nothing under UD2, and are left out."))
  }

  private mutating func report(_ line: Int, _ code: String, _ message: String) {
    issues.add(at: "line \(line)", code, message)
  }
}
