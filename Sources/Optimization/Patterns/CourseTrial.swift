import Patterns

/// A walk on a problem, counted by the search: what the property tests compare with the plain scorer.
package final class CourseTrial {
  private let source: CourseProblem
  private let problem: CompiledCourses
  private var walker: CourseWalker

  package init(_ source: CourseProblem, seed: UInt64, weight: Int = 20, temperature: Double = 30) {
    self.source = source
    problem = CompiledCourses(source)
    walker = CourseWalker(problem, seed: seed, chain: 0)
    walker.setWeights(weight)
    walker.temperature = temperature
  }

  deinit {
    walker.free()
    problem.free()
  }

  package var temperature: Double {
    get { walker.temperature }
    set { walker.temperature = newValue }
  }
  package var violations: Int { walker.hard }
  package var cost: Int { walker.soft }

  package func walk(_ proposals: Int) { walker.walk(proposals) { false } }
  package func seatStudents(_ proposals: Int) { walker.seatStudents(proposals) { false } }
  /// Students are not counted any more either.
  package func onlyRulesCount() { walker.countRules(weight: 20) }
  package func countEverything() { walker.countEverything(weight: 20) }
  package func repair(_ proposals: Int) { walker.repair(proposals) { false } }
  package func keepToRegion(of size: Int) { walker.keepToRegion(of: size) }
  package func raiseWeights() { walker.raiseWeights(by: 5, most: 200) }
  package func keepBest() { walker.keepBest() }
  package func takeBestBack() { walker.best.give(to: &walker) }
  package var best: (violations: Int, cost: Int) { (walker.best.hard, walker.best.soft) }

  /// Of each class, the numbers of the times and rooms that the search looks at; no rooms for a class that needs none.
  package var options: [(times: [Int], rooms: [Int])] {
    (0..<problem.classes).map { index in
      (
        problem.times.range(index).map { Int(problem.times[$0].option) },
        problem.roomChoices.range(index).map { problem.roomChoices[$0] }.filter { $0.room != Int32(problem.rooms) }
          .map { Int($0.option) }
      )
    }
  }

  /// Where the walk stands now.
  package var solution: CourseSolution {
    var elite = CourseElite(problem)
    defer { elite.free() }
    elite.take(walker)
    return elite.solution(of: source, problem)
  }

  /// Whether what is kept of each class is what is found afresh.
  package func keepsWhatItFinds() -> Bool {
    let known = (0..<problem.classes).map { walker.state.ownTally($0) }
    walker.state.forgetOwns()
    return known == (0..<problem.classes).map { walker.state.ownTally($0) }
  }

  /// The weighted change of every single move of every class, whole and as far as it is looked at with a limit.
  package func energies(limit: Int) -> [(whole: Int, limited: Int)] {
    (0..<problem.classes).flatMap { index in
      (0..<problem.times.count(index)).flatMap { time in
        (0..<problem.roomChoices.count(index)).map { choice in
          (
            walker.energy(walker.state.delta(index, time, choice)),
            walker.energy(walker.state.delta(index, time, choice, limit: limit))
          )
        }
      }
    }
  }
}
