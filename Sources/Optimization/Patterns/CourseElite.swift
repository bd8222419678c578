import Patterns

/// The best assignment of a chain, kept apart from where the chain walks.
struct CourseElite {
  private(set) var hard = Int.max
  private(set) var soft = Int.max
  let time: Flat<Int32>
  let choice: Flat<Int32>
  let configuration: Flat<Int32>
  let seats: Flat<Int32>
  /// Students have moved since it was taken.
  private var seatsMoved = true

  init(_ problem: CompiledCourses) {
    time = Flat(problem.classes, 0)
    choice = Flat(problem.classes, 0)
    configuration = Flat(problem.sections.requests, -1)
    seats = Flat(problem.sections.seats, -1)
  }

  @inline(__always) mutating func noteSeats() { seatsMoved = true }

  mutating func take(_ walker: CourseWalker) {
    hard = walker.hard
    soft = walker.soft
    time.copy(from: walker.state.time)
    choice.copy(from: walker.state.choice)
    if seatsMoved {
      configuration.copy(from: walker.sectioning.configuration)
      seats.copy(from: walker.sectioning.seats)
      seatsMoved = false
    }
  }

  /// The walker goes on from here.
  func give(to walker: inout CourseWalker) {
    walker.state.time.copy(from: time)
    walker.state.choice.copy(from: choice)
    walker.sectioning.configuration.copy(from: configuration)
    walker.sectioning.seats.copy(from: seats)
    walker.reload()
  }

  func solution(of problem: CourseProblem, _ compiled: CompiledCourses) -> CourseSolution {
    let placements = problem.classes.indices.map { index in
      CourseSolution.Placement(
        time: Int(compiled.times[Int(compiled.times.begin[index] + time[index])].option),
        room: problem.classes[index].rooms.isEmpty
          ? nil : Int(compiled.roomChoices[Int(compiled.roomChoices.begin[index] + choice[index])].option))
    }
    let sections = compiled.sections
    let enrollments = problem.students.indices.map { student in
      (Int(sections.studentBegin[student])..<Int(sections.studentBegin[student + 1])).flatMap { request -> [Int] in
        let number = configuration[request]
        guard number >= 0 else { return [] }
        let width = Int(sections.subpartBegin[Int(number) + 1] - sections.subpartBegin[Int(number)])
        let begin = Int(sections.seatBegin[request])
        return (begin..<(begin + width)).map { Int(seats[$0]) }
      }
    }
    return CourseSolution(placements: placements, enrollments: enrollments)
  }

  func free() {
    time.free()
    choice.free()
    configuration.free()
    seats.free()
  }
}
