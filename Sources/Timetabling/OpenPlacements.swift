/// Where the meetings of each lesson may be held for all that is known of the lesson alone: its own people's blocked
/// time and its hard allowed times and starts.
struct OpenPlacements {
  private let index: ProblemIndex
  private var allowed: [Int: [[TimeSpan]]] = [:]
  private var starts: [Int: [[TimeSpan]]] = [:]

  init(_ index: ProblemIndex) {
    self.index = index
    for constraint in index.problem.constraints where constraint.enforcement == .hard {
      guard constraint.kind == .lessonsAllowedTimes || constraint.kind == .lessonsAllowedStarts else { continue }
      for lesson in index.lessons(of: constraint.selector) {
        if constraint.kind == .lessonsAllowedTimes {
          allowed[lesson, default: []].append(constraint.times)
        } else {
          starts[lesson, default: []].append(constraint.times)
        }
      }
    }
  }

  /// Positions in the lesson's `placements`, ascending.
  func positions(of lesson: Int) -> [Int] {
    let facts = index.lessons[lesson]
    let blocked = blockedSpans(of: facts)
    let (allowed, starts) = (allowed[lesson] ?? [], starts[lesson] ?? [])
    return facts.placements.indices.filter { position in
      let span = facts.placements[position]
      return !blocked.contains(where: span.overlaps)
        && allowed.allSatisfy { $0.contains { $0.covers(span) } }
        && starts.allSatisfy { $0.contains { $0.day == span.day && $0.start == span.start } }
    }
  }

  /// Of a teacher of every meeting, or of any group whose students attend.
  private func blockedSpans(of facts: LessonFacts) -> [TimeSpan] {
    var spans: [TimeSpan] = []
    func add(_ availability: [Availability]) {
      for item in availability where item.grade == .blocked && (item.weeks.map { $0.meets(facts.weeks) } ?? true) {
        spans.append(item.span)
      }
    }
    for teacher in facts.teachers { add(index.problem.teachers[teacher].availability) }
    for group in facts.attending { add(index.problem.groups[group].availability) }
    return spans
  }
}
