/// Why a token was not accepted. For the log alone: to the outside every refusal looks the same.
public enum TokenRefusal: Error, Hashable, Sendable {
  /// Not three canonical base64url segments of acceptable length.
  case form(String)
  case header(String)
  /// The header names an algorithm that its key is not for.
  case algorithm(String)
  case unknownKey
  /// The bytes were not signed with the key that the header names.
  case signature
  case claims(String)
  /// Past its end, by so many seconds.
  case expired(by: Int64)
}

extension TokenRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .form(let reason): "form: \(reason)"
    case .header(let reason): "header: \(reason)"
    case .algorithm(let name): "algorithm '\(name)' does not belong to the key"
    case .unknownKey: "unknown key"
    case .signature: "signature"
    case .claims(let reason): "claims: \(reason)"
    case .expired(let seconds): "expired \(seconds) s ago"
    }
  }
}
