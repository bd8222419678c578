import Tenancy
import Testing
import Tokens

@Suite struct TokenClaimsTests {
  private static let now = Forge.now

  @Test func claimsAreReadAsTheyWereSigned() throws {
    let claims = try TokenVerifier(keys: try Forge.keys).verify(Forge.token(), now: Self.now)
    #expect(claims.subject == "u1")
    #expect(claims.tenant == TenantID(rawValue: Forge.tenant))
    #expect(claims.roles == [.scheduler])
    #expect(claims.tenantVersion == 3 && claims.accountVersion == 1)
    #expect(claims.session == "j1")
    let refreshed = Forge.token(claims: Forge.claims(["sid": #""s1""#]))
    #expect(try TokenVerifier(keys: try Forge.keys).verify(refreshed, now: Self.now).session == "s1")
    #expect(claims.id == "j1" && claims.expiresAt == Self.now + 500)
  }

  @Test(
    arguments: [
      ["aud": #"["other","horarium"]"#], ["roles": #"["scheduler","approver"]"#], ["extra": #"{"a":[1]}"#],
      ["tenant": #""platform""#, "roles": #"["platform-operator"]"#],
      ["exp": "\(now - 29)", "iat": "\(now - 600)", "auth_time": "\(now - 900)"],
      ["nbf": "\(now + 30)"], ["iat": "\(now + 30)", "nbf": "\(now + 30)"],
    ] as [[String: String]])
  func acceptableClaims(_ changes: [String: String]) throws {
    #expect(try Forge.isAccepted(Forge.token(claims: Forge.claims(changes))))
  }

  @Test(arguments: [
    "iss", "aud", "use", "sub", "tenant", "roles", "token_version", "account_version", "jti", "iat", "nbf", "exp",
    "auth_time",
  ])
  func everyClaimIsNeeded(_ name: String) throws {
    for value in [nil, "null", "{}", "true", #""""#] as [String?] {
      #expect(try !Forge.isAccepted(Forge.token(claims: Forge.claims([name: value]))), "\(name): \(value ?? "missing")")
    }
  }

  @Test(
    arguments: [
      ["exp": "\(now - 30)", "iat": "\(now - 600)", "auth_time": "\(now - 900)"], ["exp": "\"\(now + 500)\""],
      ["exp": "\(now + 500).0"], ["exp": "1.8e9"], ["exp": "1e10"], ["exp": "-1"], ["exp": "0"],
      ["exp": "9223372036854775808"],
      ["exp": "9223372036854775807"], ["exp": "\(now + 591)"], ["exp": "\(now - 10)"], ["nbf": "\(now + 31)"],
      ["nbf": "9223372036854775807"], ["iat": "\(now + 31)"], ["iat": "-1"], ["iat": "\"1\""], ["auth_time": "\(now)"],
      ["iss": #""https://horarium.test/""#], ["iss": #""https://Horarium.test""#],
      ["iss": #"["https://horarium.test"]"#],
      ["aud": #""other""#], ["aud": #""hora""#], ["aud": #""horarium2""#], ["aud": "[]"], ["aud": #"["horarium",1]"#],
      ["aud": #"["other"]"#], ["use": #""refresh""#], ["use": #""id""#], ["sub": "7"], ["sub": #""a\u0000b""#],
      ["sub": #""a\nb""#], ["tenant": #"["t_abcdefghijklmnop"]"#], ["tenant": #""t_x""#], ["tenant": #""demo""#],
      ["tenant": #""t_abcdefghijklmnop; drop""#], ["tenant": #""T_ABCDEFGHIJKLMNOP""#], ["tenant": #""platform""#],
      ["roles": "[]"], ["roles": #""scheduler""#], ["roles": #"["scheduler","king"]"#], ["roles": #"["Scheduler"]"#],
      ["roles": #"["scheduler","scheduler"]"#], ["roles": #"[["scheduler"]]"#], ["roles": #"["platform-operator"]"#],
      ["roles": #"["scheduler","platform-operator"]"#], ["token_version": #""3""#], ["token_version": "3.0"],
      ["token_version": "-1"], ["jti": "1"],
      ["sid": "1"], ["sid": "null"], ["sid": #""""#],
    ] as [[String: String]])
  func otherClaimsAreRefusedThoughTheyAreSigned(_ changes: [String: String]) throws {
    #expect(try !Forge.isAccepted(Forge.token(claims: Forge.claims(changes))))
  }

  @Test(arguments: [
    "[]", "null", "1", #""x""#, "", "{", Forge.claims() + "\0", Forge.claims() + "{}",
    #"{"roles":["student"],"# + Forge.claims().dropFirst(), #"{"sub":"u0","# + Forge.claims().dropFirst(),
    "[" + Forge.claims() + "]",
  ])
  func otherPayloadsAreRefused(_ payload: String) throws {
    #expect(try !Forge.isAccepted(Forge.token(payload: Array(payload.utf8))))
  }

  @Test func theClockMayDifferByTheLeewayAndNoMore() throws {
    let end = Self.now + 500
    #expect(try Forge.isAccepted(Forge.token(), now: end + 29))
    #expect(try Forge.refusal(Forge.token(), now: end + 31) == .expired(by: 31))
    #expect(try Forge.isAccepted(Forge.token(), now: Self.now - 40))
    #expect(try !Forge.isAccepted(Forge.token(), now: Self.now - 41))
  }
}
