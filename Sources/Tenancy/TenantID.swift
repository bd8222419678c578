/// The name of a tenant inside the system: generated, never chosen, never shown to be typed.
///
/// It is also the name of the tenant's database schema, so its alphabet is closed: `t_` and 10 to
/// 40 of `a-z0-9`. Everything that ends up as an SQL identifier comes from here and from nowhere else.
public struct TenantID: RawRepresentable, Hashable, Sendable {
  public let rawValue: String

  /// Nil unless `^t_[a-z0-9]{10,40}$`.
  public init?(rawValue: String) {
    let bytes = rawValue.utf8
    guard bytes.starts(with: "t_".utf8), (12...42).contains(bytes.count),
      bytes.dropFirst(2).allSatisfy({ (97...122).contains($0) || (48...57).contains($0) })
    else { return nil }
    self.rawValue = rawValue
  }

  private init(trusted: String) { rawValue = trusted }

  /// 80 random bits in 16 characters of base 32.
  public static func random(using generator: inout some RandomNumberGenerator) -> TenantID {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
    return TenantID(trusted: "t_" + String((0..<16).map { _ in alphabet[Int.random(in: 0..<32, using: &generator)] }))
  }

  /// The schema that holds the tenant's tables.
  public var schema: String { rawValue }
  /// The database role that sees this schema and no other.
  public var databaseRole: String { "r_" + rawValue }
}

extension TenantID: CustomStringConvertible, Comparable, Codable {
  public var description: String { rawValue }
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let id = TenantID(rawValue: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a tenant id")
    }
    self = id
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}
