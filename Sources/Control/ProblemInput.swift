import Foundation
import Interchange
import Processes
import Timetabling

/// A problem read from a file or a folder, with everything that stands in its way.
struct ProblemInput {
  enum Form { case ctt, fet, institution }

  let form: Form
  /// Its problem is there exactly when everything was read, understood and found to make sense.
  let reading: InstitutionReading

  /// `.ctt`, `.ectt`, `.fet`, `.json`, each also with `.gz` behind it, or a folder: a tenant's, or one of CSV files.
  ///
  /// Without room constraints those of an `.ectt` file are left out, as the published UD2 costs leave them out.
  static func read(_ path: String, withRoomConstraints: Bool = true) async throws -> ProblemInput {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw InputError(message: "There is no file '\(path)'.\nMaybe the path is relative to another folder.")
    }
    if isFolder.boolValue { return ProblemInput(form: .institution, reading: try InstitutionFolder.read(path)) }
    let (name, bytes) = try await contents(of: path)
    let form: Form =
      switch ProblemFile.format(of: name) {
      case .ctt: .ctt
      case .fet: .fet
      default: .institution
      }
    return ProblemInput(
      form: form,
      reading: ProblemFile.read(
        name: name, bytes: bytes, roomConstraints: withRoomConstraints ? .hard : .ignored))
  }

  /// A file's name and bytes, unpacked where it ends with `.gz`.
  static func contents(of path: String) async throws -> (name: String, bytes: [UInt8]) {
    let name = (path as NSString).lastPathComponent
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    guard name.lowercased().hasSuffix(".gz") else { return (name, bytes) }
    return (String(name.dropLast(3)), try await unzip(bytes, named: path))
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
