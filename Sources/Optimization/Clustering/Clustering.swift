import Timetabling

/// Communities of lessons that share people: units of crossover and of large neighborhoods, and shown to the user.
struct Clustering {
  /// Of each lesson.
  let community: [Int]
  let summaries: [ClusterSummary]
  let modularity: Double

  init(_ compiled: CompiledProblem) {
    let ties = compiled.conflicts.ties
    let edges = ties.enumerated().flatMap { lesson, row in
      row.filter { $0.lesson > lesson }.map {
        WeightedGraph.Edge(from: Int32(lesson), to: Int32($0.lesson), weight: Int64($0.weight))
      }
    }
    let graph = WeightedGraph(nodeCount: ties.count, edges: edges)
    let partition = LouvainClustering().partition(graph)
    community = partition.community.map { Int($0) }
    modularity = partition.modularity(of: graph)
    let members = ConflictGraph.invert(community.map { [$0] }, count: (community.max() ?? -1) + 1)
    let departments = Departments(compiled)
    summaries = members.map { lessons in
      ClusterSummary(
        lessons: lessons.map { compiled.problem.lessons[$0].id },
        kind: Self.kind(of: lessons, ties: ties, departments: departments))
    }
  }

  /// By the share of ties that leave the home department, the one most of its lessons belong to: none makes it
  /// core, ties to at most two others departmental, more an open elective.
  private static func kind(
    of lessons: [Int], ties: [[(lesson: Int, weight: Int)]], departments: Departments
  ) -> Course.Kind {
    var counts: [Int: Int] = [:]
    for lesson in lessons { counts[departments.ofLesson[lesson], default: 0] += 1 }
    let home = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? -1
    var others: Set<Int> = []
    for lesson in lessons {
      if departments.ofLesson[lesson] != home { others.insert(departments.ofLesson[lesson]) }
      for tie in ties[lesson] where departments.ofLesson[tie.lesson] != home {
        others.insert(departments.ofLesson[tie.lesson])
      }
    }
    return others.isEmpty ? .core : others.count <= 2 ? .departmentalElective : .openElective
  }
}

/// The department of each lesson: its own, else its course's, −1 where neither is known.
private struct Departments {
  let ofLesson: [Int]

  init(_ compiled: CompiledProblem) {
    let problem = compiled.problem
    let positions = Dictionary(
      problem.departments.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { one, _ in one })
    ofLesson = problem.lessons.map { lesson in
      let course = lesson.course.flatMap { compiled.index.courseIndex[$0] }
      let department = lesson.department ?? course.flatMap { problem.courses[$0].department }
      return department.flatMap { positions[$0] } ?? -1
    }
  }
}
