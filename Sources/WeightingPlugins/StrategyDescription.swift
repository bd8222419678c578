import Optimization

/// What a library says about one of its strategies.
public struct StrategyDescription: Hashable, Sendable, Codable {
  /// With the SHA-256 of the library's bytes.
  public var identity: StrategyIdentity
  public var name: String
  /// A sentence for whoever chooses.
  public var summary: String
  public var options: [StrategyOption]
  /// The library's file.
  public var path: String
  /// What stood around the library when it was listed: `limits`, `landlock 7`, `seccomp`. Whatever the kernel lacks
  /// is missing here.
  public var walls: [String]

  public init(
    identity: StrategyIdentity, name: String, summary: String, options: [StrategyOption], path: String,
    walls: [String]
  ) {
    self.identity = identity
    self.name = name
    self.summary = summary
    self.options = options
    self.path = path
    self.walls = walls
  }
}

/// A number that may be set for a strategy.
public struct StrategyOption: Hashable, Sendable, Codable {
  public var id: String
  public var summary: String
  public var range: ClosedRange<Double>
  public var defaultValue: Double
  /// Only whole numbers are taken.
  public var isInteger: Bool

  public init(id: String, summary: String, range: ClosedRange<Double>, defaultValue: Double, isInteger: Bool) {
    self.id = id
    self.summary = summary
    self.range = range
    self.defaultValue = defaultValue
    self.isInteger = isInteger
  }
}

/// What is wrong with one option value.
public struct OptionIssue: Hashable, Sendable, Codable, CustomStringConvertible {
  public var option: String
  public var message: String

  public init(option: String, message: String) {
    self.option = option
    self.message = message
  }

  public var description: String { "option '\(option)' \(message)" }
}

extension StrategyDescription {
  /// Everything that is wrong with these values, by name; empty when they can be used. Values left out are fine.
  public func validate(_ values: [String: Double]) -> [OptionIssue] {
    values.sorted { $0.key < $1.key }.compactMap { id, value in
      guard let option = options.first(where: { $0.id == id }) else {
        let known = options.map(\.id).joined(separator: ", ")
        return OptionIssue(
          option: id, message: "is not one of \(identity.id)\nMaybe \(known.isEmpty ? "it has none" : known)")
      }
      let range = option.range
      guard value.isFinite, range.contains(value) else {
        return OptionIssue(
          option: id, message: "is \(value)\nMaybe a value from \(range.lowerBound) to \(range.upperBound)")
      }
      guard !option.isInteger || value.rounded() == value else {
        return OptionIssue(option: id, message: "is \(value)\nMaybe a whole number: \(Int(value.rounded()))")
      }
      return nil
    }
  }

  /// Every declared option with its value, in order of declaration; those left out take their defaults.
  func complete(_ values: [String: Double]) throws(StrategyFault) -> [(id: String, value: Double)] {
    let issues = validate(values)
    guard issues.isEmpty else {
      throw StrategyFault(
        .invalidOption, strategy: identity.id, message: issues.map(\.description).joined(separator: "\n"))
    }
    return options.map { ($0.id, values[$0.id] ?? $0.defaultValue) }
  }
}
