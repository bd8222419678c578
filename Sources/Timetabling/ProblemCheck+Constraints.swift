/// Constraints: parameters, weights, times, rooms and selectors.
extension ProblemChecker {
  mutating func checkConstraints() {
    checkIDs(problem.constraints.map(\.id), "constraints", of: "constraint")
    for (position, constraint) in problem.constraints.enumerated() where mayGoOn() {
      let (place, owner) = ("/constraints/\(position)", "constraint \(constraint.id)")
      if case .weighted(let weight) = constraint.enforcement {
        checkRange(weight, 1...1000, place + "/enforcement", "the weight of \(owner)")
      }
      checkParameters(constraint, place, owner)
      checkTimesAndRooms(constraint, place, owner)
      checkSelector(constraint, place + "/selector", owner)
    }
  }

  private mutating func checkParameters(_ constraint: Constraint, _ place: String, _ owner: String) {
    let declared = Dictionary(uniqueKeysWithValues: constraint.kind.parameters.map { ($0.name, $0.range) })
    for (name, value) in constraint.parameters.sorted(by: { $0.key < $1.key }) {
      let here = "\(place)/parameters/\(Self.escaped(name))"
      if let range = declared[name] {
        checkRange(value, range, here, "parameter \(name) of \(owner)")
      } else {
        report(
          here, "constraint.parameter",
          "\(owner.sentence) of kind \(constraint.kind.rawValue) has the parameter '\(name)', which the kind does not "
            + "know.",
          advice: declared.isEmpty ? "It takes none." : "It takes \(Wording.list(declared.keys.sorted())).")
      }
    }
  }

  /// A name as one step of a JSON Pointer.
  private static func escaped(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1 == "~" ? "~0" : $1 == "/" ? "~1" : String($1) }
  }

  private mutating func checkTimesAndRooms(_ constraint: Constraint, _ place: String, _ owner: String) {
    let kind = constraint.kind
    require(
      constraint.times.isEmpty != kind.needsTimes, place + "/times", "constraint.times",
      "\(owner.sentence) of kind \(kind.rawValue) has \(Wording.count(constraint.times.count, "time")).",
      advice: kind.needsTimes ? "Give it at least one." : "The kind takes none; leave them out.")
    require(
      constraint.rooms.isEmpty != kind.needsRooms, place + "/rooms", "constraint.rooms",
      "\(owner.sentence) of kind \(kind.rawValue) has \(Wording.count(constraint.rooms.count, "room")).",
      advice: kind.needsRooms ? "Give it at least one." : "The kind takes none; leave them out.")
    for (offset, span) in constraint.times.enumerated() { checkSpan(span, "\(place)/times/\(offset)", of: owner) }
    checkReferences(constraint.rooms, in: known.rooms, place + "/rooms", from: owner, to: "room")
  }

  private mutating func checkSelector(_ constraint: Constraint, _ place: String, _ owner: String) {
    let selector = constraint.selector
    checkReferences(selector.lessons, in: known.lessons, place + "/lessons", from: owner, to: "lesson")
    checkReferences(selector.courses, in: known.courses, place + "/courses", from: owner, to: "course")
    checkReferences(selector.teachers, in: known.teachers, place + "/teachers", from: owner, to: "teacher")
    checkReferences(selector.groups, in: known.groups, place + "/groups", from: owner, to: "group")
    checkReferences(selector.departments, in: known.departments, place + "/departments", from: owner, to: "department")
    for (offset, tag) in selector.tags.enumerated() where !known.tags.contains(tag) {
      report(
        "\(place)/tags/\(offset)", "reference.unknown", "\(owner.sentence) names tag '\(tag)', which no lesson has.",
        advice: "Maybe it is misspelled.")
    }
    let lists: [(String, Bool, [ConstraintKind.Subject])] = [
      ("lessons", selector.lessons.isEmpty, [.lessons]), ("courses", selector.courses.isEmpty, [.lessons]),
      ("tags", selector.tags.isEmpty, [.lessons]), ("teachers", selector.teachers.isEmpty, [.lessons, .teachers]),
      ("groups", selector.groups.isEmpty, [.lessons, .groups]),
    ]
    for (name, isEmpty, subjects) in lists where !isEmpty && !subjects.contains(constraint.kind.subject) {
      let subject = constraint.kind.subject
      report(
        "\(place)/\(name)", "constraint.selector",
        "\(owner.sentence) of kind \(constraint.kind.rawValue) speaks of \(subject), but its selector "
          + "narrows by \(name).",
        advice: "Select by \(subject == .lessons ? "lessons" : "\(subject) and departments").")
    }
    checkSetSize(constraint, place, owner)
  }

  /// Kinds about an order or a chain need the right number of lessons.
  private mutating func checkSetSize(_ constraint: Constraint, _ place: String, _ owner: String) {
    switch constraint.kind {
    case .lessonsGrouped:
      let count = index.lessons(of: constraint.selector).count
      require(
        (2...3).contains(count), place, "constraint.set-size", "\(owner.sentence) groups \(count) lessons.",
        advice: "Select two or three.")
    case .lessonsConsecutive, .lessonsOrdered:
      let count = index.lessons(of: constraint.selector).count
      require(
        count >= 2 && !constraint.selector.lessons.isEmpty, place, "constraint.set-size",
        "\(owner.sentence) puts \(count) lessons in order.", advice: "List at least two lessons by id, in their order.")
    default: break
    }
  }
}
