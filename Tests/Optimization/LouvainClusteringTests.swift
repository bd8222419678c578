import Optimization
import Testing

@Suite struct LouvainClusteringTests {
  /// Two triangles joined by one edge: 0-1-2, 3-4-5, and 2-3.
  private let twoTriangles = WeightedGraph(
    nodeCount: 6,
    edges: [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)].map {
      WeightedGraph.Edge(from: $0.0, to: $0.1, weight: 1)
    })

  @Test func findsTheTwoTriangles() {
    let partition = LouvainClustering().partition(twoTriangles)

    #expect(partition.members == [[0, 1, 2], [3, 4, 5]])
    // Inside 12 of 14 ends, halves of the degree each: 12/14 - 2 × (7/14)².
    #expect(abs(partition.modularity(of: twoTriangles) - (12.0 / 14 - 0.5)) < 1e-12)
  }

  @Test func leavesNodesWithoutEdgesAlone() {
    let graph = WeightedGraph(nodeCount: 3, edges: [.init(from: 0, to: 2, weight: 5)])
    #expect(LouvainClustering().partition(graph).members == [[0, 2], [1]])
    #expect(LouvainClustering().partition(WeightedGraph(nodeCount: 0, edges: [])).count == 0)
  }

  @Test func addsParallelEdgesAndKeepsLoops() {
    let graph = WeightedGraph(
      nodeCount: 2,
      edges: [
        .init(from: 0, to: 1, weight: 2), .init(from: 1, to: 0, weight: 3), .init(from: 1, to: 1, weight: 4),
      ])
    #expect(graph.degrees == [5, 13])
    #expect(graph.totalDegree == 18)
  }

  @Test(arguments: 1...20)
  func communitiesAreConnectedAndNoWorseThanSingletons(seed: UInt64) {
    var generator = SplitMix(seed)
    let nodes = 60
    let edges = (0..<150).map { _ in
      WeightedGraph.Edge(
        from: Int32.random(in: 0..<Int32(nodes), using: &generator),
        to: Int32.random(in: 0..<Int32(nodes), using: &generator), weight: Int64.random(in: 1...9, using: &generator))
    }.filter { $0.from != $0.to }
    let graph = WeightedGraph(nodeCount: nodes, edges: edges)

    let partition = LouvainClustering().partition(graph)

    #expect(partition == LouvainClustering().partition(graph))
    #expect(partition.modularity(of: graph) >= Partition(singletons: nodes).modularity(of: graph))
    for members in partition.members {
      #expect(reached(from: members[0], within: Set(members), edges: edges) == Set(members))
    }
  }

  @Test func higherResolutionMakesSmallerCommunities() {
    let coarse = LouvainClustering(resolution: 0.1).partition(twoTriangles).count
    let fine = LouvainClustering(resolution: 8).partition(twoTriangles).count
    #expect(coarse == 1)
    #expect(fine == 6)
  }

  private func reached(from start: Int, within members: Set<Int>, edges: [WeightedGraph.Edge]) -> Set<Int> {
    var seen: Set<Int> = [start]
    var open = [start]
    while let node = open.popLast() {
      for edge in edges {
        for (one, other) in [(Int(edge.from), Int(edge.to)), (Int(edge.to), Int(edge.from))]
        where one == node && members.contains(other) && seen.insert(other).inserted { open.append(other) }
      }
    }
    return seen
  }
}

/// A tiny seeded generator (Steele, Lea, Flood 2014), so that a failing case can be named by its seed.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
