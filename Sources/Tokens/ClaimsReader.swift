import Tenancy

/// Reads claims from the bytes that were signed. libjwt validates none of them.
struct ClaimsReader {
  private let members: [String: StrictJSON]

  init(_ payload: [UInt8]) throws(TokenRefusal) {
    do throws(StrictJSON.Failure) {
      guard let object = try StrictJSON(payload, limits: .init(depth: 4, values: 256)).object else {
        throw StrictJSON.Failure(offset: 0, reason: "not an object")
      }
      members = object
    } catch {
      throw .claims(error.reason)
    }
  }

  private func text(_ name: String) throws(TokenRefusal) -> String {
    guard let text = members[name]?.string, !text.isEmpty, text.utf8.count <= 256,
      !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
    else { throw .claims("\(name) is missing or no text") }
    return text
  }

  private func count(_ name: String) throws(TokenRefusal) -> Int64 {
    guard let count = members[name]?.integer, count >= 0 else { throw .claims("\(name) is missing or no integer") }
    return count
  }

  private var roles: Set<Role> {
    get throws(TokenRefusal) {
      guard let names = members["roles"]?.array, !names.isEmpty else { throw .claims("roles is missing or no list") }
      var roles: Set<Role> = []
      for name in names {
        guard let role = name.string.flatMap(Role.init(rawValue:)) else { throw .claims("an unknown role") }
        guard roles.insert(role).inserted else { throw .claims("a role twice") }
      }
      return roles
    }
  }

  private var tenant: TenantID? {
    get throws(TokenRefusal) {
      let name = try text("tenant")
      if name == platformTenant { return nil }
      guard let tenant = TenantID(rawValue: name) else { throw .claims("tenant is no tenant id") }
      return tenant
    }
  }

  private func checkAudience(_ audience: String) throws(TokenRefusal) {
    switch members["aud"] {
    case .string(audience): return
    case .array(let all) where all.contains(.string(audience)) && all.allSatisfy({ $0.string != nil }): return
    default: throw .claims("aud is missing or another's")
    }
  }

  /// `rules.leeway` forgives clocks that disagree, at both ends.
  func claims(issuer: String, audience: String, now: Int64, rules: TokenRules) throws(TokenRefusal) -> Claims {
    guard try text("iss") == issuer else { throw .claims("iss is another's") }
    try checkAudience(audience)
    guard try text("use") == accessUse else { throw .claims("not for access") }
    let issuedAt = try count("iat")
    let notBefore = try count("nbf")
    let expiresAt = try count("exp")
    let signedInAt = try count("auth_time")
    guard issuedAt <= now + rules.leeway else { throw .claims("iat is in the future") }
    guard notBefore <= now + rules.leeway else { throw .claims("nbf is in the future") }
    guard signedInAt <= issuedAt else { throw .claims("auth_time is after iat") }
    guard expiresAt > issuedAt, expiresAt - issuedAt <= rules.lifetime else { throw .claims("lives too long") }
    guard now < expiresAt + rules.leeway else { throw .expired(by: now - expiresAt) }
    let tenant = try tenant
    let roles = try roles
    guard roles.allSatisfy({ ($0 == .platformOperator) == (tenant == nil) }) else {
      throw .claims("a role of the platform in a tenant, or the reverse")
    }
    let id = try text("jti")
    return Claims(
      subject: try text("sub"), tenant: tenant, roles: roles, tenantVersion: Int(try count("token_version")),
      accountVersion: Int(try count("account_version")), id: id,
      session: members["sid"] == nil ? id : try text("sid"), issuedAt: issuedAt, expiresAt: expiresAt,
      signedInAt: signedInAt)
  }
}
