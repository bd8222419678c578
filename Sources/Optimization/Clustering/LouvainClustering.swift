/// Communities by modularity: Louvain's local moving with Leiden's refinement.
///
/// Louvain (Blondel, Guillaume, Lambiotte, Lefebvre 2008) moves nodes to the neighboring community that gains most,
/// merges communities into nodes and repeats. It may leave communities that are not connected inside; Leiden (Traag,
/// Waltman, van Eck 2019, algorithm A.2) first splits each into well-connected parts and merges those
/// instead. Deviation: the refinement here joins a node to the part that gains most instead of drawing one at
/// random, and nodes are visited in their given order, so that a graph has one clustering.
package struct LouvainClustering: Sendable {
  /// Above 0; higher makes smaller communities. 1 is plain modularity.
  package var resolution: Double
  /// Merging ends at the latest after so many rounds.
  package var maxRounds: Int

  package init(resolution: Double = 1, maxRounds: Int = 32) {
    self.resolution = resolution
    self.maxRounds = maxRounds
  }

  package func partition(_ graph: WeightedGraph) -> Partition {
    var level = graph
    var nodeOf = Partition(singletons: graph.nodeCount).community  // each original node's node at this level
    var start = Partition(singletons: graph.nodeCount).community
    for _ in 0..<maxRounds {
      let moved = localMoving(level, from: start)
      let isSettled = moved.count == level.nodeCount
      let refined = isSettled ? moved : refinement(level, within: moved)
      if isSettled || refined.count == level.nodeCount {
        return Partition(renumbering: ContiguousArray(nodeOf.map { moved.community[Int($0)] }))
      }
      // The next level's nodes are the refined parts; they start out in the communities found here.
      var next = ContiguousArray<Int32>(repeating: 0, count: refined.count)
      for node in 0..<level.nodeCount { next[Int(refined.community[node])] = moved.community[node] }
      level = level.merged(by: refined.community, count: refined.count)
      nodeOf = ContiguousArray(nodeOf.map { refined.community[Int($0)] })
      start = next
    }
    return Partition(renumbering: ContiguousArray(nodeOf.map { start[Int($0)] }))
  }

  /// Moves nodes, one after the other, until none gains; a moved node's neighbors are visited again.
  func localMoving(_ graph: WeightedGraph, from start: ContiguousArray<Int32>) -> Partition {
    var community = start
    var degree = ContiguousArray<Int64>(repeating: 0, count: graph.nodeCount)
    for node in 0..<graph.nodeCount { degree[Int(community[node])] += graph.degrees[node] }
    var ties = Ties(communityCount: graph.nodeCount)
    var queue = ContiguousArray((0..<graph.nodeCount).map { Int32($0) })
    var isQueued = ContiguousArray(repeating: true, count: graph.nodeCount)
    var head = 0
    // Each move raises modularity, so this ends; the bound guards against rounding going in circles.
    let lastVisit = graph.nodeCount * 64
    while head < queue.count && head < lastVisit {
      let node = Int(queue[head])
      head += 1
      isQueued[node] = false
      let own = community[node]
      degree[Int(own)] -= graph.degrees[node]
      ties.collect(graph, node, community) { _ in true }
      let target = ties.best(graph, node, own: own, degree: degree, resolution: resolution)
      degree[Int(target)] += graph.degrees[node]
      guard target != own else { continue }
      community[node] = target
      for arc in graph.arcs(of: node) {
        let neighbor = Int(graph.neighbors[arc])
        if !isQueued[neighbor], community[neighbor] != target {
          isQueued[neighbor] = true
          queue.append(Int32(neighbor))
        }
      }
    }
    return Partition(renumbering: community)
  }

  /// Splits each community into parts that hold together: every node starts alone, and one that is still alone joins
  /// the part of its community with the greatest gain.
  func refinement(_ graph: WeightedGraph, within outer: Partition) -> Partition {
    var part = Partition(singletons: graph.nodeCount).community
    var degree = graph.degrees
    var size = ContiguousArray<Int32>(repeating: 1, count: graph.nodeCount)
    var ties = Ties(communityCount: graph.nodeCount)
    for node in 0..<graph.nodeCount where size[Int(part[node])] == 1 {
      let own = part[node]
      degree[Int(own)] -= graph.degrees[node]
      ties.collect(graph, node, part) { outer.community[$0] == outer.community[node] }
      let target = ties.best(graph, node, own: own, degree: degree, resolution: resolution)
      degree[Int(target)] += graph.degrees[node]
      guard target != own else { continue }
      part[node] = target
      size[Int(own)] -= 1
      size[Int(target)] += 1
    }
    return Partition(renumbering: part)
  }
}

/// The weights that tie one node to the communities around it.
private struct Ties {
  private var weight: ContiguousArray<Int64>
  private var touched: ContiguousArray<Int32> = []

  init(communityCount: Int) { weight = ContiguousArray(repeating: 0, count: communityCount) }

  mutating func collect(
    _ graph: WeightedGraph, _ node: Int, _ community: ContiguousArray<Int32>, where isCounted: (Int) -> Bool
  ) {
    for old in touched { weight[Int(old)] = 0 }
    touched.removeAll(keepingCapacity: true)
    for arc in graph.arcs(of: node) {
      let neighbor = Int(graph.neighbors[arc])
      guard neighbor != node, isCounted(neighbor) else { continue }
      let other = community[neighbor]
      if weight[Int(other)] == 0 { touched.append(other) }
      weight[Int(other)] += graph.weights[arc]
    }
  }

  /// The community that gains most by the node, whose own degree is not in `degree` now; its own where none
  /// gains more; the lowest number among equals.
  func best(
    _ graph: WeightedGraph, _ node: Int, own: Int32, degree: ContiguousArray<Int64>, resolution: Double
  ) -> Int32 {
    guard graph.totalDegree > 0 else { return own }
    func gain(_ community: Int32) -> Double {
      Double(weight[Int(community)])
        - resolution * Double(graph.degrees[node]) * Double(degree[Int(community)]) / Double(graph.totalDegree)
    }
    var target = own
    var most = gain(own) + 1e-9
    for community in touched.sorted() where gain(community) > most {
      target = community
      most = gain(community) + 1e-9
    }
    return target
  }
}
