/// An undirected graph with whole-number edge weights, as flat adjacency lists (CSR).
///
/// Each edge stands in the lists of both its ends; a loop stands once in its node's list, with twice its weight,
/// so that a node's degree is always the sum of its list.
package struct WeightedGraph: Sendable {
  /// `nodeCount + 1` offsets into `neighbors` and `weights`.
  package let begin: ContiguousArray<Int32>
  package let neighbors: ContiguousArray<Int32>
  package let weights: ContiguousArray<Int64>
  package let degrees: ContiguousArray<Int64>
  /// The sum of all degrees: twice the weight of all edges.
  package let totalDegree: Int64

  package var nodeCount: Int { degrees.count }

  package struct Edge: Sendable {
    package var from: Int32
    package var to: Int32
    package var weight: Int64

    package init(from: Int32, to: Int32, weight: Int64) {
      self.from = from
      self.to = to
      self.weight = weight
    }
  }

  /// Parallel edges are added up. `from` and `to` lie in 0..<nodeCount; weights are positive.
  package init(nodeCount: Int, edges: [Edge]) {
    var ends = ContiguousArray<Edge>()
    ends.reserveCapacity(edges.count * 2)
    for edge in edges {
      if edge.from == edge.to {
        ends.append(Edge(from: edge.from, to: edge.to, weight: edge.weight * 2))
      } else {
        ends.append(edge)
        ends.append(Edge(from: edge.to, to: edge.from, weight: edge.weight))
      }
    }
    ends.sort { ($0.from, $0.to) < ($1.from, $1.to) }

    var begin = ContiguousArray<Int32>(repeating: 0, count: nodeCount + 1)
    var neighbors = ContiguousArray<Int32>()
    var weights = ContiguousArray<Int64>()
    var degrees = ContiguousArray<Int64>(repeating: 0, count: nodeCount)
    var last: (from: Int32, to: Int32)? = nil
    for end in ends {
      degrees[Int(end.from)] += end.weight
      if let last, last == (end.from, end.to) {
        weights[weights.count - 1] += end.weight
      } else {
        neighbors.append(end.to)
        weights.append(end.weight)
        begin[Int(end.from) + 1] += 1
        last = (end.from, end.to)
      }
    }
    for node in 0..<nodeCount { begin[node + 1] += begin[node] }
    self.begin = begin
    self.neighbors = neighbors
    self.weights = weights
    self.degrees = degrees
    self.totalDegree = degrees.reduce(0, +)
  }

  @inline(__always)
  func arcs(of node: Int) -> Range<Int> { Int(begin[node])..<Int(begin[node + 1]) }

  /// The graph whose nodes are the communities, 0..<count, of this one's nodes.
  func merged(by community: ContiguousArray<Int32>, count: Int) -> WeightedGraph {
    var edges: [Edge] = []
    for node in 0..<nodeCount {
      for arc in arcs(of: node) {
        let neighbor = Int(neighbors[arc])
        // Each edge is met from both ends: take it once, and a loop's doubled weight by half.
        if neighbor < node { continue }
        let weight = neighbor == node ? weights[arc] / 2 : weights[arc]
        edges.append(Edge(from: community[node], to: community[neighbor], weight: weight))
      }
    }
    return WeightedGraph(nodeCount: count, edges: edges)
  }
}
