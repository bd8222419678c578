import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Jobs
import Logging
import Timetabling

/// One request on its way through a route.
package struct Call: Sendable {
  /// What bodies without a limit of their own may have.
  static let bodyLimit = 256 << 10

  let request: Request
  let context: HorariumContext
  let dependencies: Dependencies
  /// The body, where its route has received it already.
  var received: [UInt8]?

  package init(request: Request, context: HorariumContext, dependencies: Dependencies) {
    self.request = request
    self.context = context
    self.dependencies = dependencies
  }

  var logger: Logger { context.logger }

  /// What a parameter of a path or a query may have: ids have 200 scalars at most, cursors and tickets fewer.
  private static let parameterLimit = 800

  func parameter(_ name: String) throws -> String {
    let text = try context.parameters.require(name)
    // As it stands, and as it reads: a handler may take either.
    if let fault = Self.fault(in: text) ?? text.removingPercentEncoding.flatMap(Self.fault) {
      throw Self.refusal(name, fault)
    }
    return text
  }

  /// NUL and what else no id, name or word can hold: refused here, for all paths and queries.
  private static func fault(in text: String) -> String? {
    guard text.utf8.count <= parameterLimit else { return "has more than \(parameterLimit) bytes" }
    // A malformed percent sequence becomes this sign.
    if text.unicodeScalars.contains("\u{FFFD}") { return "is not UTF-8" }
    return ShownText.fault(in: text).map { "holds \($0)" }
  }

  private static func refusal(_ name: String, _ fault: String) -> Problem {
    Problem(.invalid, issues: [.init(pointer: name, code: "parameter.value", message: "'\(name)' \(fault).")])
  }

  /// An id of the path that is no UUID is as unknown as any other.
  func uuid(_ name: String, of kind: String) throws -> UUID {
    let text = try parameter(name)
    guard let id = UUID(uuidString: text) else { throw Problem.unknown(kind, text) }
    return id
  }

  func job(_ name: String = "id") throws -> JobID { JobID(rawValue: try uuid(name, of: "generation job")) }

  func query(_ name: String) throws -> String? {
    let all = request.uri.queryParameters.getAll(name)
    guard all.count <= 1 else {
      throw Problem(
        .invalid, issues: [.init(pointer: name, code: "parameter.twice", message: "'\(name)' is given twice.")])
    }
    guard let text = all.first.map({ String($0) }) else { return nil }
    if let fault = Self.fault(in: text) { throw Self.refusal(name, fault) }
    return text
  }

  func query(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
    guard let text = try query(name) else { return nil }
    guard let value = Int64(text), range.contains(value) else {
      throw Problem(
        .invalid,
        issues: [
          .init(
            pointer: name, code: "parameter.range",
            message: "'\(name)' is '\(text)', but must be an integer from \(range.lowerBound) to \(range.upperBound).")
        ])
    }
    return value
  }

  func flag(_ name: String) throws -> Bool {
    switch try query(name) {
    case nil, "false": return false
    case "true", "": return true
    case .some(let text):
      let message = "'\(name)' is '\(text)', but must be true or false."
      throw Problem(.invalid, issues: [.init(pointer: name, code: "parameter.value", message: message)])
    }
  }

  /// The whole body, refused before it is read where its announced length already is too much.
  func body(upTo limit: Int = bodyLimit) async throws -> [UInt8] {
    if let received {
      guard received.count <= limit else { throw Problem.tooLarge(limit) }
      return received
    }
    _ = try announcedLength(upTo: limit)
    // It comes as fast as the client sends it.
    Doorway.current?.stepAside()
    do {
      let buffer = try await request.body.collect(upTo: limit)
      return Array(buffer.readableBytesView)
    } catch let error as any HTTPResponseError where error.status == .contentTooLarge {
      throw Problem.tooLarge(limit)
    }
  }

  /// What Content-Length says; nil where the body comes in chunks.
  func announcedLength(upTo limit: Int) throws(Problem) -> Int? {
    let length = request.headers[.contentLength].flatMap(Int.init)
    if let length, length > limit { throw Problem.tooLarge(limit) }
    return length
  }

  /// The members of a JSON object; no body counts as `{}`.
  func fields() async throws -> FieldReader {
    let bytes = try await body()
    if !bytes.isEmpty, let type = request.headers[.contentType], !type.lowercased().hasPrefix("application/json") {
      throw Problem(.mediaType, "The body is '\(type.cut(to: 100))'.\nMaybe send application/json.")
    }
    return try FieldReader(bytes)
  }

  /// The version that `If-Match: "7"` names; nil for `*`, which takes any.
  func expectedVersion() throws -> Int? {
    guard let text = request.headers[.ifMatch] else {
      throw Problem(.preconditionMissing, "Maybe read it first and send its ETag as If-Match.")
    }
    if text == "*" { return nil }
    guard text.utf8.count > 2, text.utf8.count < 40, text.first == "\"", text.last == "\"",
      let version = Int(text.dropFirst().dropLast())
    else {
      throw Problem(.stale, "If-Match is \(text.cut(to: 60)), which is no ETag of ours.\nMaybe read it again.")
    }
    return version
  }

  /// The same where it need not be sent.
  func statedVersion() throws -> Int? { request.headers[.ifMatch] == nil ? nil : try expectedVersion() }

  /// Marks the answer to a request that was answered before.
  static func replayMark(_ outcome: EnqueueOutcome) -> HTTPFields {
    if case .replayed = outcome { [.idempotencyReplayed: "true"] } else { [:] }
  }

  func idempotencyKey() throws -> String? {
    guard let key = request.headers[.idempotencyKey] else { return nil }
    guard (1...200).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw Problem(.malformed, "The Idempotency-Key must be 1 to 200 visible ASCII characters.\nMaybe use a UUID.")
    }
    return key
  }
}

extension URI {
  /// A parameter that is misspelled must not pass for one that was left out: `dryrun=true` would import.
  func demandQuery(among known: [String]) throws(Problem) {
    let unknown = Set(queryParameters.map { String($0.key) }).subtracting(known).sorted()
    guard !unknown.isEmpty else { return }
    let advice = known.isEmpty ? "leave it out" : "one of: " + known.joined(separator: ", ")
    throw Problem(
      .invalid,
      issues: unknown.map { name in
        let shown = name.cut(to: 60)
        return .init(
          pointer: shown, code: "parameter.unknown", message: "'\(shown)' is not known here.\nMaybe \(advice).")
      })
  }
}

extension Problem {
  static func tooLarge(_ limit: Int) -> Problem {
    Problem(
      .tooLarge, "The body may have \(limit) bytes.\nMaybe leave out what is not needed.",
      headers: [.connection: "close"])
  }
}
