import Crypto
import Foundation
import Tenancy
import Tokens

/// Signs whatever a test wants to have signed, without the library under test.
struct Forge {
  static let now: Int64 = 1_800_000_000
  static let secret = [UInt8]((0..<32).map { UInt8($0 * 7 & 0xFF) })
  static let otherSecret = [UInt8](repeating: 9, count: 48)
  static let tenant = "t_abcdefghijklmnop"
  static let header = #"{"alg":"HS256","typ":"JWT","kid":"k1"}"#

  static var keys: TokenKeys {
    get throws {
      try TokenKeys(
        issuer: "https://horarium.test", audience: "horarium", active: "k1",
        secrets: ["k1": secret, "k2": otherSecret])
    }
  }

  static func base64URL(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
      .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
  }

  static func signature(_ text: String, secret: [UInt8] = secret) -> String {
    base64URL(Array(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: secret))))
  }

  static func token(header: String = header, payload: [UInt8], secret: [UInt8] = secret) -> String {
    let text = base64URL(Array(header.utf8)) + "." + base64URL(payload)
    return text + "." + signature(text, secret: secret)
  }

  static func token(header: String = header, claims: String = claims(), secret: [UInt8] = secret) -> String {
    token(header: header, payload: Array(claims.utf8), secret: secret)
  }

  /// Valid claims as JSON text, with members replaced by other JSON text, or left out where nil.
  static func claims(_ changes: [String: String?] = [:]) -> String {
    var members: [String: String] = [
      "iss": #""https://horarium.test""#, "aud": #""horarium""#, "use": #""access""#, "sub": #""u1""#,
      "tenant": #""t_abcdefghijklmnop""#, "roles": #"["scheduler"]"#, "token_version": "3", "account_version": "1",
      "jti": #""j1""#, "iat": "\(now - 10)", "nbf": "\(now - 10)", "exp": "\(now + 500)", "auth_time": "\(now - 10)",
    ]
    for (name, value) in changes { members[name] = value }
    return "{" + members.map { "\"\($0.key)\":\($0.value)" }.sorted().joined(separator: ",") + "}"
  }

  static func isAccepted(_ token: String, now: Int64 = now) throws -> Bool {
    let verifier = TokenVerifier(keys: try keys)
    do throws(TokenRefusal) {
      _ = try verifier.verify(token, now: now)
      return true
    } catch {
      return false
    }
  }

  static func refusal(_ token: String, now: Int64 = now) throws -> TokenRefusal? {
    let verifier = TokenVerifier(keys: try keys)
    do throws(TokenRefusal) {
      _ = try verifier.verify(token, now: now)
      return nil
    } catch {
      return error
    }
  }
}
