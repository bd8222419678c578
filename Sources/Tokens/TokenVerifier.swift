/// Decides whether a token is ours. The ways around libjwt's traps are in the order of the steps:
/// text, header, key, signature, claims; nothing of a later step is looked at before an earlier one passed.
public struct TokenVerifier: Sendable {
  private let keys: TokenKeys
  private let rules: TokenRules

  public init(keys: TokenKeys, rules: TokenRules = TokenRules()) {
    self.keys = keys
    self.rules = rules
  }

  /// `now`: seconds since 1970 UTC. Whether it has been revoked is for the caller to look up.
  public func verify(_ token: String, now: Int64) throws(TokenRefusal) -> Claims {
    let form = try TokenForm(token)
    let header = try TokenHeader(form.header)
    guard let secret = keys.secrets[header.keyID] else { throw .unknownKey }
    guard header.algorithm == "HS256" else { throw .algorithm(header.algorithm) }
    guard SignedToken.isSigned(token, with: secret) else { throw .signature }
    return try ClaimsReader(form.payload).claims(issuer: keys.issuer, audience: keys.audience, now: now, rules: rules)
  }
}
