import Glibc

/// An IPv4 or IPv6 address. One of IPv4 is kept as IPv6 maps it, so that both spellings are one address.
public struct NetworkAddress: Hashable, Sendable {
  fileprivate let high: UInt64
  fileprivate let low: UInt64

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Nil unless it is an address in numbers; a zone (`%eth0`) is left out.
  public init?(_ text: some StringProtocol) {
    let digits = String(text.prefix { $0 != "%" })
    guard digits.utf8.count <= 45 else { return nil }
    var four = in_addr()
    if inet_pton(AF_INET, digits, &four) == 1 {
      self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(UInt32(bigEndian: four.s_addr)))
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, digits, &six) == 1 else { return nil }
    let bytes = withUnsafeBytes(of: &six) { Array($0) }
    func word(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
    self.init(high: word(0..<8), low: word(8..<16))
  }

  public var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

  /// What belongs to one customer: an address of IPv4, a /64 of IPv6, which anybody gets whole.
  public var network: NetworkAddress { isIPv4 ? self : NetworkAddress(high: high, low: 0) }
}

/// Addresses that begin with the same bits: `10.0.0.0/8`, `fd00::/8`, `127.0.0.1`.
public struct AddressBlock: Hashable, Sendable {
  private let address: NetworkAddress
  private let bits: Int

  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let address = NetworkAddress(parts[0]) else { return nil }
    let width = address.isIPv4 ? 32 : 128
    var bits = width
    if parts.count == 2 {
      guard let number = Int(parts[1]), (0...width).contains(number) else { return nil }
      bits = number
    }
    self.address = address
    self.bits = bits + 128 - width
  }

  public func contains(_ other: NetworkAddress) -> Bool {
    func agree(_ one: UInt64, _ other: UInt64, _ bits: Int) -> Bool {
      bits <= 0 || (one ^ other) >> UInt64(64 - min(64, bits)) == 0
    }
    return agree(address.high, other.high, bits) && agree(address.low, other.low, bits - 64)
  }
}
