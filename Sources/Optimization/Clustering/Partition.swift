/// Nodes divided into communities 0..<count.
package struct Partition: Hashable, Sendable {
  package internal(set) var community: ContiguousArray<Int32>
  package internal(set) var count: Int

  /// Each node alone.
  package init(singletons nodeCount: Int) {
    community = ContiguousArray((0..<nodeCount).map { Int32($0) })
    count = nodeCount
  }

  /// Numbers the communities anew, by their first node, without gaps.
  init(renumbering raw: ContiguousArray<Int32>) {
    var numbers: [Int32: Int32] = [:]
    var community = raw
    for node in raw.indices {
      let next = Int32(numbers.count)
      community[node] = numbers[raw[node], default: next]
      if community[node] == next { numbers[raw[node]] = next }
    }
    self.community = community
    self.count = numbers.count
  }

  /// The nodes of each community, in order.
  package var members: [[Int]] {
    var members = [[Int]](repeating: [], count: count)
    for node in community.indices { members[Int(community[node])].append(node) }
    return members
  }

  /// Newman's modularity at `resolution`: the share of edge weight inside communities less what chance would put
  /// there (Newman, Girvan 2004; with resolution, Reichardt, Bornholdt 2006). 0 for a graph without edges.
  package func modularity(of graph: WeightedGraph, resolution: Double = 1) -> Double {
    guard graph.totalDegree > 0 else { return 0 }
    var inside = [Int64](repeating: 0, count: count)
    var degree = [Int64](repeating: 0, count: count)
    for node in 0..<graph.nodeCount {
      let own = Int(community[node])
      degree[own] += graph.degrees[node]
      for arc in graph.arcs(of: node) where community[Int(graph.neighbors[arc])] == community[node] {
        inside[own] += graph.weights[arc]
      }
    }
    let total = Double(graph.totalDegree)
    return (0..<count).reduce(0) { sum, own in
      let share = Double(degree[own]) / total
      return sum + Double(inside[own]) / total - resolution * share * share
    }
  }
}
