import Foundation
import Optimization
import Testing
import Timetabling
import WeightingPlugins

/// Everything here starts processes; one after the other, so that a count of them means something.
@Suite("Strategies in processes of their own", .serialized)
struct StrategyProcesses {}

/// Where things lie: the folder of the built programs and libraries, and the project.
enum Built {
  static let folder: String = {
    let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return ((path ?? CommandLine.arguments[0]) as NSString).deletingLastPathComponent
  }()
  static let host = folder + "/horarium-strategy-host"
  static let shipped = PluginCatalog(folder: folder, host: host)
  static let project: String = {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    return root.path
  }()
}

/// Generous, for machines that are busy with other tests; only the tests of limits set tight ones.
let patient = CallLimits(
  start: CallLimit(processor: .seconds(20), wall: .seconds(60)),
  call: CallLimit(processor: .seconds(20), wall: .seconds(60)))
/// For libraries that never answer.
let impatient = CallLimits(
  start: CallLimit(processor: .milliseconds(200), wall: .milliseconds(1000)),
  call: CallLimit(processor: .milliseconds(50), wall: .milliseconds(300)))

/// An empty folder for one test, beside the built programs; what an earlier run left there is removed.
func emptyFolder(_ name: String) throws -> String {
  let path = Built.folder + "/hostile-libraries/" + name
  try? FileManager.default.removeItem(atPath: path)
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  return path
}

/// A C compiler's run; the toolchain that builds this package brings one.
func compile(_ source: String, to library: String, flags: [String] = []) throws {
  let arguments =
    ["cc", "-std=gnu11", "-O1", "-w", "-shared", "-fPIC", "-pthread"] + flags
    + ["-I", Built.project + "/Sources/CWeightingPlugin/include", source, "-o", library, "-lm"]
  try run(arguments)
}

func run(_ arguments: [String]) throws {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  let output = Pipe()
  process.standardError = output
  process.standardOutput = output
  try process.run()
  let text = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  try #require(process.terminationStatus == 0, "\(arguments): \(String(decoding: text, as: UTF8.self))")
}

/// A folder with the hostile library alone, compiled to do one thing.
struct HostileLibrary {
  let folder: String
  var path: String { folder + "/libhostile.so" }

  init(_ behavior: String, in name: String? = nil, flags: [String] = []) throws {
    folder = try emptyFolder(name ?? behavior)
    try compile(
      Built.project + "/Tests/Fixtures/HostilePlugins/hostile.c", to: folder + "/libhostile.so",
      flags: ["-DBEHAVIOR=\"\(behavior)\""] + flags)
  }

  func catalog(limits: CallLimits = patient) -> PluginCatalog {
    PluginCatalog(folder: folder, host: Built.host, limits: limits)
  }

  func strategy(limits: CallLimits = patient) throws -> PluginStrategy {
    try catalog().makeStrategy(id: "test.hostile", seed: 1, limits: limits)
  }
}

extension WeighingProblem {
  /// Two meetings of two groups, one with a teacher; every criterion, and these constraint kinds.
  static func tiny(_ kinds: [String] = ["course.min-working-days", "room.capacity"]) -> WeighingProblem {
    WeighingProblem(
      slotCount: 10, slotsPerDay: 2, roomCount: 3, teacherCount: 1, groupCount: 2, terms: terms(kinds),
      meetingTeacher: [0, .max], meetingGroupsBegin: [0, 1, 3], meetingGroups: [0, 0, 1])
  }

  static func terms(_ kinds: [String]) -> [ObjectiveTerm] {
    Criterion.allCases.map { ObjectiveTerm(measure: .criterion($0), defaultWeight: 100_000) }
      + kinds.map { ObjectiveTerm(measure: .constraints(ConstraintKind(rawValue: $0)!), defaultWeight: 1_000) }
  }

  var defaultWeights: Weights { Weights(terms.map(\.defaultWeight)) }

  var solution: WeighingSolution {
    WeighingSolution(
      slots: meetingTeacher.map { _ in 3 }, rooms: meetingTeacher.map { _ in .max },
      violations: terms.map { _ in 5 }, iteration: 42)
  }
}
