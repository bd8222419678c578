import Patterns
import Timetabling

extension ITC2019Reader {
  mutating func text(_ name: String, _ scanner: TagScanner, _ tag: TagScanner.Tag) -> String {
    if let text = scanner.text(name), !text.isEmpty { return text }
    issues.add(
      at: "line \(tag.line)", "itc2019.attribute",
      "Element '\(tag.name)' has no attribute '\(name)', or none that can be read.")
    return ""
  }

  /// In its range, or else an issue and the range's lower bound. Without a default it must be there.
  mutating func integer(
    _ name: String, _ scanner: TagScanner, _ tag: TagScanner.Tag, _ range: ClosedRange<Int>, default: Int? = nil
  ) -> Int {
    if let value = scanner.integer(name), range.contains(value) { return value }
    if let `default`, !scanner.has(name) { return `default` }
    issues.add(
      at: "line \(tag.line)", "itc2019.number",
      "Attribute '\(name)' of '\(tag.name)' is not a number from \(range.lowerBound) to \(range.upperBound).")
    return range.lowerBound
  }

  /// `true` or `false`. Any other word would make a rule a wish, or a wish a rule, without a sound.
  mutating func boolean(_ name: String, _ scanner: TagScanner, _ tag: TagScanner.Tag, default: Bool) -> Bool {
    guard scanner.has(name) else { return `default` }
    switch scanner.text(name) {
    case "true": return true
    case "false": return false
    default:
      issues.add(
        at: "line \(tag.line)", "itc2019.boolean", "Attribute '\(name)' of '\(tag.name)' is neither true nor false.")
      return `default`
    }
  }

  mutating func reference(_ name: String, _ scanner: TagScanner, _ tag: TagScanner.Tag) -> Reference {
    Reference(id: text(name, scanner, tag), line: tag.line)
  }

  /// A class or a course that is only named.
  mutating func name(_ scanner: inout TagScanner, _ tag: TagScanner.Tag) throws(TagError) -> Reference {
    note(scanner, tag, known: ["id"])
    let reference = reference("id", scanner, tag)
    try passOverContents(&scanner, tag)
    return reference
  }

  mutating func enter(
    _ id: String, _ index: Int, in names: WritableKeyPath<Self, [String: Int]>, _ what: String, _ tag: TagScanner.Tag
  ) {
    guard self[keyPath: names].updateValue(index, forKey: id) != nil else { return }
    issues.add(at: "line \(tag.line)", "itc2019.duplicate", "A \(what) '\(id)' stands in the file before.")
  }

  /// What the format does not know is passed over and named. What is nearly a word of the format, or one in a wrong place,
  /// would take rules away with it: that is an issue.
  mutating func pass(over tag: TagScanner.Tag) {
    if let meant = Suggestion.nearest(to: tag.name, in: Self.elements) {
      let advice = meant == tag.name ? "Maybe it is meant to stand elsewhere." : "Maybe '\(meant)' is meant."
      issues.add(
        at: "line \(tag.line)", "itc2019.element", "Element '\(tag.name)' is not part of the format here.\n\(advice)")
      return
    }
    ignored["\(tag.name)"] =
      ignored["\(tag.name)"]
      ?? DataIssue(
        place: "line \(tag.line)", code: "itc2019.ignored", message: "Element '\(tag.name)' is not part of the format.")
  }

  /// Of an element that says everything in its attributes.
  mutating func passOverContents(_ scanner: inout TagScanner, _ tag: TagScanner.Tag) throws(TagError) {
    try scanner.forEachChild(of: tag) { (_, part) throws(TagError) in pass(over: part) }
  }

  private static let elements = [
    "problem", "optimization", "rooms", "room", "travel", "unavailable", "courses", "course", "config", "subpart",
    "class", "time", "distributions", "distribution", "students", "student",
  ]

  mutating func note(_ scanner: TagScanner, _ tag: TagScanner.Tag, known: [String]) {
    for attribute in scanner.attributes where !known.contains(attribute.name) {
      if let meant = Suggestion.nearest(to: attribute.name, in: known) {
        issues.add(
          at: "line \(tag.line)", "itc2019.attribute",
          "Attribute '\(attribute.name)' of '\(tag.name)' is not part of the format.\nMaybe '\(meant)' is meant.")
        continue
      }
      let key = "\(tag.name) \(attribute.name)"
      guard ignored.count < 100, ignored[key] == nil else { continue }
      ignored[key] = DataIssue(
        place: "line \(tag.line)", code: "itc2019.ignored",
        message: "Attribute '\(attribute.name)' of '\(tag.name)' is not part of the format.")
    }
  }

