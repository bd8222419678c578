import Timetabling

/// Chooses teachers from pools before the search starts: the least loaded who has the most free time, lessons with
/// the smallest pools first. The choice holds for all meetings of a lesson.
struct Staffing {
  private(set) var teachers: [[Int]]
  private(set) var notes: [RunNote] = []

  init(_ index: ProblemIndex) {
    let problem = index.problem
    teachers = index.lessons.map(\.teachers)
    var load = [Int](repeating: 0, count: problem.teachers.count)
    for (lesson, chosen) in teachers.enumerated() {
      for teacher in chosen { load[teacher] += Self.minutes(lesson, index) }
    }

    let pooled = problem.lessons.indices.filter { problem.lessons[$0].teachersFromPool > 0 }
    let inOrder = pooled.sorted { (index.lessons[$0].pool.count, $0) < (index.lessons[$1].pool.count, $1) }
    for lesson in inOrder {
      let facts = index.lessons[lesson]
      let minutes = Self.minutes(lesson, index)
      var seen = Set(facts.teachers)
      let candidates = facts.pool.filter { seen.insert($0).inserted }
      func rank(_ teacher: Int) -> (Int, Int, Int) {
        let limit = problem.teachers[teacher].maxMinutesPerWeek ?? .max
        let open = facts.placements.count { !index.isBlocked(teacher: teacher, at: $0, weeks: facts.weeks) }
        let isTight = load[teacher] + minutes > limit || open < problem.lessons[lesson].meetingsPerWeek
        return (isTight ? 1 : 0, load[teacher], -open)
      }
      let chosen = candidates.map { (rank: rank($0), teacher: $0) }.sorted { $0.rank < $1.rank }
        .prefix(problem.lessons[lesson].teachersFromPool)
      for choice in chosen { load[choice.teacher] += minutes }
      teachers[lesson] += chosen.map(\.teacher)
      let tight = chosen.filter { $0.rank.0 == 1 }.map { problem.teachers[$0.teacher].name }
      if !tight.isEmpty {
        notes.append(
          RunNote(
            stage: .preparing,
            what: "\(tight.joined(separator: " and ")) was chosen for \(problem.lessons[lesson].name) without enough "
              + "free time.",
            why: "Nobody in the pool of \(problem.lessons[lesson].name) has enough time left."))
      }
    }
  }

  private static func minutes(_ lesson: Int, _ index: ProblemIndex) -> Int {
    index.problem.lessons[lesson].duration * index.problem.lessons[lesson].meetingsPerWeek
  }
}
