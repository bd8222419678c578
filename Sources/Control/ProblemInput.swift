import Foundation
import Interchange
import Processes
import Timetabling

/// A problem read from a file or a folder, with everything that stands in its way.
struct ProblemInput {
  enum Form { case ctt, fet, institution }

  var form: Form
  var problem: Problem?
  var issues: [DataIssue] = []
  var omittedIssues = 0
  /// FET constraints that have no meaning here yet, and how often each occurs.
  var unsupported: [String: Int] = [:]

  /// `.ctt`, `.ectt`, `.fet`, `.fet.gz`, `.json`, or a folder: a tenant's, or one of CSV files.
  ///
  /// Without room constraints those of an `.ectt` file are left out, as the published UD2 costs leave them out.
  static func read(_ path: String, withRoomConstraints: Bool = true) async throws -> ProblemInput {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw InputError(message: "There is no file '\(path)'.\nMaybe the path is relative to another folder.")
    }
    if isFolder.boolValue { return try readFolder(URL(fileURLWithPath: path)) }
    var name = (path as NSString).lastPathComponent
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    if name.hasSuffix(".gz") {
      name = String(name.dropLast(3))
      bytes = try await unzip(bytes, named: path)
    }
    return read(name: name, bytes, withRoomConstraints: withRoomConstraints)
  }

  private static func read(name: String, _ bytes: [UInt8], withRoomConstraints: Bool = true) -> ProblemInput {
    if name.lowercased().hasSuffix(".fet") {
      let reading = FET.read(bytes)
      return checked(
        ProblemInput(
          form: .fet, problem: reading.problem, issues: reading.issues,
          unsupported: reading.unsupported.merging(
            reading.modeProblem.map { [$0: 1] } ?? [:], uniquingKeysWith: +)))
    }
    let reading =
      !withRoomConstraints && name.lowercased().hasSuffix(".ectt")
      ? CTT.read(bytes, roomConstraints: .ignored) : ProblemFile.read(name: name, bytes: bytes)
    let form: Form = [".ctt", ".ectt"].contains { name.lowercased().hasSuffix($0) } ? .ctt : .institution
    return checked(
      ProblemInput(
        form: form, problem: reading.problem, issues: reading.issues, omittedIssues: reading.omittedIssues))
  }

  private static func readFolder(_ folder: URL) throws -> ProblemInput {
    let document = folder.appendingPathComponent("institution.json")
    if let bytes = try? Data(contentsOf: document) { return read(name: "institution.json", [UInt8](bytes)) }
    let nested = folder.appendingPathComponent("institution")
    let source = FileManager.default.fileExists(atPath: nested.path) ? nested : folder
    var files: [String: [UInt8]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: source.path) where name.hasSuffix(".csv") {
      files[name] = [UInt8](try Data(contentsOf: source.appendingPathComponent(name)))
    }
    guard !files.isEmpty else {
      throw InputError(
        message: "'\(folder.path)' holds no institution.json and no CSV files.\nMaybe name a tenant's folder.")
    }
    let reading = CSVFolder.read(files)
    return checked(
      ProblemInput(
        form: .institution, problem: reading.problem, issues: reading.issues, omittedIssues: reading.omittedIssues))
  }

  /// What reads well may still not make sense: unknown teachers, overlapping hours.
  private static func checked(_ input: ProblemInput) -> ProblemInput {
    var input = input
    if input.issues.isEmpty, let problem = input.problem { input.issues = ProblemCheck.issues(in: problem) }
    return input
  }

  static func unzip(_ bytes: [UInt8], named path: String) async throws -> [UInt8] {
    let child = try await ChildProcess.start(
      ChildOrder(executable: "/usr/bin/gzip", arguments: ["-dc"], environment: [:]), input: bytes)
    child.closeInput()
    var output: [UInt8] = []
    for await event in child.events {
      switch event {
      case .output(let piece): output += piece
      case .ended(.exited(0)): break
      case .ended(let end): throw InputError(message: "'\(path)' could not be unpacked: gzip \(end).")
      }
    }
    return output
  }
}

package struct InputError: Error, CustomStringConvertible {
  package var message: String
  package var description: String { message }
}
