import Tenancy

/// Makes the tokens that `TokenVerifier` with the same keys accepts.
public struct TokenIssuer: Sendable {
  private let keys: TokenKeys

  public init(keys: TokenKeys) {
    self.keys = keys
  }

  /// Signed with the active key.
  public func issue(_ claims: Claims) throws(TokenIssueError) -> String {
    guard let secret = keys.secrets[keys.active] else { throw .signingFailed }
    guard let token = SignedToken.make(payload: Self.json(claims, keys), keyID: keys.active, secret: secret) else {
      throw .signingFailed
    }
    return token
  }

  private static func json(_ claims: Claims, _ keys: TokenKeys) -> String {
    let roles = claims.roles.map(\.rawValue).sorted().map(quoted).joined(separator: ",")
    let members = [
      "iss": quoted(keys.issuer), "aud": quoted(keys.audience), "use": quoted(accessUse),
      "sub": quoted(claims.subject), "tenant": quoted(claims.tenant?.rawValue ?? platformTenant),
      "roles": "[\(roles)]", "token_version": "\(claims.tenantVersion)",
      "account_version": "\(claims.accountVersion)", "jti": quoted(claims.id), "sid": quoted(claims.session),
      "iat": "\(claims.issuedAt)",
      "nbf": "\(claims.issuedAt)", "exp": "\(claims.expiresAt)", "auth_time": "\(claims.signedInAt)",
    ]
    return "{" + members.map { "\"\($0.key)\":\($0.value)" }.sorted().joined(separator: ",") + "}"
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

public enum TokenIssueError: Error, Hashable, Sendable {
  /// libjwt refused to sign: out of memory, or OpenSSL without SHA-256.
  case signingFailed
}
