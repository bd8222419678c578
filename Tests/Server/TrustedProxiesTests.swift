import Bootstrap
import HTTPTypes
import Server
import Testing

@Suite struct TrustedProxiesTests {
  private static let blocks = ["10.0.0.0/8", "fd00::/8"].compactMap { AddressBlock($0) }
  private static let proxies = TrustedProxies(blocks: blocks, header: .xForwardedFor)

  private func client(
    _ peer: String, _ forwarded: String..., proxies: TrustedProxies = Self.proxies, header: String = "X-Forwarded-For"
  ) -> NetworkAddress? {
    var headers = HTTPFields()
    for value in forwarded { headers.append(HTTPField(name: HTTPField.Name(header)!, value: value)) }
    return proxies.client(of: NetworkAddress(peer), headers)
  }

  @Test func aStrangersWordDoesNotCount() {
    #expect(client("192.0.2.7", "198.51.100.1") == NetworkAddress("192.0.2.7"))
    #expect(client("10.0.0.1", "203.0.113.5, 192.0.2.7") == NetworkAddress("192.0.2.7"))
  }

  @Test func theRightmostAddressThatIsNoProxysIsTheClient() {
    #expect(client("10.0.0.1", "203.0.113.5, 10.2.3.4, fd00::7") == NetworkAddress("203.0.113.5"))
    #expect(client("10.0.0.1", "6.6.6.6, 203.0.113.5", "10.2.3.4") == NetworkAddress("203.0.113.5"))
    #expect(client("10.0.0.1", "203.0.113.5:4711") == NetworkAddress("203.0.113.5"))
    #expect(client("10.0.0.1", "[2001:db8::1]:443") == NetworkAddress("2001:db8::1"))
    #expect(client("10.0.0.1") == NetworkAddress("10.0.0.1"))
    // What is no address ends the list: left of it anything may have been written.
    #expect(client("10.0.0.1", "203.0.113.5, unknown") == NetworkAddress("10.0.0.1"))
  }

  @Test func onlyTheHeaderThatTheProxiesWriteIsRead() {
    let forwarded = TrustedProxies(blocks: Self.blocks, header: .forwarded)
    #expect(client("10.0.0.1", "203.0.113.5", proxies: forwarded) == NetworkAddress("10.0.0.1"))
    #expect(
      client("10.0.0.1", #"for=6.6.6.6, proto=https;For="[2001:db8::1]:80""#, proxies: forwarded, header: "Forwarded")
        == NetworkAddress("2001:db8::1"))
    #expect(client("10.0.0.1", "for=203.0.113.5", header: "Forwarded") == NetworkAddress("10.0.0.1"))
  }

  @Test func aHouseholdOfIPv6IsOneClient() throws {
    let (one, other) = (
      try #require(NetworkAddress("2001:db8:1:2::3")), try #require(NetworkAddress("2001:db8:1:2:f::9"))
    )
    #expect(one != other && one.network == other.network)
    #expect(NetworkAddress("2001:db8:1:3::3")?.network != one.network)
    #expect(NetworkAddress("::ffff:192.0.2.1") == NetworkAddress("192.0.2.1"))
    let block = try #require(AddressBlock("192.0.2.128/25"))
    #expect(block.contains(try #require(NetworkAddress("192.0.2.200"))))
    #expect(!block.contains(try #require(NetworkAddress("192.0.2.1"))))
    #expect(AddressBlock("192.0.2.0/33") == nil && AddressBlock("x/8") == nil && AddressBlock("fd00::/129") == nil)
  }
}
