import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import Timetabling

/// An answer that says what is wrong (RFC 9457), thrown from anywhere in a request.
package struct Problem: Error, Sendable {
  /// One place that is wrong.
  package struct Issue: Encodable, Hashable, Sendable {
    /// A JSON Pointer into the body, `file.csv:12:column`, or a parameter's name.
    package var pointer: String
    package var code: String
    package var message: String
  }

  package var code: ProblemCode
  /// Whole sentences for the person who asked; never of what is inside.
  package var detail: String?
  package var issues: [Issue]
  package var omittedIssues: Int
  package var headers: HTTPFields

  package init(
    _ code: ProblemCode, _ detail: String? = nil, issues: [Issue] = [], omittedIssues: Int = 0,
    headers: HTTPFields = [:]
  ) {
    self.code = code
    self.detail = detail
    self.issues = issues
    self.omittedIssues = omittedIssues
    self.headers = headers
  }

  /// For a thing that is not there, or is another tenant's: the two are not told apart.
  static func unknown(_ kind: String, _ id: some CustomStringConvertible) -> Problem {
    Problem(.unknown, "There is no \(kind) '\(id)' here.\nMaybe it was removed, or the id has a typo.")
  }

  /// For a member of the body that is well, but does not belong to what the rest of the request names.
  static func mismatch(_ member: String, _ message: String) -> Problem {
    Problem(.invalid, issues: [.init(pointer: "/" + member, code: "value.mismatch", message: message)])
  }
}

extension Problem.Issue {
  fileprivate var short: Self {
    Self(pointer: pointer.cut(to: 300), code: code, message: message.cut(beforeAdviceTo: 1_000))
  }

  init(_ issue: DataIssue) {
    self.init(pointer: issue.place, code: issue.code, message: issue.message)
  }
}

extension Problem {
  private struct Document: Encodable {
    var type: String
    var title: String
    var status: Int
    var code: String
    var detail: String?
    var instance: String
    var errors: [Issue]?
    var omittedErrors: Int?
  }

  private static let mostIssues = 1_000
  package static let typeRoot = "https://horarium.org/problems/"

  /// `instance` names this one request, so that its log lines are found.
  ///
  /// However long the input was that is quoted in it, the answer stays short.
  package func response(instance: String) -> Response {
    let (fields, body) = message(instance: instance)
    return Response(status: code.status, headers: fields, body: ResponseBody(byteBuffer: body))
  }

  /// Where no route is asked.
  ///
  /// - Parameter isLast: the connection ends with it
  func answer(instance: String, isLast: Bool) -> (HTTPResponseHead, ByteBuffer) {
    var (fields, body) = message(instance: instance)
    ProtectiveFields.add(to: &fields, request: instance)
    fields[.contentLength] = String(body.readableBytes)
    if isLast { fields[.connection] = "close" }
    let status = HTTPResponseStatus(statusCode: code.status.code, reasonPhrase: code.status.reasonPhrase)
    return (HTTPResponseHead(version: .http1_1, status: status, headers: HTTPHeaders(fields)), body)
  }

  private func message(instance: String) -> (HTTPFields, ByteBuffer) {
    let shown = issues.prefix(Self.mostIssues).map(\.short)
    let omitted = omittedIssues + issues.count - shown.count
    let document = Document(
      type: Self.typeRoot + code.rawValue, title: code.title, status: code.status.code, code: code.rawValue,
      detail: detail.map { $0.cut(beforeAdviceTo: 2_000) }, instance: "urn:horarium:request:" + instance,
      errors: shown.isEmpty ? nil : shown, omittedErrors: omitted == 0 ? nil : omitted)
    var fields = headers
    fields[.contentType] = "application/problem+json"
    if code.status == .unauthorized { fields[.wwwAuthenticate] = "Bearer" }
    return (fields, ByteBuffer(bytes: Reply.data(document)))
  }
}

extension String {
  /// The first `limit` scalars, and a sign that there were more.
  func cut(to limit: Int) -> String {
    utf8.count <= limit ? self : unicodeScalars.count <= limit ? self : String(unicodeScalars.prefix(limit)) + "…"
  }

  /// As `cut(to:)`, but what was quoted gives way and not the advice behind it.
  func cut(beforeAdviceTo limit: Int) -> String {
    guard utf8.count > limit, let advice = range(of: "\nMaybe ", options: .backwards).map({ self[$0.lowerBound...] }),
      advice.utf8.count <= limit / 2
    else { return cut(to: limit) }
    return String(self[..<advice.startIndex]).cut(to: limit - advice.utf8.count) + advice
  }
}
