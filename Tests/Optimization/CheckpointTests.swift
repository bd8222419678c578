import Foundation
import Optimization
import Synchronization
import Testing
import Timetabling

@Suite struct CheckpointTests {
  /// Three variants under unlike weights, by counted proposals: repeatable.
  private static func plan(_ problem: Problem, ticks: UInt64 = 600, from checkpoint: Checkpoint? = nil)
    -> GenerationPlan
  {
    let weights = [
      problem.weights([.compactness: 1000]), problem.weights([.spreadOverDays: 1000]),
      problem.weights([.facultyPreference: 1000]),
    ]
    return GenerationPlan(
      problem: problem,
      variants: weights.enumerated().map { VariantPlan(name: "v\($0)", strategy: FixedWeights($1)) }, seed: 3,
      ticks: ticks, threads: 2, checkpoint: checkpoint, checkpointSeconds: 0)
  }

  /// What a run told, in order; stopped once a checkpoint is `enough`.
  private static func run(
    _ plan: GenerationPlan, tells: Bool = true, until enough: @escaping @Sendable (Checkpoint) -> Bool = { _ in false }
  ) throws -> (generation: Generation, told: [Checkpoint], fractions: [Double]) {
    let told = Mutex<[Checkpoint]>([])
    let fractions = Mutex<[Double]>([])
    let isEnough = Mutex(false)
    let listener: @Sendable (Checkpoint) -> Void = { checkpoint in
      told.withLock { $0.append(checkpoint) }
      if enough(checkpoint) { isEnough.withLock { $0 = true } }
    }
    let generation = try Generator(plan: plan, exactSolver: nil).run(
      onProgress: { progress in fractions.withLock { $0.append(progress.fraction) } }, onVariant: { _ in },
      onCheckpoint: tells ? listener : nil, isCancelled: { isEnough.withLock { $0 } })
    return (generation, told.withLock { $0 }, fractions.withLock { $0 })
  }

  private static func whole(_ told: [Checkpoint]) throws -> Checkpoint {
    try #require(told.dropFirst().reduce(told.first) { $0?.followed(by: $1) })
  }

  @Test func aRunThatTellsFindsTheSameTimetables() throws {
    let plan = Self.plan(RandomProblem(seed: 5).problem)
    let quiet = try Self.run(plan, tells: false)
    let telling = try Self.run(plan)
    #expect(telling.told.count > 20)
    #expect(telling.generation.variants == quiet.generation.variants)
    #expect(telling.generation.proposals == quiet.generation.proposals)
    #expect(telling.generation.schedule == quiet.generation.schedule)
  }

  /// Every timetable told of is whole, keeps every rule and carries the cost that is said of it.
  @Test func whatIsToldOfCanStandForItself() throws {
    let problem = RandomProblem(seed: 6).problem
    let told = try Self.run(Self.plan(problem)).told
    let meetings = try #require(told.first?.variants.first).variant.timetable
    for checkpoint in told {
      for variant in checkpoint.variants.map(\.variant) {
        #expect(PlainEvaluator(problem).score(variant.timetable).hardViolations == 0)
        #expect(
          variant.timetable.entries.count + variant.timetable.unplaced.count
            == meetings.entries.count + meetings.unplaced.count)
      }
    }
    let fractions = told.map(\.fraction)
    #expect(zip(fractions, fractions.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(told.flatMap(\.variants).filter(\.isFinished).map(\.number) == [0, 1])
  }

  /// A run that is stopped anywhere says last where it stood, and one that goes on from there does the rest alone.
  @Test(arguments: [0.1, 0.3, 0.49, 0.6, 0.8])
  func aRunGoesOnWhereAnotherWasStopped(_ fraction: Double) throws {
    let problem = RandomProblem(seed: 7).problem
    let ticks: UInt64 = 2_000
    let stopped = try Self.run(Self.plan(problem, ticks: ticks)) { $0.fraction >= fraction }
    #expect(stopped.generation.wasCancelled && stopped.fractions.allSatisfy { $0 < 1 })
    #expect(stopped.told.filter(\.isLast).count == 1 && stopped.told.last?.isLast == true)
    let checkpoint = try Self.whole(stopped.told)

    let second = try Self.run(Self.plan(problem, ticks: ticks, from: checkpoint))

    let done = Double(second.generation.proposals - checkpoint.proposals) / Double(ticks * 1000)
    #expect(abs(done - (1 - checkpoint.fraction)) < 0.1, "\(done) of the proposals for \(1 - checkpoint.fraction)")
    #expect(second.fractions.allSatisfy { $0 >= checkpoint.fraction } && second.fractions.last == 1)
    #expect(second.generation.notes.contains { $0.what.contains("went on from a checkpoint") })
    #expect(second.generation.schedule.isEmpty)
    #expect(second.generation.variants.map(\.name) == ["v0", "v1", "v2"])
    for (before, after) in zip(checkpoint.variants, second.generation.variants) {
      if before.isFinished { #expect(after == before.variant) }
      #expect(PlainEvaluator(problem).score(after.timetable).hardViolations == 0)
      // A later variant leaves its start, which is an earlier one's timetable.
      if before.number == 0 {
        #expect(
          (after.timetable.unplaced.count, after.cost) <= (before.variant.timetable.unplaced.count, before.variant.cost)
        )
      }
    }
    let again = try Self.run(Self.plan(problem, ticks: ticks, from: checkpoint), tells: false)
    #expect(again.generation.variants == second.generation.variants)
  }

  @Test func aRunGoesOnAfterItsLastCheckpointSurvivedItsEncoding() throws {
    let problem = RandomProblem(seed: 7).problem
    let stopped = try Self.run(Self.plan(problem)) { $0.fraction >= 0.5 }
    let checkpoint = try Self.whole(stopped.told)
    let read = try JSONDecoder().decode(Checkpoint.self, from: try JSONEncoder().encode(checkpoint))
    #expect(read == checkpoint)
  }

  @Test func aCheckpointOfAnotherPlanIsLeftAloneAndSaidSo() throws {
    let problem = RandomProblem(seed: 7).problem
    let stopped = try Self.run(Self.plan(problem)) { $0.fraction >= 0.5 }
    let checkpoint = try Self.whole(stopped.told)
    let untouched = try Self.run(Self.plan(problem), tells: false)
    var renamed = checkpoint
    renamed.variants[0].variant.name = "somebody else's"
    var torn = checkpoint
    torn.variants.removeFirst()
    var odd = checkpoint
    odd.fraction = .nan
    for wrong in [renamed, torn, odd] {
      let run = try Self.run(Self.plan(problem, from: wrong), tells: false)
      #expect(run.generation.notes.contains { $0.what.contains("was not used") })
      #expect(run.generation.variants == untouched.generation.variants)
    }
  }

  @Test func byTheClockOnlyWhatIsLeftOfTheTimeIsSpent() throws {
    let problem = RandomProblem(seed: 7).problem
    var plan = Self.plan(problem)
    plan.ticks = nil
    plan.seconds = 4
    let stopped = try Self.run(plan) { $0.seconds >= 3 }
    let checkpoint = try Self.whole(stopped.told)
    plan.checkpoint = checkpoint
    let second = try Self.run(plan)
    #expect(checkpoint.seconds >= 3)
    #expect(!second.told.isEmpty && second.told.allSatisfy { $0.seconds >= checkpoint.seconds })
  }
}
