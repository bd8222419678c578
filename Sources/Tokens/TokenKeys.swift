internal import Foundation

/// The keys that this installation signs with, and whom its tokens are from and for.
///
/// All of them are HMAC keys: a public key can never be taken for one, because there is none.
public struct TokenKeys: Sendable {
  /// The bits of HMAC-SHA-256's output: a shorter key is weaker than the algorithm.
  public static let minimumLength = 32

  public let issuer: String
  public let audience: String
  /// The key that new tokens are signed with; the others are still accepted.
  public let active: String
  let secrets: [String: [UInt8]]

  public init(issuer: String, audience: String, active: String, secrets: [String: [UInt8]]) throws(TokenKeysError) {
    guard !issuer.isEmpty else { throw .empty("issuer") }
    guard !audience.isEmpty else { throw .empty("audience") }
    for (name, secret) in secrets.sorted(by: { $0.key < $1.key }) {
      guard (1...64).contains(name.utf8.count),
        name.utf8.allSatisfy({ (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 45 }
        )
      else { throw .badName(name) }
      guard secret.count >= Self.minimumLength else { throw .tooShort(name, bytes: secret.count) }
    }
    guard secrets[active] != nil else { throw .activeMissing(active) }
    self.issuer = issuer
    self.audience = audience
    self.active = active
    self.secrets = secrets
  }

  /// Reads `{"issuer": "…", "audience": "…", "active": "kid", "keys": {"kid": "<base64>"}}` from a file
  /// that nobody but its owner may read or write.
  public init(contentsOf path: String) throws(TokenKeysError) {
    let bytes: [UInt8]
    do {
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0o777
      guard mode & 0o077 == 0 else { throw TokenKeysError.readableByOthers(path, mode: mode) }
      bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch let error as TokenKeysError {
      throw error
    } catch {
      throw .unreadable(path)
    }
    guard let members = try? StrictJSON(bytes, limits: .init(depth: 4, values: 200)).object,
      let issuer = members["issuer"]?.string, let audience = members["audience"]?.string,
      let active = members["active"]?.string, let keys = members["keys"]?.object
    else { throw .malformed(path) }
    var secrets: [String: [UInt8]] = [:]
    for (name, value) in keys {
      guard let text = value.string, let secret = Data(base64Encoded: text) else { throw .notBase64(name) }
      secrets[name] = Array(secret)
    }
    try self.init(issuer: issuer, audience: audience, active: active, secrets: secrets)
  }
}

extension TokenKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Without the secrets, wherever it is printed.
  public var description: String { "keys of \(issuer): \(secrets.keys.sorted().joined(separator: ", "))" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

public enum TokenKeysError: Error, Hashable, Sendable, CustomStringConvertible {
  case unreadable(String)
  case readableByOthers(String, mode: Int)
  case malformed(String)
  case empty(String)
  case badName(String)
  case notBase64(String)
  case tooShort(String, bytes: Int)
  case activeMissing(String)

  public var description: String {
    switch self {
    case .unreadable(let path):
      "The key file '\(path)' cannot be read.\nMaybe make one with 'horariumctl keys generate \(path)'."
    case .readableByOthers(let path, let mode):
      "The key file '\(path)' has mode \(String(mode, radix: 8)), so others may read it.\nMaybe 'chmod 600 \(path)'."
    case .malformed(let path):
      "The key file '\(path)' must be a JSON object of issuer, audience, active and keys.\nMaybe make a new one."
    case .empty(let member): "'\(member)' of the key file is empty.\nMaybe name your installation's address."
    case .badName(let name): "'\(name)' is no name for a key.\nMaybe take 1 to 64 letters, digits and '-'."
    case .notBase64(let name): "The key '\(name)' is not base64.\nMaybe 'openssl rand -base64 32' makes a new one."
    case .tooShort(let name, let bytes):
      """
      The key '\(name)' has \(bytes) bytes, but \(TokenKeys.minimumLength) are the least.
      Maybe 'openssl rand -base64 32' makes a new one.
      """
    case .activeMissing(let name): "The active key '\(name)' is not among the keys.\nMaybe name one that is."
    }
  }
}
