import Patterns

/// Distributions of all kinds. Required are those that the planted solution keeps.
struct CatalogRules {
  private(set) var distributions: [Distribution] = []
  private let scorer: PlainScorer
  private let planted: CourseSolution
  private let classes: Int

  init(_ problem: CourseProblem, _ planted: CourseSolution, _ offer: CatalogOffer, _ chance: inout Chance) {
    scorer = PlainScorer(problem)
    self.planted = planted
    classes = problem.classes.count
    guard classes > 1 else { return }
    addPeople(&chance)
    addCourses(offer, &chance)
    for number in 0..<max(2 * Self.kinds.count, classes / 2) {
      addAny(Self.kinds[number / 2 % Self.kinds.count], isRequired: number % 2 == 0, &chance)
    }
  }

  /// Lengths are in slots of five minutes.
  private static let kinds: [[Distribution.Kind]] = [
    [.sameStart], [.sameTime], [.differentTime], [.sameDays], [.differentDays], [.sameWeeks], [.differentWeeks],
    [.sameRoom], [.differentRoom], [.overlap], [.notOverlap], [.sameAttendees], [.precedence],
    [.workDay(60), .workDay(96)], [.minGap(6), .minGap(12), .minGap(24)], [.maxDays(2), .maxDays(3), .maxDays(4)],
    [.maxDayLoad(36), .maxDayLoad(72), .maxDayLoad(96)], [.maxBreaks(0, gap: 12), .maxBreaks(1, gap: 6)],
    [.maxBlock(36, gap: 3), .maxBlock(60, gap: 6)],
  ]

  /// Teachers, each with some classes; and a few curricula with many.
  private mutating func addPeople(_ chance: inout Chance) {
    for number in 0..<(classes / 3) {
      let size = number % 25 == 24 ? 12 + chance.below(20) : 2 + chance.below(4)
      let kind: Distribution.Kind = chance.happens(60) ? .sameAttendees : .notOverlap
      add(kind, grown(kind, to: size, from: chance.below(classes), &chance), isRequired: true)
    }
  }

  /// Classes of one course that follow one another, where they do; wished where they do not.
  private mutating func addCourses(_ offer: CatalogOffer, _ chance: inout Chance) {
    for index in 0..<classes where chance.happens(10) {
      guard let parent = offer.sections[index].parent else { continue }
      let kind: Distribution.Kind = chance.happens(50) ? .precedence : .sameAttendees
      let isKept = scorer.holds(Distribution(kind, isRequired: true, classes: [parent, index]), in: planted)
      add(kind, [parent, index], isRequired: isKept, penalty: 1 + chance.below(5))
    }
  }

  private mutating func addAny(_ choices: [Distribution.Kind], isRequired: Bool, _ chance: inout Chance) {
    let kind = chance.pick(choices)
    let size = chance.happens(4) ? 14 : 2 + chance.below(3)
    var members: [Int] = []
    for _ in 0..<20 where members.count < 2 {
      let first = chance.below(classes)
      members =
        isRequired ? grown(kind, to: size, from: first, &chance) : Array(chance.shuffled(0..<classes).prefix(size))
    }
    add(kind, members, isRequired: isRequired, penalty: chance.pick([1, 1, 2, 5, 10]))
  }

  /// Classes that keep the rule together where they were planted, taken one by one from some at random.
  private func grown(_ kind: Distribution.Kind, to size: Int, from first: Int, _ chance: inout Chance) -> [Int] {
    var members = [first]
    for _ in 0..<(40 * size) where members.count < size {
      let other = chance.below(classes)
      guard !members.contains(other) else { continue }
      let more = chance.happens(50) ? members + [other] : [other] + members
      if scorer.holds(Distribution(kind, isRequired: true, classes: more), in: planted) { members = more }
    }
    return members
  }

  /// A rule that one class keeps or breaks alone is no rule.
  private mutating func add(_ kind: Distribution.Kind, _ members: [Int], isRequired: Bool, penalty: Int = 0) {
    guard members.count > 1 else { return }
    distributions.append(
      Distribution(kind, isRequired: isRequired, penalty: isRequired ? 0 : penalty, classes: members))
  }
}
