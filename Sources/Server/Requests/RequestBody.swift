import Hummingbird
import Interchange
import Tenancy

/// How large a request's body may be. It is received before the request takes a place at work: who sends slowly keeps
/// nobody waiting.
enum RequestBody: Sendable {
  /// Up to `Call.bodyLimit`.
  case small
  /// A whole institution: as many bytes as one of the plan's lessons can need.
  case institution

  func received(
    by call: Call, _ token: VerifiedToken, _ operation: Tenancy.Operation,
    _ body: (Call) async throws -> Response
  ) async throws -> Response {
    guard call.request.method != .get else { return try await body(call) }
    var call = call
    switch self {
    case .small:
      call.received = try await call.body()
      return try await body(call)
    case .institution:
      // The account may have lost the right since, but never have it without its token.
      guard token.claims.roles.contains(where: { $0.may(operation) }) else { throw Problem.forbidden(operation) }
      let limit = ReadingLimits(lessons: token.entry.quotas.lessonsPerJob, deadline: nil).bytes
      let announced = try call.announcedLength(upTo: limit) ?? limit
      let received = call
      return try await call.dependencies.bodies.lending(announced, to: token.entry.id) {
        var call = received
        call.received = try await call.body(upTo: limit)
        return try await body(call)
      }
    }
  }
}
