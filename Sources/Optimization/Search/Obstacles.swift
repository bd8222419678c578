import Timetabling

/// Why a meeting has no place, in the institution's own names.
struct Obstacles {
  private let state: SearchState
  private var compiled: CompiledProblem { state.compiled }
  private var problem: Problem { state.compiled.problem }

  init(_ state: SearchState) { self.state = state }

  func reasons(for meeting: Int) -> [String] {
    let lesson = compiled.lesson(of: meeting)
    let options = compiled.times(of: meeting).map { Int($0) }
    if compiled.rooms(of: meeting).count < max(1, Int(compiled.roomsNeeded[meeting])) {
      return [noRoom(lesson)]
    }
    if options.isEmpty { return [noStart(lesson)] }
    var counts: [String: Int] = [:]
    var holders: [String: Set<String>] = [:]
    for option in options {
      let (who, lessons) = obstacle(meeting, lesson, option)
      counts[who, default: 0] += 1
      holders[who, default: []].formUnion(lessons)
    }
    let inOrder = counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    let list = inOrder.prefix(4).map { "\($0.value) by \($0.key)" }.joined(separator: ", ")
    let more = inOrder.count > 4 ? " and others" : ""
    let summary = "All \(options.count) starts of \(problem.lessons[lesson].name) are taken: \(list)\(more)."
    return [summary]
      + inOrder.prefix(4).compactMap { who, count in
        let names = (holders[who] ?? []).sorted()
        guard !names.isEmpty else { return nil }
        let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
        return "\(who.prefix(1).uppercased() + who.dropFirst()) is needed there for \(shown)."
      }
  }

  private func noRoom(_ lesson: Int) -> String {
    let need = problem.lessons[lesson].roomNeed
    var wants = ["\(compiled.index.lessons[lesson].seatsPerRoom) seats"]
    if !need.types.isEmpty { wants.append("type \(need.types.joined(separator: " or "))") }
    if !need.features.isEmpty { wants.append(need.features.joined(separator: ", ")) }
    if !need.rooms.isEmpty { wants.append("one of \(need.rooms.map(\.rawValue).joined(separator: ", "))") }
    let many = need.count > 1 ? "\(need.count) rooms" : "a room"
    return "\(problem.lessons[lesson].name) needs \(many) with \(wants.joined(separator: "; ")): there are too few."
  }

  private func noStart(_ lesson: Int) -> String {
    let facts = compiled.index.lessons[lesson]
    guard !facts.placements.isEmpty else {
      let duration = Wording(problem: problem).duration(problem.lessons[lesson].duration)
      return "\(problem.lessons[lesson].name) lasts \(duration) and fits nowhere into its time grid."
    }
    var blocked: [String] = []
    for teacher in compiled.teachers[lesson] {
      let count = facts.placements.count { compiled.index.isBlocked(teacher: teacher, at: $0, weeks: facts.weeks) }
      if count > 0 { blocked.append("\(count) by \(problem.teachers[teacher].name)'s blocked time") }
    }
    for group in facts.attending {
      let count = facts.placements.count { compiled.index.isBlocked(group: group, at: $0, weeks: facts.weeks) }
      if count > 0 { blocked.append("\(count) by class group \(problem.groups[group].name)'s blocked time") }
    }
    let why = blocked.isEmpty ? "" : " (\(blocked.prefix(4).joined(separator: ", ")))"
    return
      "None of the \(facts.placements.count) starts of \(problem.lessons[lesson].name) is left by blocked times\(why), "
      + "pins and hard constraints."
  }

  /// The first thing in the way at one start, and the lessons it is needed for.
  private func obstacle(_ meeting: Int, _ lesson: Int, _ time: Int) -> (String, Set<String>) {
    let facts = compiled.index.lessons[lesson]
    let blockers = state.blockers(of: meeting, at: time).map { compiled.lesson(of: $0) }
    if let other = blockers.first {
      let names = Set(blockers.map { problem.lessons[$0].name })
      if let teacher = Set(compiled.teachers[lesson]).intersection(compiled.teachers[other]).min() {
        return (problem.teachers[teacher].name, names)
      }
      let atoms = Set(facts.atoms).intersection(compiled.index.lessons[other].atoms)
      if let group = Set(facts.groups).intersection(atoms).min() ?? atoms.min() {
        return ("class group \(problem.groups[group].name)", names)
      }
      let students = Set(facts.students).intersection(compiled.index.lessons[other].students)
      if let student = students.min() {
        return (students.count == 1 ? problem.students[student].name : "\(students.count) students of both", names)
      }
      return ("other meetings of the lesson or lessons that must not overlap with it", names)
    }
    let free = compiled.rooms(of: meeting).filter {
      state.occupant(Int($0), time, for: meeting) == -1
    }
    if free.count < max(1, Int(compiled.roomsNeeded[meeting])) { return ("the rooms that fit, all in use", []) }
    return ("hard constraints of the institution", [])
  }
}
