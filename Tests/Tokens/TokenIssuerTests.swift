import Tenancy
import Testing
import Tokens

@Suite struct TokenIssuerTests {
  private static func claims(subject: String = "u1", tenant: TenantID?, roles: Set<Role>, session: String? = nil)
    -> Claims
  {
    Claims(
      subject: subject, tenant: tenant, roles: roles, tenantVersion: 2, accountVersion: 5, id: "j", session: session,
      issuedAt: Forge.now, expiresAt: Forge.now + 600, signedInAt: Forge.now)
  }

  @Test func whatIsIssuedIsAccepted() throws {
    let all = [
      Self.claims(tenant: TenantID(rawValue: Forge.tenant), roles: [.tenantAdmin, .scheduler]),
      Self.claims(tenant: nil, roles: [.platformOperator], session: "s"),
      Self.claims(subject: #"a"b\c ü"#, tenant: TenantID(rawValue: Forge.tenant), roles: [.student]),
    ]
    for claims in all {
      let token = try TokenIssuer(keys: try Forge.keys).issue(claims)
      #expect(try TokenVerifier(keys: try Forge.keys).verify(token, now: Forge.now) == claims)
    }
  }

  @Test func aRetiredKeyIsNoLongerAccepted() throws {
    let claims = Self.claims(tenant: TenantID(rawValue: Forge.tenant), roles: [.student])
    let old = try TokenKeys(issuer: "i", audience: "a", active: "k1", secrets: ["k1": Forge.secret])
    let both = try TokenKeys(
      issuer: "i", audience: "a", active: "k2", secrets: ["k1": Forge.secret, "k2": Forge.otherSecret])
    let new = try TokenKeys(issuer: "i", audience: "a", active: "k2", secrets: ["k2": Forge.otherSecret])
    let token = try TokenIssuer(keys: old).issue(claims)
    #expect(try TokenVerifier(keys: both).verify(token, now: Forge.now) == claims)
    #expect(throws: TokenRefusal.unknownKey) { try TokenVerifier(keys: new).verify(token, now: Forge.now) }
  }
}
