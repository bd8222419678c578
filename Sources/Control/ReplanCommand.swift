import ArgumentParser
import Foundation
import Interchange
import Optimization
import Timetabling
import Verification

struct ReplanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replan",
    abstract: "Repairs a timetable after its problem has changed, moving as few lessons as possible.",
    discussion: """
      What is illegal now moves; where that is not enough, lessons around it, then any, within the budget. Prints who \
      is affected and how. Ctrl-C keeps the best plan so far.

      Ends with 0 when the new timetable is verified and complete, 1 when it is not verified, 2 when the input has \
      mistakes, 4 when lessons are left out.
      """)

  @Argument(help: "The problem as it is now: a file or folder as 'solve' takes it.")
  var file: String

  @Option(help: "The timetable as it was: a .json file that 'solve', 'generate' or 'replan' wrote.")
  var base: String

  @Option(name: .customLong("out"), help: "Where to write the new timetable (.json).")
  var output: String

  @Option(help: "Lessons that may move beyond those that have to.")
  var lessons = 10

  @Option(help: "Teachers, class groups and enrolled students who may be affected beyond those of forced lessons.")
  var people: Int?

  @Option(help: "Decides between equals.")
  var seed: UInt64 = 1

  @Option(help: "Places to look at; the same number gives the same timetable.")
  var steps = 2_000_000

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    guard (0...100_000).contains(lessons) else {
      throw ValidationError("--lessons is \(lessons). Maybe a number from 0 to 100000.")
    }
    try OutputName.require(["json"], of: output)
    if let people, people < 0 { throw ValidationError("--people is \(people). Maybe 0 or more.") }
    guard (1...1_000_000_000).contains(steps) else {
      throw ValidationError("--steps is \(steps). Maybe a number from 1 to 1000000000.")
    }
  }

  func run() async throws {
    let input = try await ProblemInput.read(file)
    let problem = try input.requireProblem()
    guard let bytes = FileManager.default.contents(atPath: base) else {
      throw InputError(message: "There is no file '\(base)'.\nMaybe 'solve --out NAME.json' writes it.")
    }
    let timetable = try TimetableDocument.read([UInt8](bytes), of: problem).requireBase(base)

    let clock = ContinuousClock()
    let start = clock.now
    let replan = try await replan(problem, timetable)
    let report = ReplanReport(
      problem: problem, replan: replan, verification: Verifier.verify(problem, replan.timetable),
      seconds: (clock.now - start) / .seconds(1))
    print(json ? try report.json() : report.text)
    try TimetableDocument.json(replan.timetable, of: problem)
      .write(to: URL(fileURLWithPath: output), options: .atomic)
    if !report.verification.isValid { throw CommandExit.failed }
    if !replan.timetable.unplaced.isEmpty { throw CommandExit.incomplete }
  }

  private func replan(_ problem: Problem, _ base: Timetable) async throws -> Replan {
    let plan = ReplanPlan(
      problem: problem, base: base, budget: DisruptionBudget(furtherLessons: lessons, furtherPeople: people),
      seed: seed,
      steps: steps)
    let isCancelled = Interruption.follow()
    return try await OwnThread.run { Replanner(plan).run(isCancelled: isCancelled) }
  }
}
