import Timetabling
/// X
struct Clustering { let summaries: [ClusterSummary] = []; let modularity = 0.0
  let community: [Int]
  init(_ compiled: CompiledProblem) { community = [Int](repeating: 0, count: compiled.lessonCount) } }
