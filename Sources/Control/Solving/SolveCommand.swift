import ArgumentParser
import Bootstrap
import Foundation
import Generating
import Interchange
import Optimization
import Processes
import Timetabling

struct SolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Makes timetables for a problem in a file, verifies and measures them.",
    discussion: """
      Ctrl-C ends the search and keeps the best timetable so far.

      Ends with 0 when every timetable is verified and complete, 1 when one is not verified, 2 when the input has \
      mistakes, 3 when it uses constraints that are not supported (each is named), 4 when timetables are verified \
      but lessons are left out (each is listed with its reasons).
      """)

  @Argument(
    help:
      "A .ctt or .ectt (ITC-2007), .xml (ITC-2019), .fet, .fet.gz or .json file, or a folder of a tenant or of CSV files."
  )
  var file: String

  @Option(help: "Seconds to search, for all variants together.")
  var seconds: Double = 30

  @Option(
    help:
      "Strategy that weighs a variant; several make several variants. Left out: org.horarium.ud2 for .ctt files, else org.horarium.balanced."
  )
  var strategy: [String] = []

  @Option(help: "An option of the strategies, as name=value; may be repeated.")
  var option: [String] = []

  @Option(help: "Same problem, strategies, seed and ticks: the same timetables.")
  var seed: UInt64 = 1

  @Option(help: "Leave out a part of the search, to see what it is worth; may be repeated.")
  var leaveOut: [SearchPart] = []

  @Option(help: "Threads to search with.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Thousands of proposals instead of seconds, for runs that can be repeated exactly.")
  var ticks: UInt64?

  @Option(
    help:
      "What 'solve --json' printed of an earlier run: with the same problem, strategies, seed, seconds and threads that run is repeated exactly."
  )
  var replay: String?

  @Option(
    name: .customLong("out"),
    help:
      "Where to write the timetable: competition format for a .ctt or .xml problem, else .json or .csv. Several variants get their number before the ending."
  )
  var output: String?

  @Flag(help: "Print one JSON document instead of tables.")
  var json = false

  @Flag(help: "Leave out the room constraints of an .ectt file, as the published UD2 costs do.")
  var withoutRoomConstraints = false

  @Flag(help: .hidden)
  var endWithParent = false

  func validate() throws {
    guard seconds > 0, seconds <= 86_400 else {
      throw ValidationError("--seconds is \(seconds). Maybe a number above 0 and up to 86400.")
    }
    guard (1...256).contains(threads) else {
      throw ValidationError("--threads is \(threads). Maybe a number from 1 to 256.")
    }
    guard strategy.count <= 5 else {
      throw ValidationError("\(strategy.count) strategies are named. Maybe one to five.")
    }
    _ = try options()
    // Competition files may be called anything; what is neither would be JSON under another name.
    let isCompetition = [.ctt, .courses].contains(
      ProblemFile.format(of: file.lowercased().hasSuffix(".gz") ? String(file.dropLast(3)) : file))
    if let output, !isCompetition { try OutputName.require(["json", "csv"], of: output) }
  }

  func run() async throws {
    if endWithParent, !OwnProcess.dieWithParent() { throw CommandExit.failed }
    if CourseSolving.accepts(file) {
      for name in optionsOfInstitutions {
        Console.print(error: "note: \(name) has no effect on a problem of the competition of 2019.")
      }
      let solving = CourseSolving(
        file: file, seconds: seconds, ticks: ticks, seed: seed, threads: threads, output: output, json: json)
      return try await solving.run()
    }
    let settings = try HorariumConfiguration()
    let input = try await ProblemInput.read(file, withRoomConstraints: !withoutRoomConstraints)
    let problem = try input.requireProblem()
    if !json {
      print(problem.summary)
      Precheck.findings(in: problem).forEach { print($0.text) }
    }

    let watch = RunWatch()
    let generation = try await search(problem, input.form, settings, watch)
    let measures = watch.measures(of: generation)
    let judge = Judge(problem: problem, base: nil, seed: seed)
    let judged = generation.variants.map { judge.judge($0, at: Date()) }
    let report = SolveReport(
      problem: problem, form: input.form, generation: generation, variants: judged, measures: measures)
    print(json ? try report.json() : report.text)
    try write(judged.map(\.variant.timetable), of: problem, input)

    if judged.contains(where: { $0.certificate == nil }) { throw CommandExit.failed }
    if judged.contains(where: { $0.scoreCard.unplacedMeetings > 0 }) { throw CommandExit.incomplete }
  }

  private func search(
    _ problem: Problem, _ form: ProblemInput.Form, _ settings: HorariumConfiguration, _ watch: RunWatch
  ) async throws -> Generation {
    let chosen = strategy.isEmpty ? [form == .ctt ? "org.horarium.ud2" : "org.horarium.balanced"] : strategy
    let values = try options()
    let names = chosen.map { String($0.split(separator: ".").last ?? Substring($0)) }
    let orders = zip(chosen.indices, chosen).map { index, id in
      let name = names[..<index].contains(names[index]) ? "\(names[index])-\(index + 1)" : names[index]
      // A person who names a strategy wants that one, not another in its place.
      return VariantOrder(name: name, strategy: id, options: values, isStrict: true)
    }
    let request = SolveRequest(
      problem: problem, variants: orders, seed: seed, seconds: seconds, ticks: ticks, schedule: try schedule(),
      threads: threads, stages: StageSelection(without: leaveOut),
      ortools: settings.ortoolsFolder, plugins: settings.pluginFolder,
      strategyHost: Siblings().path(of: "horarium-strategy-host"))
    let line = ProgressLine(isShown: Console.isErrorTerminal && !json)
    defer { line.clear() }
    do {
      let isCancelled = Interruption.follow()
      return try await OwnThread.run {
        try GenerationRun(request).run(
          isCancelled: isCancelled,
          onProgress: {
            watch.see($0)
            line.show($0)
          })
      }
    } catch let failure as SolveFailure {
      line.clear()
      Console.print(error: failure.message)
      throw failure.consequence == .permanent ? CommandExit.wrongInput : CommandExit.failed
    }
  }

  /// Those that were given, by name.
  private var optionsOfInstitutions: [String] {
    [
      ("--strategy", !strategy.isEmpty), ("--option", !option.isEmpty), ("--leave-out", !leaveOut.isEmpty),
      ("--replay", replay != nil), ("--without-room-constraints", withoutRoomConstraints),
    ].filter(\.1).map(\.0)
  }

  private func schedule() throws -> [Int] {
    struct Earlier: Decodable { var schedule: [Int] }
    guard let replay else { return [] }
    do {
      return try JSONDecoder().decode(Earlier.self, from: try Data(contentsOf: URL(filePath: replay))).schedule
    } catch {
      throw ValidationError("--replay '\(replay)' is not what 'solve --json' printed.\nMaybe run it again with --json.")
    }
  }

  private func options() throws -> [String: Double] {
    var values: [String: Double] = [:]
    for text in option {
      let parts = text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let value = Double(parts[1]) else {
        throw ValidationError("--option '\(text)' is not name=number.")
      }
      values[String(parts[0])] = value
    }
    return values
  }

  private func write(_ timetables: [Timetable], of problem: Problem, _ input: ProblemInput) throws {
    guard let output else { return }
    for (index, timetable) in timetables.enumerated() {
      let path = timetables.count == 1 ? output : Self.numbered(output, index + 1)
      let data: Data
      switch (path as NSString).pathExtension.lowercased() {
      case "json": data = try TimetableDocument.json(timetable, of: problem)
      case "csv": data = TimetableDocument.csvFile(timetable, of: problem)
      default:
        data =
          input.form == .ctt
          ? Data(CTT.write(timetable, of: problem).utf8)
          : try TimetableDocument.json(timetable, of: problem)
      }
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
      if !json { print("Written to \(path)") }
    }
  }

  private static func numbered(_ path: String, _ number: Int) -> String {
    let ending = (path as NSString).pathExtension
    let stem = (path as NSString).deletingPathExtension
    return ending.isEmpty ? "\(stem)-\(number)" : "\(stem)-\(number).\(ending)"
  }
}
