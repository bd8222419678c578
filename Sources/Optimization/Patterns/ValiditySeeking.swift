/// The way of one chain to a first valid assignment, where only rules count.
///
/// Repair comes near within seconds, whatever the size, and is then often left with a few rules that only several classes
/// together can keep. So where it gets no further, a region around those is heated and cooled, a larger one each time
/// that does not help, up to the whole problem, and then from the beginning.
struct ValiditySeeking {
  static let weight = 1_000

  /// Each hot enough to shake every class of a region, then nearly still; in turn.
  private static let teeth = [(from: 0.55, to: 0.05), (from: 1.15, to: 0.15), (from: 0.75, to: 0.25)]
  private static let smallestRegion = 64
  private static let proposalsPerClass = 300
  /// Of the first repair, without a gain.
  private static let patiencePerClass = 30

  private let classes: Int
  private var step = Step.repairing
  /// When the fewest violations since the last cooling were reached, in proposals.
  private var gained: UInt64 = 0
  private var fewest = Int.max
  private var region = Self.smallestRegion
  private var coolings = 0
  /// Of the best, when the last cooling began.
  private var violations = Int.max
  /// When weights were last relaxed, in proposals.
  private var relaxed: UInt64 = 0
  /// Proposals that were to be made so far. Where nothing is broken or nothing can move, the walker makes fewer.
  private var spent: UInt64 = 0

  private enum Step {
    case repairing
    /// A region, since a proposal and for so many.
    case cooling(since: UInt64, length: UInt64)
  }

  init(_ problem: CompiledCourses) { classes = problem.classes }

  mutating func seek(_ walker: inout CourseWalker, _ proposals: Int, isCancelled: () -> Bool) {
    let end = spent + UInt64(proposals)
    while spent < end, walker.best.hard > 0, !isCancelled() {
      let slice = min(5_000, Int(end - spent))
      let before = walker.proposals
      switch step {
      case .repairing: repair(&walker, slice, isCancelled)
      case .cooling(let since, let length): cool(&walker, slice, since, length, isCancelled)
      }
      // Whoever sits where is a question of its own while conflicts of students do not count. Where no class is to blame
      // for what is broken, it is the only one: a round without a proposal would never end.
      if walker.sectioning.overfull > 0 || walker.proposals == before {
        walker.seatStudents(slice, isCancelled: isCancelled)
      }
      walker.keepBest()
      spent += max(UInt64(slice), walker.proposals - before)
    }
  }

  private mutating func repair(_ walker: inout CourseWalker, _ slice: Int, _ isCancelled: () -> Bool) {
    walker.temperature = Double(Self.weight) / 100
    walker.repair(slice, isCancelled: isCancelled)
    if spent - relaxed > UInt64(classes * 10) {
      walker.relaxWeights(1)
      relaxed = spent
    }
    if walker.hard < fewest {
      fewest = walker.hard
      gained = spent
    }
    if spent - gained > UInt64(patience) { beginCooling(&walker) }
  }

  /// Proposals of repair without a gain.
  private var patience: Int {
    coolings == 0 ? max(50_000, classes * Self.patiencePerClass) : region * Self.proposalsPerClass
  }

  private mutating func beginCooling(_ walker: inout CourseWalker) {
    if coolings > 0 {
      let isOver = walker.best.hard < violations || region >= classes
      region = isOver ? Self.smallestRegion : min(classes, region + region / 2)
    }
    violations = walker.best.hard
    // One that breaks no more than the best is as good a start, and another.
    if walker.hard <= walker.best.hard { walker.best.take(walker) } else { walker.best.give(to: &walker) }
    if region < classes { walker.keepToRegion(of: region) }
    step = .cooling(since: spent, length: UInt64(max(Self.smallestRegion, region) * Self.proposalsPerClass))
  }

  private mutating func cool(
    _ walker: inout CourseWalker, _ slice: Int, _ since: UInt64, _ length: UInt64, _ isCancelled: () -> Bool
  ) {
    let tooth = Self.teeth[coolings % Self.teeth.count]
    let done = min(1, Double(spent - since) / Double(length))
    walker.temperature = Double(Self.weight) * (tooth.from + (tooth.to - tooth.from) * done)
    walker.walk(slice, isCancelled: isCancelled)
    walker.raiseWeights(by: Self.weight / 10, most: Self.weight * 50)
    walker.relaxWeights(1)
    guard spent - since >= length else { return }
    coolings += 1
    walker.keepToNoRegion()
    step = .repairing
    fewest = walker.hard
    gained = spent
  }
}
