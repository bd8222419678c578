import Foundation

/// Which files a benchmark runs over.
package enum InstanceFiles {
  private static let plainEndings = [".ctt", ".ectt", ".fet", ".json", ".xml"]
  /// Also packed, as 'solve' takes them.
  private static let endings = plainEndings + plainEndings.map { $0 + ".gz" }

  /// Files as they are named, and what lies in folders and below, in the order of their paths.
  static func find(_ paths: [String]) throws -> [String] {
    var found: [String] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw InputError(message: "There is no file '\(path)'.\nMaybe the path is relative to another folder.")
      }
      guard isFolder.boolValue else {
        found.append(path)
        continue
      }
      let below = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
      let instances = below.filter { file in endings.contains { file.lowercased().hasSuffix($0) } }.sorted()
      guard !instances.isEmpty else {
        throw InputError(message: "'\(path)' holds no instance.\nMaybe one of \(plainEndings.joined(separator: ", ")).")
      }
      found += instances.map { (path as NSString).appendingPathComponent($0) }
    }
    return found
  }

  /// The file's name without its ending: `comp01`.
  package static func name(of file: String) -> String {
    let name = (file as NSString).lastPathComponent
    let ending = endings.filter { name.lowercased().hasSuffix($0) }.max { $0.count < $1.count }
    return String(name.dropLast(ending?.count ?? 0))
  }
}

/// Best-known costs of instances, from a file that is given by its path: `best_known.v` holds those of `comp01`,
/// `comp02` …, `best_known.literature` those that `v` does not reach, and `instances` any others by name.
package struct PublishedCosts: Sendable {
  private var costs: [String: Int64]

  package init(_ document: Data) throws {
    let file = try JSONDecoder().decode(File.self, from: document)
    costs = file.instances ?? [:]
    let lists = [file.best_known?.literature, file.best_known?.v].compactMap { $0 }
    for list in lists {
      for (index, cost) in list.enumerated() { costs[index < 9 ? "comp0\(index + 1)" : "comp\(index + 1)"] = cost }
    }
  }

  package subscript(instance: String) -> Int64? { costs[instance] }

  private struct File: Decodable {
    struct Known: Decodable {
      var v: [Int64]?
      var literature: [Int64]?
    }
    var best_known: Known?
    var instances: [String: Int64]?
  }
}
