import Timetabling

/// The exact model of times and teachers alone: what the tests look at.
package struct TimeModelTrial {
  /// By lesson and meeting; nil where it is proven that not all can have one.
  package let times: [[TimeSpan]]?
  /// By lesson.
  package let teachers: [[TeacherID]]

  package init(_ problem: Problem, solver: any ExactSolver) throws {
    let index = ProblemIndex(problem)
    let pools = StaffingPools(index).open
    let staffing = pools.reduce(into: Staffing(index)) { $0.choose([], from: $1) }
    let compiled = CompiledProblem(index, staffing: staffing)
    let idle = Set((0..<compiled.meetingCount).filter { compiled.times(of: $0).count == 0 })
    let model = TimeModel(compiled, without: idle, hint: RecursiveSwap.bareState(compiled), pools: pools)
    let limit = ExactLimit(seconds: 20, deterministicTime: 20, seed: 1)
    guard case .solution(let chosen, _, _) = try solver.solve(model.choices, limit: limit, isCancelled: { false })
    else {
      (times, teachers) = (nil, [])
      return
    }
    times = (0..<compiled.lessonCount).map { lesson in
      compiled.meetings(of: lesson).filter { !idle.contains($0) }
        .map { compiled.times.spans[Int(model.time(of: $0, in: chosen))] }
    }
    teachers = model.staffing(chosen).teachers.map { $0.map { problem.teachers[$0].id } }
  }
}
