import Optimization
import Testing
import Timetabling
import Verification

/// Runs that end with the first complete timetable, and what is left out where there is none.
@Suite struct EndsWhenCompleteTests {
  private func generate(_ problem: Problem) throws -> Generation {
    let plan = GenerationPlan(
      problem: problem, variants: [VariantPlan(name: "any", strategy: FixedWeights())], ticks: 100_000,
      endsWhenComplete: true)
    return try Generator(plan: plan, exactSolver: nil).run(
      onProgress: { _ in }, onVariant: { _ in }, isCancelled: { false })
  }

  @Test func theRunEndsWithTheFirstCompleteTimetable() throws {
    var school = TinySchool()
    for number in 0..<8 { school.add(Lesson(id: LessonID("L\(number)"), duration: 60, teachers: ["T"])) }

    let generation = try generate(school.problem)

    let timetable = generation.variants[0].timetable
    #expect(timetable.unplaced.isEmpty && Verifier.verify(school.problem, timetable).isValid)
    #expect(generation.ticks == 0, "the greedy start is enough")
    #expect(!generation.wasCancelled)
  }

  @Test func theSameProblemGetsTheSameTimetable() throws {
    var school = TinySchool(rooms: ["R1", "R2"].map { Room(id: $0, capacity: 30) })
    for number in 0..<16 {
      school.add(
        Lesson(id: LessonID("L\(number)"), duration: 60, teachers: [TeacherID("T\(number % 2)")]))
    }
    #expect(try generate(school.problem).variants[0].timetable == generate(school.problem).variants[0].timetable)
  }
}
