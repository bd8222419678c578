import Foundation
import NIOHTTP1

/// What RFC 6455, section 4.2.1, wants of a client's opening request. NIO's upgrade handler gives no answer to one that
/// is wrong, so it never sees one.
enum WebSocketHandshake {
  enum Verdict {
    case good
    /// Something else than a WebSocket is asked for.
    case other
    case wrong(Problem)
  }

  static func judge(_ head: HTTPRequestHead) -> Verdict {
    let headers = head.headers
    let protocols = headers[canonicalForm: "upgrade"].map { $0.lowercased() }
    guard protocols.contains("websocket") else { return .other }
    let wantsUpgrade = headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
    let hasBody = headers.contains(name: "transfer-encoding") || headers["content-length"].contains { $0 != "0" }
    guard protocols.count == 1, wantsUpgrade, head.method == .GET, head.version.minor >= 1, !hasBody else {
      return .wrong(
        Problem(.malformed, "A WebSocket begins with GET, 'Upgrade: websocket' and 'Connection: Upgrade', and no body.")
      )
    }
    guard headers["sec-websocket-version"] == ["13"] else {
      return .wrong(
        Problem(
          .upgradeRequired, "Only version 13 of WebSocket is spoken here.",
          headers: [.secWebSocketVersion: "13", .upgrade: "websocket"]))
    }
    let keys = headers["sec-websocket-key"]
    guard keys.count == 1, Data(base64Encoded: keys[0])?.count == 16 else {
      return .wrong(Problem(.malformed, "Sec-WebSocket-Key must be 16 random bytes in base64, once."))
    }
    return .good
  }
}
