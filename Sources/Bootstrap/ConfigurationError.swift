import Configuration
import Foundation

/// Everything wrong with the environment of one process, one problem a line, each with advice.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  public struct Problem: Equatable, Sendable {
    public var key: String
    /// Nil for a missing key, and never the value of a secret.
    public var value: String?
    public var message: String
    public var advice: String
  }

  public var problems: [Problem]

  public init(problems: [Problem]) { self.problems = problems }

  public var description: String {
    problems.map { "\($0.message)\n\($0.advice)" }.joined(separator: "\n")
  }
}

extension ConfigurationError.Problem {
  static func missing(_ need: HorariumConfiguration.Need) -> Self {
    let example =
      switch need {
      case .postgres: "'host=/run/postgresql dbname=horarium user=horarium_app'"
      case .postgresOwner: "'host=/run/postgresql dbname=horarium user=horarium_owner'"
      case .redis: "'unix:/run/redis.sock' or 'localhost:6379'"
      case .tokenKeys: "the path of a file written by 'horariumctl keys generate FILE'"
      }
    return Self(
      key: need.rawValue, value: nil, message: "\(need.rawValue) is not set.",
      advice: "Maybe set it to \(example), or source .local/env, which ops/run writes.")
  }
}

/// Reads keys one by one and gathers what is wrong with them.
struct KeyReader {
  private let reader: ConfigReader
  private let isPresent: (String) -> Bool
  private var found: [ConfigurationError.Problem] = []

  init(reader: ConfigReader, isPresent: @escaping (String) -> Bool) {
    self.reader = reader
    self.isPresent = isPresent
  }

  var problems: ConfigurationError? { found.isEmpty ? nil : ConfigurationError(problems: found) }

  mutating func isMissing(_ need: HorariumConfiguration.Need) { found.append(.missing(need)) }

  mutating func isWrong(_ key: String, _ value: String, _ advice: String) {
    found.append(.init(key: key, value: value, message: "\(key) is '\(value)', which does not do.", advice: advice))
  }

  /// Nil for a key that is absent or empty.
  func text(_ key: String, isSecret: Bool = false) -> String? {
    let parts = key.lowercased().split(separator: "_").map(String.init)
    guard let text = reader.string(forKey: ConfigKey(parts), isSecret: isSecret), !text.isEmpty else { return nil }
    return text
  }

  mutating func value<Value>(
    _ key: String, default absent: Value, parse: (String) -> Value?, advice: () -> String
  ) -> Value {
    guard let text = text(key) else { return absent }
    if let value = parse(text) { return value }
    isWrong(key, text, advice())
    return absent
  }

  mutating func integer(_ key: String, default absent: Int, range: ClosedRange<Int>) -> Int {
    let parse: (String) -> Int? = { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }
    return value(key, default: absent, parse: parse) {
      "Maybe a whole number from \(range.lowerBound) to \(range.upperBound); left out it is \(absent)."
    }
  }

  /// The folder's path, which must lead to a folder.
  mutating func folder(_ key: String) -> String? {
    guard let path = text(key) else { return nil }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue { return path }
    isWrong(key, path, "Maybe the folder was moved, or never made: there is none at this path.")
    return nil
  }
}