  /// Puts indices where the file has names.
  mutating func resolve() {
    checkSize()
    for (room, ways) in travel.enumerated() {
      for way in ways {
        guard let target = index(of: way.to, in: roomIndex, "room") else { continue }
        problem.rooms[room].travel.append(CourseRoom.Travel(room: target, slots: way.slots))
      }
    }
    for (index, rooms) in classRooms.enumerated() { resolveRooms(rooms, of: index) }
    for (index, parent) in parents.enumerated() {
      problem.classes[index].parent = parent.flatMap { self.index(of: $0, in: classIndex, "class") }
    }
    checkParents()
    for (index, classes) in members.enumerated() {
      problem.distributions[index].classes = resolved(classes, in: classIndex, "class")
    }
    for (index, courses) in wishes.enumerated() {
      problem.students[index].courses = resolved(courses, in: courseIndex, "course")
    }
  }

  /// The search keeps ways from room to room, and counts each two classes of a student.
  private mutating func checkSize() {
    if problem.rooms.count > Self.mostRooms {
      issues.add(
        at: "line 1", "itc2019.too-large", "The file has \(problem.rooms.count) rooms, more than \(Self.mostRooms).")
    }
    for courses in wishes where courses.count > Self.mostCourses {
      issues.add(
        at: "line \(courses[0].line)", "itc2019.too-large",
        "A student asks for \(courses.count) courses, more than \(Self.mostCourses).")
    }
  }

  private static let mostRooms = 5_000
  private static let mostCourses = 100

  private mutating func resolveRooms(_ rooms: [(room: Reference, penalty: Int)], of index: Int) {
    var seen: Set<Int> = []
    for option in rooms {
      guard let room = self.index(of: option.room, in: roomIndex, "room") else { continue }
      if seen.insert(room).inserted {
        problem.classes[index].rooms.append(RoomOption(room: room, penalty: option.penalty))
      } else {
        issues.add(
          at: "line \(option.room.line)", "itc2019.duplicate", "Room '\(option.room.id)' stands twice in one class.")
      }
    }
  }

  /// Each known once, in the order of the file; one that stands twice is an issue.
  private mutating func resolved(_ references: [Reference], in names: [String: Int], _ what: String) -> [Int] {
    var seen: Set<Int> = []
    return references.compactMap { reference in
      guard let index = index(of: reference, in: names, what) else { return nil }
      if seen.insert(index).inserted { return index }
      issues.add(
        at: "line \(reference.line)", "itc2019.duplicate", "The \(what) '\(reference.id)' stands twice in one element.")
      return nil
    }
  }

  private mutating func index(of reference: Reference, in names: [String: Int], _ what: String) -> Int? {
    if let index = names[reference.id] { return index }
    issues.add(at: "line \(reference.line)", "itc2019.reference", "There is no \(what) '\(reference.id)'.")
    return nil
  }

  /// A parent lies in the same configuration, and no class is its own ancestor.
  private mutating func checkParents() {
    var home = [Int](repeating: -1, count: problem.classes.count)
    var number = 0
    for configuration in problem.courses.flatMap(\.configurations) {
      for index in configuration.subparts.flatMap(\.classes) { home[index] = number }
      number += 1
    }
    for (index, facts) in problem.classes.enumerated() {
      guard let parent = facts.parent else { continue }
      let line = parents[index]?.line ?? 0
      if home[parent] != home[index] {
        issues.add(
          at: "line \(line)", "itc2019.parent",
          "Class '\(facts.id)' and its parent '\(problem.classes[parent].id)' lie in different configurations.")
      }
      var ancestor: Int? = parent
      var steps = 0
      while let current = ancestor, steps <= 64 {
        ancestor = problem.classes[current].parent
        steps += 1
      }
      if steps > 64 {
        issues.add(
          at: "line \(line)", "itc2019.parent", "Class '\(facts.id)' has no end of parents above it.")
      }
    }
  }
}
