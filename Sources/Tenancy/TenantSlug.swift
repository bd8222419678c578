/// The name under which people know a tenant: part of web addresses, unique, may be changed.
public struct TenantSlug: RawRepresentable, Hashable, Sendable {
  public let rawValue: String

  /// Nil unless `^[a-z][a-z0-9-]{1,38}[a-z0-9]$`.
  public init?(rawValue: String) {
    let bytes = Array(rawValue.utf8)
    func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte) }
    func isLetterOrDigit(_ byte: UInt8) -> Bool { isLetter(byte) || (48...57).contains(byte) }
    guard (3...40).contains(bytes.count), isLetter(bytes[0]), isLetterOrDigit(bytes[bytes.count - 1]),
      bytes.allSatisfy({ isLetterOrDigit($0) || $0 == 45 })
    else { return nil }
    self.rawValue = rawValue
  }
}

extension TenantSlug: CustomStringConvertible, Codable {
  public var description: String { rawValue }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let slug = TenantSlug(rawValue: text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "'\(text)' is not a slug: 3 to 40 of a-z, 0-9 and -, a letter first, no - at the end")
    }
    self = slug
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}
