import Foundation
import Logging

/// Writes each event as one line to standard error:
/// `2026-11-21T08:14:17.250Z info horarium.worker: Claimed a job. job=… tenant=…`
///
/// Line breaks inside a message or a value are written as `\n`, so that one event stays one line.
public struct LineLogHandler: LogHandler {
  public var logLevel: Logger.Level
  public var metadata: Logger.Metadata = [:]
  public var metadataProvider: Logger.MetadataProvider?
  private let label: String
  private let write: @Sendable (String) -> Void

  /// `write` takes a whole line, its line break included.
  public init(label: String, level: Logger.Level, write: @escaping @Sendable (String) -> Void = Self.standardError) {
    self.label = label
    self.logLevel = level
    self.write = write
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var merged = metadata
    if let provided = metadataProvider?.get() { merged.merge(provided) { $1 } }
    if let own = event.metadata { merged.merge(own) { $1 } }
    if let error = event.error { merged["error"] = "\(error)" }
    let pairs = merged.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }.joined()
    let message = Self.onOneLine("\(event.message)")
    write("\(Self.timestamp()) \(event.level) \(label): \(message)\(pairs)\n")
  }

  private static func timestamp() -> String {
    Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  private static func onOneLine(_ text: String) -> String {
    text.contains(where: \.isNewline)
      ? text.split(whereSeparator: \.isNewline).joined(separator: "\\n") : text
  }

  private static func quoted(_ value: String) -> String {
    let line = onOneLine(value)
    guard line.isEmpty || line.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else { return line }
    return "\"" + line.replacingOccurrences(of: "\"", with: "\\\"") + "\""
  }

  /// One `write` a line, so that lines of several threads and processes do not mix.
  public static let standardError: @Sendable (String) -> Void = { line in
    FileHandle.standardError.write(Data(line.utf8))
  }
}

extension Logger {
  /// Makes every logger of this process write lines from `level` on, and returns the program's own.
  public static func bootstrap(label: String, level: Logger.Level) -> Logger {
    LoggingSystem.bootstrap { LineLogHandler(label: $0, level: level) }
    return Logger(label: label)
  }
}
