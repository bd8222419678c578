import Foundation
import Optimization
import StrategyFrames

/// The strategies that an operator has installed: every `.so` of a folder, as it describes itself.
public struct PluginCatalog: Sendable {
  public let folder: String
  public let strategies: [StrategyDescription]
  /// The libraries that could not be listed, and why. Nothing of theirs can be used.
  public let faults: [StrategyFault]
  private let host: String

  /// Starts one host process for each library, one after the other, some 20 ms each; blocks.
  ///
  /// `host` is the path of `horarium-strategy-host`. `allowed`, where given, lists the SHA-256 digests that may be
  /// loaded at all.
  public init(folder: String, host: String, allowed: Set<String>? = nil, limits: CallLimits = CallLimits()) {
    self.folder = folder
    self.host = host
    var strategies: [StrategyDescription] = []
    var faults: [StrategyFault] = []
    for path in Self.libraries(in: folder) {
      do throws(StrategyFault) {
        for description in try Self.list(path, host: host, allowed: allowed, limits: limits) {
          if let other = strategies.first(where: { $0.identity.id == description.identity.id }) {
            throw StrategyFault(
              .refused, strategy: path, message: "its id \(other.identity.id) is taken by \(other.path)")
          }
          strategies.append(description)
        }
      } catch {
        faults.append(error)
      }
    }
    self.strategies = strategies.sorted { $0.identity.id < $1.identity.id }
    self.faults = faults
  }

  public subscript(id: String) -> StrategyDescription? { strategies.first { $0.identity.id == id } }

  /// A strategy ready to `prepare`; values left out take the declared defaults.
  public func makeStrategy(
    id: String, options: [String: Double] = [:], seed: UInt64, limits: CallLimits = CallLimits()
  ) throws(StrategyFault) -> PluginStrategy {
    guard let description = self[id] else {
      let known = strategies.map(\.identity.id).joined(separator: ", ")
      throw StrategyFault(
        .missing, strategy: id,
        message: "no installed library offers it\nMaybe one of: \(known.isEmpty ? "none is installed" : known)")
    }
    return try PluginStrategy(description, options: options, seed: seed, host: host, limits: limits)
  }

  private static func libraries(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".so") }.sorted().map { folder + "/" + $0 }
  }

  private static func list(
    _ path: String, host: String, allowed: Set<String>?, limits: CallLimits
  ) throws(StrategyFault) -> [StrategyDescription] {
    let library = try LibraryFile(path: path)
    let digest = library.digest
    if let allowed, !allowed.contains(digest) {
      throw StrategyFault(.refused, strategy: path, message: "its SHA-256 \(digest) is not on the list of allowed ones")
    }
    let process = try HostProcess(host: host, library: library, strategy: path)
    defer { process.end() }
    let greeting = try process.call(nil, limit: limits.start)
    guard case .ready(let walls, let descriptors) = greeting else {
      var fault = StrategyFault(greeting, strategy: path)
      // Before there is a strategy, whatever failed means that the library is not taken.
      if fault.kind == .failed { fault.kind = .refused }
      throw fault
    }
    return try descriptors.map { descriptor throws(StrategyFault) in
      try StrategyDescription(descriptor, path: path, digest: digest, walls: walls)
    }
  }
}

extension StrategyDescription {
  /// Refuses descriptors that could not be offered: no id, options without a usable range.
  fileprivate init(
    _ descriptor: HostReply.Descriptor, path: String, digest: String, walls: [String]
  ) throws(StrategyFault) {
    func refuse(_ message: String) -> StrategyFault { StrategyFault(.refused, strategy: path, message: message) }
    let isID =
      !descriptor.id.isEmpty
      && descriptor.id.utf8.allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
          || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
      }
    guard isID else {
      throw refuse("its id '\(descriptor.id)' is not made of a-z, 0-9, '.' and '-'")
    }
    guard !descriptor.version.isEmpty else { throw refuse("\(descriptor.id) has no version") }
    let options = try descriptor.options.map { option throws(StrategyFault) in
      guard !option.id.isEmpty, option.minimum.isFinite, option.maximum.isFinite, option.minimum <= option.maximum,
        option.defaultValue >= option.minimum, option.defaultValue <= option.maximum
      else {
        throw refuse(
          "option '\(option.id)' of \(descriptor.id) has the default \(option.defaultValue) "
            + "and the range \(option.minimum) to \(option.maximum)")
      }
      return StrategyOption(
        id: option.id, summary: option.summary, range: option.minimum...option.maximum,
        defaultValue: option.defaultValue, isInteger: option.isInteger)
    }
    guard Set(options.map(\.id)).count == options.count else {
      throw refuse("\(descriptor.id) declares an option twice")
    }
    self.init(
      identity: StrategyIdentity(id: descriptor.id, version: descriptor.version, digest: digest),
      name: descriptor.name, summary: descriptor.summary, options: options, path: path, walls: walls)
  }
}
