import Foundation
import Hummingbird
import Jobs
import Persistence

/// Signing in and out.
enum SessionRoutes {
  static let all: [Route] = [
    .open(.post, "/v1/sessions", create),
    .member(.post, "/v1/sessions/refresh", .readOwnAccount, refresh),
    .member(.delete, "/v1/sessions", .readOwnAccount, query: ["all"], end),
    .member(.post, "/v1/tickets", .readOwnAccount, ticket),
    .member(.get, "/v1/me", .readOwnAccount, me),
  ]

  private struct SessionDocument: Encodable {
    var accessToken: String
    var tokenType = "Bearer"
    var expiresIn: Int64
    var roles: [String]

    init(_ session: SignIn.Session) {
      accessToken = session.token
      expiresIn = session.claims.expiresAt - session.claims.issuedAt
      roles = session.claims.roles.map(\.rawValue).sorted()
    }
  }

  private static func create(_ call: Call) async throws -> Response {
    var fields = try await call.fields()
    let tenant = fields.required("tenant", fields.text("tenant", limit: 40))
    let email = fields.required("email", fields.text("email", limit: 254))
    let password = fields.required("password", fields.secret("password", limit: 256))
    try fields.finish()
    guard let tenant, let email, let password else { throw Problem(.invalid) }
    let client = call.client
    let session = try await call.dependencies.signInGuard.attempt(
      account: "\(tenant)/\(email.lowercased())", from: client
    ) {
      try await call.dependencies.signIn.signIn(tenant: tenant, email: email, password: password, from: client)
    }
    return Reply.json(SessionDocument(session))
  }

  private static func refresh(_ call: Call, _ identity: Identity) async throws -> Response {
    Reply.json(SessionDocument(try await call.dependencies.signIn.refresh(identity)))
  }

  /// Ends the session, with all tokens that came of it by refreshing; or with `?all=true` every token of the account.
  private static func end(_ call: Call, _ identity: Identity) async throws -> Response {
    let endsAll = try call.flag("all")
    try await call.dependencies.pool.withTransaction(for: identity.tenant) { transaction in
      if endsAll {
        _ = try await transaction.revokeTokens(of: identity.account.id)
      } else {
        try await transaction.revoke(
          session: identity.claims.session, until: call.dependencies.authenticator.sessionEnd(of: identity.claims))
      }
    }
    return Response(status: .noContent)
  }

  private static func ticket(_ call: Call, _ identity: Identity) async throws -> Response {
    guard let token = Authenticator.bearerToken(call.request.headers) else { throw Problem(.unauthenticated) }
    struct TicketDocument: Encodable {
      var ticket: String
      var expiresIn = Tickets.seconds
    }
    return Reply.json(TicketDocument(ticket: await call.dependencies.tickets.issue(for: token)), status: .created)
  }

  private struct AccountDocument: Encodable {
    var id: String
    var email: String
    var name: String
    var roles: [String]
    var operations: [String]
    var departments: [String]
    var teacher: String?
    var group: String?
    var student: String?
    var tenant: String
    var tenantName: String
    var plan: String
  }

  private static func me(_ call: Call, _ identity: Identity) async throws -> Response {
    let (account, principal) = (identity.account, identity.tenant.principal)
    let operations = Set(principal.roles.flatMap(\.operations)).map(\.rawValue).sorted()
    return Reply.json(
      AccountDocument(
        id: principal.user, email: account.email, name: account.displayName,
        roles: principal.roles.map(\.rawValue).sorted(), operations: operations,
        departments: principal.departments.sorted(), teacher: principal.teacher, group: principal.group,
        student: principal.student, tenant: identity.tenant.entry.slug.rawValue,
        tenantName: identity.tenant.entry.name, plan: identity.tenant.entry.plan))
  }
}
