import Foundation
import HTTPTypes
import HummingbirdCore
import Jobs
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Decides who may open a WebSocket on which job.
struct WebSocketAdmission: Sendable {
  let dependencies: Dependencies

  @Sendable func admit(_ head: HTTPRequestHead) async -> UpgradeDecision {
    let uri = URI(head.uri)
    guard let (id, query, text) = Self.target(uri.path) else { return .notOurs }
    do {
      switch WebSocketHandshake.judge(head) {
      case .other: return .notOurs
      case .wrong(let problem): throw problem
      case .good: try uri.demandQuery(among: query)
      }
      let feed = try await StreamAdmission(dependencies: dependencies).feed(
        job: id, fields: HTTPFields(head.headers, splitCookie: false), host: head.headers["host"].first,
        tickets: uri.queryParameters.getAll("ticket").map { String($0) }, logger: dependencies.logger)
      let session = WebSocketSession(
        feed: feed, after: uri.queryParameters.get("after"), logger: dependencies.logger, text: text)
      return .webSocket { await session.run($0) }
    } catch {
      return .refused(refusal(error))
    }
  }

  private func refusal(_ error: any Error) -> Problem {
    if let problem = Problem(translating: error) {
      dependencies.logger.info("WebSocket refused", metadata: ["code": .string(problem.code.rawValue)])
      return problem
    }
    dependencies.logger.error("WebSocket failed", metadata: ["error": .string("\(error)")])
    return Problem(.internalError)
  }

  /// `/v1/generation-jobs/{id}/ws`, or `/ws/progress/{id}` with the messages of the requirement's document.
  private static func target(
    _ path: String
  ) -> (id: String, query: [String], text: @Sendable (ProgressFeedStateMachine.Frame) -> String)? {
    let parts = path.split(separator: "/").map(String.init)
    if parts.count == 4, parts[0] == "v1", parts[1] == "generation-jobs", parts[3] == "ws" {
      return (
        parts[2], ProgressRoutes.webSocketQuery,
        { String(decoding: Reply.data(ProgressDocument($0.reading, event: $0.eventID)), as: UTF8.self) }
      )
    }
    if parts.count == 3, parts[0] == "ws", parts[1] == "progress" {
      return (
        parts[2], ProgressRoutes.aliasQuery,
        { String(decoding: Reply.data(ProgressAlias($0.reading)), as: UTF8.self) }
      )
    }
    return nil
  }
}
