/// Lessons that can stand nowhere, and pins that exclude one another.
extension PigeonholeCount {
  func impossibleLessons() -> [Precheck.Finding] {
    index.lessons.indices.compactMap { lesson in
      if isLate { return nil }
      let (value, facts) = (problem.lessons[lesson], index.lessons[lesson])
      guard !facts.placements.isEmpty else { return nil }
      if open[lesson].isEmpty {
        let teachers = facts.teachers.map {
          "Free \(problem.teachers[$0].name) for \(wording.duration(value.duration)) more."
        }
        return Precheck.Finding(
          code: "lesson.no-time", subject: value.id.rawValue, needed: value.meetingsPerWeek, available: 0,
          message: "None of the \(Wording.count(facts.placements.count, "time")) at which \(value.name) could be held "
            + "is open to all its teachers and groups and allowed by the hard constraints.",
          repairs: teachers + ["Loosen the blocked times of its class groups, or the times it is allowed."])
      }
      let days = Set(open[lesson].map(\.day)).count
      if let finding = tooFewTimes(lesson) { return finding }
      return value.roomNeed.count == 0 || hasTimeAndRoom(lesson)
        ? nil
        : Precheck.Finding(
          code: "lesson.no-room-at-time", subject: value.id.rawValue, needed: value.meetingsPerWeek, available: 0,
          message: "\(value.name) has \(Wording.count(open[lesson].count, "time")) on \(Wording.count(days, "day")) "
            + "and \(Wording.count(facts.rooms.count, "room")) that fit, but the rooms are closed at all of "
            + "these times.",
          repairs: ["Open one of the rooms at one of these times.", "Let the lesson use another kind of room."])
    }
  }

  /// Meetings of a lesson may not overlap: count how many fit side by side, longest chain first.
  private func tooFewTimes(_ lesson: Int) -> Precheck.Finding? {
    let value = problem.lessons[lesson]
    var held = 0
    var last: TimeSpan?
    for span in open[lesson].sorted(by: { ($0.day, $0.end, $0.start) < ($1.day, $1.end, $1.start) }) {
      if let last, last.overlaps(span) { continue }
      last = span
      held += 1
    }
    guard held < value.meetingsPerWeek else { return nil }
    return Precheck.Finding(
      code: "lesson.too-few-times", subject: value.id.rawValue, needed: value.meetingsPerWeek, available: held,
      message: "\(value.name) meets \(Wording.count(value.meetingsPerWeek, "time")) a week, but only "
        + "\(Wording.count(held, "meeting")) can be held side by side in the times open to it.",
      repairs: ["Free its teachers or class groups at more times.", "Let it meet less often."])
  }

  private func hasTimeAndRoom(_ lesson: Int) -> Bool {
    let facts = index.lessons[lesson]
    let count = problem.lessons[lesson].roomNeed.count
    return open[lesson].contains { span in
      var free = 0
      for room in facts.rooms where !index.isBlocked(room: room, at: span, weeks: facts.weeks) {
        free += 1
        if free >= count { return true }
      }
      return false
    }
  }

  /// Meetings pinned to closed times, or to times that overlap although they share a teacher, a group or a room.
  func pinClashes() -> [Precheck.Finding] {
    let pinned = problem.lessons.indices.flatMap { lesson in
      problem.lessons[lesson].pins.compactMap { pin -> Pinned? in
        guard let day = pin.day, let start = pin.start,
          let span = index.lessons[lesson].placements.first(where: { $0.day == day && $0.start == start })
        else { return nil }
        return Pinned(lesson: lesson, span: span, rooms: Set((pin.rooms ?? []).compactMap { index.roomIndex[$0] }))
      }
    }
    let closed = pinned.filter { !open[$0.lesson].contains($0.span) }.map { pin in
      let lesson = problem.lessons[pin.lesson]
      return Precheck.Finding(
        code: "pin.closed", subject: lesson.id.rawValue, needed: 1, available: 0,
        message: "\(lesson.name) is pinned to \(wording.time(pin.span)), when one of its teachers or class groups "
          + "is not available or a hard constraint forbids it.",
        repairs: ["Unpin \(lesson.name), or pin it to another time.", "Free its teachers and class groups then."])
    }
    // Each pair is one finding: thousands of pins on one time would make millions.
    var clashes: [Precheck.Finding] = []
    for (_, pins) in Dictionary(grouping: pinned, by: \.span.day).sorted(by: { $0.key < $1.key }) {
      let inOrder = pins.sorted { ($0.span, $0.lesson) < ($1.span, $1.lesson) }
      for position in inOrder.indices where clashes.count < Self.mostPinClashes && !isLate {
        clashes += inOrder[(position + 1)...].prefix { $0.span.start < inOrder[position].span.end }.compactMap {
          clash(inOrder[position], $0)
        }
      }
    }
    return closed + clashes
  }

  private static let mostPinClashes = 1_000

  private struct Pinned {
    let lesson: Int
    let span: TimeSpan
    let rooms: Set<Int>
  }

  private func clash(_ one: Pinned, _ other: Pinned) -> Precheck.Finding? {
    let (left, right) = (index.lessons[one.lesson], index.lessons[other.lesson])
    guard one.span.overlaps(other.span), left.weeks.meets(right.weeks) else { return nil }
    let shared: String
    if one.lesson == other.lesson {
      shared = "are the same lesson"
    } else if let teacher = Set(left.teachers).intersection(right.teachers).min() {
      shared = "are both taught by \(problem.teachers[teacher].name)"
    } else if let group = Set(left.atoms).intersection(right.atoms).min() {
      shared = "are both attended by class group \(problem.groups[group].name)"
    } else if let room = one.rooms.intersection(other.rooms).filter({ !problem.rooms[$0].isVirtual }).min() {
      shared = "are both pinned to room \(problem.rooms[room].name)"
    } else {
      return nil
    }
    let names = [one, other].map { problem.lessons[$0.lesson].name }
    return Precheck.Finding(
      code: "pin.clash", subject: problem.lessons[one.lesson].id.rawValue, needed: 2, available: 1,
      message: "\(names[0]) and \(names[1]) \(shared), but pinned to overlapping times: \(wording.time(one.span)) and "
        + "\(wording.time(other.span)).",
      repairs: ["Unpin \(names[1]), or pin it to another time.", "Unpin \(names[0])."])
  }
}
