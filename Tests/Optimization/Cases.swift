import Foundation
import Interchange
import Testing
import Timetabling

/// Inputs from reports of what went wrong, in `Tests/Fixtures/Cases`.
enum Cases {
  static let folder: URL = {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<2 { root.deleteLastPathComponent() }
    return root.appendingPathComponent("Fixtures/Cases")
  }()

  static func problem(_ name: String) throws -> Problem {
    let file = folder.appendingPathComponent(name)
    var isFolder: ObjCBool = false
    let reading =
      FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder) && isFolder.boolValue
      ? CSVFolder.read(
        try FileManager.default.contentsOfDirectory(at: file, includingPropertiesForKeys: nil)
          .reduce(into: [:]) { $0[$1.lastPathComponent] = [UInt8](try Data(contentsOf: $1)) })
      : ProblemFile.read(name: name, bytes: [UInt8](try Data(contentsOf: file)))
    #expect(reading.issues.map(\.message) == [])
    return try #require(reading.problem)
  }

  static func timetable(_ name: String, of problem: Problem) throws -> Timetable {
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    return try #require(TimetableDocument.read(bytes, of: problem).timetable { _ in })
  }
}
