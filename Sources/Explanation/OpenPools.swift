import Timetabling

/// Lessons that choose among more teachers than they need.
struct OpenPools: Sendable {
  struct Pool: Sendable {
    let lesson: Int
    /// Who may be chosen beside the lesson's own teachers, each once.
    let candidates: [Int]
    let count: Int
  }

  /// Those that the model looks at: all or none.
  let all: [Pool]
  /// Lessons whose choice is too much to look at.
  let leftOut: Int

  /// Times of meetings, once for each candidate: beyond, most questions would have no answer.
  private static let mostTimes = 8_000

  init(_ index: ProblemIndex) {
    let open = index.lessons.indices.compactMap { lesson -> Pool? in
      var seen = Set(index.lessons[lesson].teachers)
      let candidates = index.lessons[lesson].pool.filter { seen.insert($0).inserted }
      let count = index.problem.lessons[lesson].teachersFromPool
      return count > 0 && candidates.count > count ? Pool(lesson: lesson, candidates: candidates, count: count) : nil
    }
    let times = open.reduce(0) { sum, pool in
      sum + pool.candidates.count * index.lessons[pool.lesson].placements.count
        * max(0, index.problem.lessons[pool.lesson].meetingsPerWeek)
    }
    all = times <= Self.mostTimes ? open : []
    leftOut = times <= Self.mostTimes ? 0 : open.count
  }
}
