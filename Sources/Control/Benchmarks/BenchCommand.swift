import ArgumentParser
import Bootstrap
import Foundation
import Processes

struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Solves instances with several seeds and prints one table of cost, time, speed and memory.",
    discussion: """
      Each run is a process of its own, one after the other, so that its memory and speed are its own. Figures are \
      medians over the seeds. Ends with 0 when every run was verified, 1 when one was not, 2 when an instance could \
      not be read or uses what is not supported.

      With --beside another program gets the same files, the same seconds and as many seeds, each run after ours, and \
      the table says who completes what, and after how long.
      """)

  @Argument(help: "Instances (.ctt, .ectt, .fet, .json, .xml, each also as .gz), and folders of them.")
  var files: [String]

  @Option(help: "Seconds for each run.")
  var seconds: Double = 10

  @Option(help: "Runs for each instance, with the seeds 1, 2, 3 …")
  var seeds = 5

  @Option(help: "Threads of each run.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Thousands of proposals for each run instead of seconds.")
  var ticks: UInt64?

  @Flag(help: "Run also without each part of the search, and test whether that makes a difference.")
  var ablate = false

  @Option(help: "Run another program beside ours: fet-cl, of Debian's package fet, on .fet and .fet.gz files.")
  var beside: Peer?

  @Option(help: "Strategy that weighs the variant, as 'solve' takes it.")
  var strategy: String?

  @Flag(help: "Leave out the room constraints of .ectt files, as the published UD2 costs do.")
  var withoutRoomConstraints = false

  @Option(help: "JSON file with best-known costs, for the columns 'best' and 'gap'.")
  var published: String?

  @Option(name: .customLong("out"), help: "Where to write all figures as JSON, those of each run, too.")
  var output: String?

  func validate() throws {
    guard seconds > 0, seconds <= 86_400 else {
      throw ValidationError("--seconds is \(seconds). Maybe a number above 0 and up to 86400.")
    }
    guard (1...1_000).contains(seeds) else {
      throw ValidationError("--seeds is \(seeds). Maybe a number from 1 to 1000.")
    }
    guard beside == nil || ticks == nil && !ablate else {
      throw ValidationError("--beside compares by the clock. Maybe leave out --ticks and --ablate.")
    }
  }

  func run() async throws {
    let known = try published.map { try PublishedCosts(Data(contentsOf: URL(fileURLWithPath: $0))) }
    let instances = try InstanceFiles.find(files)
    let peer = try beside.map { try $0.program() }
    var settings: [AblationReport.Setting] = []
    for part in [SearchPart?.none] + (ablate ? SearchPart.allCases.map { $0 } : []) {
      settings.append(
        AblationReport.Setting(
          name: part?.rawValue ?? "(everything)",
          rows: try await measure(instances, known, without: part, beside: peer)))
    }
    let report = BenchReport(seconds: seconds, threads: threads, rows: settings[0].rows)
    print(beside.map { SideBySide(report, peer: $0.rawValue).text } ?? report.text)
    let ablation = AblationReport(settings: settings)
    if ablate { print(ablation.text) }
    if let output {
      try (ablate ? ablation.json() : report.json()).write(to: URL(fileURLWithPath: output), options: .atomic)
    }
    if report.rows.contains(where: { $0.runs.contains { !$0.status.isReadable } }) { throw CommandExit.wrongInput }
    if report.rows.contains(where: { $0.runs.contains { $0.status == .failed } }) { throw CommandExit.failed }
  }

  private func measure(
    _ instances: [String], _ known: PublishedCosts?, without part: SearchPart?, beside peer: FETProgram?
  ) async throws -> [BenchReport.Row] {
    var rows: [BenchReport.Row] = []
    for file in instances {
      let name = InstanceFiles.name(of: file)
      var row = BenchReport.Row(instance: name, bestKnown: known?[name])
      for seed in 1...seeds {
        let less = part.map { ", without \($0.rawValue)" } ?? ""
        Console.print(error: "\(name), seed \(seed) of \(seeds)\(less)")
        let run = try await solve(file, seed: seed, without: part)
        if let reason = run.reason { Console.print(error: "\(name), seed \(seed): \(run.status.rawValue): \(reason)") }
        row.runs.append(run)
        // What cannot be read once cannot be read again.
        if row.runs.last?.status.isReadable == false { break }
        if let peer, beside?.accepts(file) == true {
          row.peers.append(try await peer.solve(file, seconds: seconds, seed: seed))
        }
      }
      rows.append(row)
    }
    return rows
  }

  private func solve(_ file: String, seed: Int, without part: SearchPart?) async throws -> BenchReport.Run {
    var arguments = [
      "solve", file, "--json", "--end-with-parent", "--seconds", "\(seconds)", "--seed", "\(seed)", "--threads",
      "\(threads)",
    ]
    if let ticks { arguments += ["--ticks", "\(ticks)"] }
    if let part { arguments += ["--leave-out", part.rawValue] }
    if withoutRoomConstraints { arguments.append("--without-room-constraints") }
    if let strategy { arguments += ["--strategy", strategy] }
    let child = try await ChildProcess.start(
      ChildOrder(
        executable: Siblings().executable, arguments: arguments, environment: ProcessInfo.processInfo.environment),
      input: [])
    child.closeInput()
    var output: [UInt8] = []
    var end = ChildEnd.exited(1)
    for await event in child.events {
      switch event {
      case .output(let piece): output += piece
      case .ended(let how): end = how
      }
    }
    return BenchReport.Run(seed: seed, end: end, output: Data(output))
  }
}
