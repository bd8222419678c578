import Hummingbird
import Tenancy

/// One operation of the API. All of them together are the inventory that `openapi.yaml` describes.
package struct Route: Sendable {
  package enum Access: Hashable, Sendable {
    /// Needs no token.
    case open
    /// Needs a token of an account that may do this.
    case operation(Tenancy.Operation)
  }

  package let method: HTTPRequest.Method
  /// `/v1/variants/{id}`, as OpenAPI writes it.
  package let path: String
  package let access: Access
  /// Names of the parameters of its query; another one is refused. Nil: nobody looks.
  package let query: [String]?
  let handle: @Sendable (Call) async throws -> Response

  static func open(
    _ method: HTTPRequest.Method, _ path: String, query: [String]? = nil,
    _ handle: @escaping @Sendable (Call) async throws -> Response
  ) -> Route {
    Route(method: method, path: path, access: .open, query: query) { call in
      if let query { try call.request.uri.demandQuery(among: query) }
      return try await handle(call)
    }
  }

  /// For members of a tenant whose roles allow `operation`.
  ///
  /// In this order, each step cheaper than what it guards: the token and the tenant's rate, from memory; the query; the body; a
  /// place at work; the account, from the database; the right; the work itself.
  static func member(
    _ method: HTTPRequest.Method, _ path: String, _ operation: Tenancy.Operation, weight: RequestWeight = .light,
    query: [String] = [], body: RequestBody = .small,
    _ handle: @escaping @Sendable (Call, Identity) async throws -> Response
  ) -> Route {
    Route(method: method, path: path, access: .operation(operation), query: query) { call in
      let token = try await call.dependencies.authenticator.verified(call)
      try call.request.uri.demandQuery(among: query)
      let response = try await body.received(by: call, token, operation) { call in
        try await admit(call, token, operation, weight, handle)
      }
      return response.with(token.rate)
    }
  }

  private static func admit(
    _ call: Call, _ token: VerifiedToken, _ operation: Tenancy.Operation, _ weight: RequestWeight,
    _ handle: @Sendable (Call, Identity) async throws -> Response
  ) async throws -> Response {
    let (gates, key) = (call.dependencies.gates, GateKey.tenant(token.entry.id))
    func identity() async throws -> Identity {
      let identity = try await call.dependencies.authenticator.identity(of: token, logger: call.logger)
      try identity.tenant.principal.demand(operation)
      return identity
    }
    guard weight.isHeavy(call) else {
      return try await gates.light.pass(key) { try await handle(call, try await identity()) }
    }
    Doorway.current?.stepAside()
    let who = try await gates.light.pass(key) { try await identity() }
    return try await gates.heavy.pass(key) {
      try await gates.heavyExecutor.run(for: token.entry.id) { try await handle(call, who) }
    }
  }

  /// Hummingbird's spelling of the path.
  var routerPath: RouterPath {
    RouterPath(path.replacing("{", with: ":").replacing("}", with: ""))
  }
}

extension Problem {
  static func forbidden(_ operation: Tenancy.Operation) -> Problem { Problem(AccessRefusal.role(operation)) }
}
