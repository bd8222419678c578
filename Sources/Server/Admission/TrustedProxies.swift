import Bootstrap
import HTTPTypes
import NIOHTTP1

/// Where a request comes from, as far as it can be believed: what sign-in and open paths are counted by.
package enum ClientAddress: Hashable, Sendable {
  case network(NetworkAddress)
  /// No socket, as in tests of the router, or one without an address.
  case local

  package init(_ address: NetworkAddress?) { self = address.map { .network($0.network) } ?? .local }
}

/// The proxies before this server whose word on the client counts.
package struct TrustedProxies: Sendable {
  /// The one header that the proxies write. Another one they pass on as the client sent it.
  package enum Header: String, CaseIterable, Sendable {
    case xForwardedFor = "x-forwarded-for"
    case forwarded
  }

  package static let none = TrustedProxies(blocks: [], header: .xForwardedFor)
  /// More than so many proxies in a row are nobody's.
  private static let mostHops = 16

  private let blocks: [AddressBlock]
  private let header: Header

  package init(blocks: [AddressBlock], header: Header) {
    self.blocks = blocks
    self.header = header
  }

  /// The nearest address that is no trusted proxy's. Each proxy appends whom it was asked by, so the list is read from
  /// its end; what stands left of the first stranger was written by the stranger.
  package func client(of peer: NetworkAddress?, _ headers: HTTPFields) -> NetworkAddress? {
    guard let peer, isTrusted(peer) else { return peer }
    var client = peer
    for hop in hops(headers).suffix(Self.mostHops).reversed() {
      guard let address = Self.address(hop) else { return client }
      client = address
      if !isTrusted(address) { return client }
    }
    return client
  }

  func client(of peer: NetworkAddress?, _ headers: HTTPHeaders) -> NetworkAddress? {
    guard let peer, isTrusted(peer) else { return peer }
    var fields = HTTPFields()
    for name in [HTTPField.Name.xForwardedFor, .forwarded] { fields[values: name] = headers[name.canonicalName] }
    return client(of: peer, fields)
  }

  private func isTrusted(_ address: NetworkAddress) -> Bool { blocks.contains { $0.contains(address) } }

  private func hops(_ headers: HTTPFields) -> [Substring] {
    switch header {
    case .xForwardedFor:
      headers[values: .xForwardedFor].flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
    case .forwarded:
      headers[values: .forwarded].flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map { hop in
        hop.split(separator: ";").map(Self.trimmed).first { $0.lowercased().hasPrefix("for=") }?.dropFirst(4) ?? ""
      }
    }
  }

  /// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`, each quoted or not.
  private static func address(_ hop: Substring) -> NetworkAddress? {
    var text = trimmed(hop)
    if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
    if text.first == "[" { return NetworkAddress(text.dropFirst().prefix { $0 != "]" }) }
    if text.count(where: { $0 == ":" }) == 1 { text = text.prefix { $0 != ":" } }
    return NetworkAddress(text)
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop { $0 == " " || $0 == "\t" }
    return start.lastIndex { $0 != " " && $0 != "\t" }.map { start[...$0] } ?? ""
  }
}

extension Call {
  var client: ClientAddress {
    ClientAddress(dependencies.proxies.client(of: context.peer, request.headers))
  }
}

extension HTTPField.Name {
  static let xForwardedFor = HTTPField.Name("X-Forwarded-For")!
  static let forwarded = HTTPField.Name("Forwarded")!
}
