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
  let handle: @Sendable (Call) async throws -> Response

  static func open(
    _ method: HTTPRequest.Method, _ path: String, _ handle: @escaping @Sendable (Call) async throws -> Response
  ) -> Route {
    Route(method: method, path: path, access: .open, handle: handle)
  }

  /// For members of a tenant whose roles allow `operation`.
  static func member(
    _ method: HTTPRequest.Method, _ path: String, _ operation: Tenancy.Operation,
    _ handle: @escaping @Sendable (Call, Identity) async throws -> Response
  ) -> Route {
    Route(method: method, path: path, access: .operation(operation)) { call in
      let identity = try await call.dependencies.authenticator.identity(of: call)
      try call.dependencies.requestRates.take(for: identity.tenant)
      try identity.tenant.principal.demand(operation)
      return try await handle(call, identity).with(rate: call.dependencies.requestRates, for: identity.tenant)
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
