import ArgumentParser
import Foundation

/// What the name of a file to be written promises.
enum OutputName {
  /// No ending is as good as the first one.
  static func require(_ endings: [String], of path: String) throws {
    let ending = (path as NSString).pathExtension.lowercased()
    guard !ending.isEmpty, !endings.contains(ending) else { return }
    throw ValidationError(
      "--out '\(path)' ends with .\(ending), and what is written is \(endings.joined(separator: " or ")). Maybe call it .\(endings[0])."
    )
  }
}
