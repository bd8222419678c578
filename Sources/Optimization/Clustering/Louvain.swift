/// Communities of a weighted graph: Louvain local moving, Leiden refinement, aggregation, until nothing moves.
///
/// After Traag, Waltman and van Eck 2019, with two deviations that make it deterministic: nodes are visited in order,
/// and refinement merges a node into the best community within its parent instead of a random good one.
struct Louvain {
  typealias Edge = (node: Int, weight: Double)

  /// Community of each node, numbered from 0 in order of first appearance.
  let community: [Int]
  /// Of the result, at resolution 1.
  let modularity: Double

  /// `neighbors[i]` lists each neighbor once, both ways; weights are positive.
  init(neighbors: [[Edge]], resolution: Double = 1) {
    var graph = Graph(neighbors: neighbors, selfWeight: [Double](repeating: 0, count: neighbors.count))
    // The node of `graph` that stands for each original node, and the community of each node of `graph`.
    var nodeOf = Array(neighbors.indices)
    var labels = Array(neighbors.indices)
    while true {
      labels = Self.renumber(graph.localMoving(from: labels, resolution: resolution))
      let refined = Self.renumber(graph.refine(labels, resolution: resolution))
      let count = (refined.max() ?? -1) + 1
      if count == graph.count { break }
      var parent = [Int](repeating: 0, count: count)
      for node in 0..<graph.count { parent[refined[node]] = labels[node] }
      nodeOf = nodeOf.map { refined[$0] }
      graph = graph.aggregate(refined, count: count)
      labels = parent
    }
    community = Self.renumber(nodeOf.map { labels[$0] })
    modularity = Self.modularity(neighbors, community)
  }

  static func renumber(_ labels: [Int]) -> [Int] {
    var numbers: [Int: Int] = [:]
    return labels.map { label in
      if let number = numbers[label] { return number }
      numbers[label] = numbers.count
      return numbers.count - 1
    }
  }

  static func modularity(_ neighbors: [[Edge]], _ community: [Int]) -> Double {
    let total = neighbors.reduce(0) { $0 + $1.reduce(0) { $0 + $1.weight } }
    guard total > 0 else { return 0 }
    let count = (community.max() ?? -1) + 1
    var inside = [Double](repeating: 0, count: count)
    var degree = inside
    for (node, edges) in neighbors.enumerated() {
      for edge in edges {
        degree[community[node]] += edge.weight
        if community[edge.node] == community[node] { inside[community[node]] += edge.weight }
      }
    }
    return zip(inside, degree).reduce(0) { $0 + $1.0 / total - ($1.1 / total) * ($1.1 / total) }
  }
}

extension Louvain {
  struct Graph {
    let neighbors: [[Edge]]
    /// Twice the weight inside a node that stands for several.
    let selfWeight: [Double]
    let degree: [Double]
    let total: Double
    var count: Int { neighbors.count }

    init(neighbors: [[Edge]], selfWeight: [Double]) {
      self.neighbors = neighbors
      self.selfWeight = selfWeight
      degree = zip(neighbors, selfWeight).map { $0.reduce($1) { $0 + $1.weight } }
      total = max(1e-12, degree.reduce(0, +))
    }

    /// Moves nodes one by one to the neighboring community where modularity gains most, until none gains.
    func localMoving(from start: [Int], resolution: Double) -> [Int] {
      var labels = Louvain.renumber(start)
      var sums = [Double](repeating: 0, count: count)
      for node in 0..<count { sums[labels[node]] += degree[node] }
      var links = [Double](repeating: 0, count: count)
      var queue = Array(0..<count)
      var isQueued = [Bool](repeating: true, count: count)
      var head = 0
      while head < queue.count {
        let node = queue[head]
        head += 1
        isQueued[node] = false
        let home = labels[node]
        let touched = weigh(node, labels, &links)
        sums[home] -= degree[node]
        var (best, gain) = (home, links[home] - resolution * degree[node] * sums[home] / total)
        for label in touched {
          let value = links[label] - resolution * degree[node] * sums[label] / total
          if value > gain + 1e-9 { (best, gain) = (label, value) }
        }
        for label in touched { links[label] = 0 }
        sums[best] += degree[node]
        labels[node] = best
        guard best != home else { continue }
        for edge in neighbors[node] where labels[edge.node] != best && !isQueued[edge.node] {
          isQueued[edge.node] = true
          queue.append(edge.node)
        }
      }
      return labels
    }

    /// Splits each community into well connected parts: singletons join the part they gain most by.
    func refine(_ parent: [Int], resolution: Double) -> [Int] {
      var labels = Array(0..<count)
      var sums = degree
      var size = [Int](repeating: 1, count: count)
      var links = [Double](repeating: 0, count: count)
      for node in 0..<count where size[labels[node]] == 1 {
        let inside = neighbors[node].filter { parent[$0.node] == parent[node] }
        for edge in inside { links[labels[edge.node]] += edge.weight }
        var (best, gain) = (labels[node], 0.0)
        for edge in inside {
          let label = labels[edge.node]
          let value = links[label] - resolution * degree[node] * sums[label] / total
          if label != labels[node], value > gain + 1e-9 { (best, gain) = (label, value) }
        }
        for edge in inside { links[labels[edge.node]] = 0 }
        guard best != labels[node] else { continue }
        sums[labels[node]] -= degree[node]
        size[labels[node]] -= 1
        labels[node] = best
        sums[best] += degree[node]
        size[best] += 1
      }
      return labels
    }

    /// One node for each label.
    func aggregate(_ labels: [Int], count: Int) -> Graph {
      var inside = [Double](repeating: 0, count: count)
      var between = [[Int: Double]](repeating: [:], count: count)
      for node in 0..<self.count {
        inside[labels[node]] += selfWeight[node]
        for edge in neighbors[node] {
          if labels[edge.node] == labels[node] {
            inside[labels[node]] += edge.weight
          } else {
            between[labels[node]][labels[edge.node], default: 0] += edge.weight
          }
        }
      }
      let edges = between.map { row in row.keys.sorted().map { (node: $0, weight: row[$0] ?? 0) } }
      return Graph(neighbors: edges, selfWeight: inside)
    }

    private func weigh(_ node: Int, _ labels: [Int], _ links: inout [Double]) -> [Int] {
      var touched: [Int] = []
      for edge in neighbors[node] {
        let label = labels[edge.node]
        if links[label] == 0 { touched.append(label) }
        links[label] += edge.weight
      }
      return touched
    }
  }
}
