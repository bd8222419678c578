/// How to reach a Redis server.
public struct RedisConfiguration: Sendable {
  /// `unix:/path` or `host:port`
  public let address: String
  /// Never logged.
  public var password: String?
  /// For one command or pipeline, from the call to its last answer. After it the connection is closed.
  public var deadline = Duration.milliseconds(50)
  /// For name lookup, connecting and the first answer together.
  public var connectTimeout = Duration.milliseconds(500)
  /// A connection that is silent for this long is tried out.
  public var keepAliveAfter = Duration.seconds(5)

  /// - Parameter address: check it with `isAddress` where it comes from a person; with another the client never connects
  public init(address: String, password: String? = nil) {
    self.address = address
    self.password = password
  }

  public static func isAddress(_ text: String) -> Bool { RedisAddress(text) != nil }
}

enum RedisAddress: Sendable, Equatable {
  case unix(path: String)
  case tcp(host: String, port: UInt16)

  init?(_ text: String) {
    if text.hasPrefix("unix:/") {
      self = .unix(path: String(text.dropFirst("unix:".count)))
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    // [::1]:6379
    let host = text[..<colon].trimmingPrefix("[")
    self = .tcp(host: String(host.hasSuffix("]") ? host.dropLast() : host), port: port)
    if host.isEmpty { return nil }
  }
}
