/// How class groups contain one another. A part may belong to several groups; a cycle ends where it closes.
public struct GroupTree: Sendable {
  /// For each group: itself and all its parts at any depth, sorted.
  public let atoms: [[Int]]
  /// For each group: those of its atoms that have no parts, sorted.
  public let leaves: [[Int]]
  /// For each group: itself and every group that contains it, sorted.
  public let containers: [[Int]]
  /// The groups without parts.
  public let leafGroups: [Int]

  init(_ groups: [ClassGroup], positions: [ClassGroupID: Int]) {
    let parts = groups.map { $0.parts.compactMap { positions[$0] } }
    atoms = groups.indices.map { group in
      var seen: Set<Int> = [group]
      var open = [group]
      while let next = open.popLast() {
        for part in parts[next] where seen.insert(part).inserted { open.append(part) }
      }
      return seen.sorted()
    }
    leafGroups = groups.indices.filter { parts[$0].isEmpty }
    leaves = atoms.map { $0.filter { parts[$0].isEmpty } }
    var containers = [[Int]](repeating: [], count: groups.count)
    for (group, atoms) in atoms.enumerated() {
      for atom in atoms { containers[atom].append(group) }
    }
    self.containers = containers
  }

  public func clash(_ group: Int, _ other: Int) -> Bool { Self.share(atoms[group], atoms[other]) }

  /// Whether two sorted lists have an element in common.
  static func share(_ left: [Int], _ right: [Int]) -> Bool {
    var (i, j) = (0, 0)
    while i < left.count, j < right.count {
      if left[i] == right[j] { return true }
      if left[i] < right[j] { i += 1 } else { j += 1 }
    }
    return false
  }
}
