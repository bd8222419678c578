import Timetabling

/// A compiled problem in plain values: for the property tests.
package struct CompiledTrial {
  private let compiled: CompiledProblem
  package let index: ProblemIndex

  package init(_ problem: Problem) {
    index = ProblemIndex(problem)
    compiled = CompiledProblem(index)
  }

  /// Lesson and number within the lesson of each meeting.
  package var meetings: [(lesson: Int, number: Int)] {
    (0..<compiled.meetingCount).map { (compiled.lesson(of: $0), compiled.number(of: $0)) }
  }

  /// Fixed ones and those chosen from the pool.
  package func teachers(of lesson: Int) -> [Int] { compiled.teachers[lesson] }

  package func neighbors(of lesson: Int) -> [Int] { compiled.conflicts.neighbors.row(lesson).map { Int($0) } }

  package func areApart(_ one: Int, _ other: Int) -> Bool { compiled.conflicts.areApart(one, other) }

  /// Lessons with students in common in some week, with their number.
  package func sharedStudents(of lesson: Int) -> [Int: Int] {
    Dictionary(
      uniqueKeysWithValues: compiled.conflicts.softStudents.row(lesson).map { (Int($0.lesson), Int($0.students)) })
  }

  package func ties(of lesson: Int) -> [Int: Int] {
    Dictionary(uniqueKeysWithValues: compiled.conflicts.ties[lesson].map { ($0.lesson, $0.weight) })
  }

  package func times(of meeting: Int) -> [TimeSpan] {
    compiled.times(of: meeting).map { compiled.times.spans[Int($0)] }
  }

  /// Positions; the number of rooms stands for "no room".
  package func rooms(of meeting: Int) -> [Int] {
    compiled.rooms(of: meeting).map { Int($0) }
  }

  package func isAllowed(_ meeting: Int, room: Int) -> Bool {
    compiled.isAllowed(room: room, for: meeting)
  }

  /// Rows of rooms that meetings share.
  package var roomRowCount: Int { compiled.lessonOfRoomRow.count }
}
