import Timetabling

/// Counts whose week changes when lessons move beside the forced ones.
struct AffectedPeople {
  private enum Person: Hashable {
    case teacher(Int)
    case group(Int)
    case student(StudentID)
  }

  /// Nil for any number.
  private let limit: Int?
  private let index: ProblemIndex
  private let teachers: [[Int]]
  private let anyway: Set<Person>

  init(_ compiled: CompiledProblem, forced: Set<Int>, limit: Int?) {
    self.limit = limit
    index = compiled.index
    teachers = compiled.teachers
    let (index, teachers) = (index, teachers)
    anyway = Set(forced.flatMap { Self.people(of: $0, index, teachers) })
  }

  /// Whether as few more people are affected as the budget asks for.
  func allows(_ lessons: some Sequence<Int>) -> Bool {
    limit.map { further(lessons) <= $0 } ?? true
  }

  /// Those of these lessons who have no part in a forced one.
  func further(_ lessons: some Sequence<Int>) -> Int {
    Set(lessons.flatMap { Self.people(of: $0, index, teachers) }).subtracting(anyway).count
  }

  private static func people(of lesson: Int, _ index: ProblemIndex, _ teachers: [[Int]]) -> [Person] {
    teachers[lesson].map { .teacher($0) } + index.lessons[lesson].groups.map { .group($0) }
      + index.problem.lessons[lesson].students.map { .student($0) }
  }
}
