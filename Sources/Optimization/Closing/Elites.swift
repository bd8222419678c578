/// What the stages after annealing hand on: the best placement, and others worth crossing with it.
struct Elites {
  private(set) var best: Snapshot
  private(set) var population: Population

  private static let size = 6

  /// - Parameter found: best first
  init(_ found: [Snapshot]) {
    best = found[0]
    population = Population(found, size: Self.size)
  }

  var isBroken: Bool { best.unplaced + best.hardViolations > 0 }

  /// Whether there are two parents. Children of broken ones are broken.
  var canBeCrossed: Bool {
    !isBroken && population.members.count > 1
      && population.members[1].unplaced + population.members[1].hardViolations == 0
  }

  /// What grew out of the best takes its place.
  mutating func improve(_ better: Snapshot) {
    population.replace(best, with: better)
    best = better
  }

  mutating func admit(_ child: Snapshot) {
    population.admit(child)
    if Snapshot.isBetter(child, best) { best = child }
  }
}

/// The best placements, none of them twice.
struct Population {
  private(set) var members: [Snapshot]
  private let size: Int

  init(_ candidates: [Snapshot], size: Int) {
    self.size = size
    members = []
    for candidate in candidates { admit(candidate) }
  }

  mutating func admit(_ child: Snapshot) {
    if members.contains(where: { $0.isSame(as: child) }) { return }
    members.append(child)
    members.sort(by: Snapshot.isBetter)
    if members.count > size { members.removeLast() }
  }

  /// The place of a member's offspring is its own: near twins would crowd out what differs.
  mutating func replace(_ member: Snapshot, with better: Snapshot) {
    members.removeAll { $0.isSame(as: member) }
    admit(better)
  }
}

extension Snapshot {
  fileprivate func isSame(as other: Snapshot) -> Bool { rank == other.rank && distance(to: other) == 0 }
}
