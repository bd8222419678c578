import NIOHTTP1

/// The Host field that RFC 9112, section 3.2, asks for: one, and a name with a port at most. Two of them are read
/// differently by a proxy and by us.
enum HostField {
  /// Nil where all is well.
  static func complaint(_ head: HTTPRequestHead) -> String? {
    let hosts = head.headers["host"]
    switch hosts.count {
    case 0 where head.version.minor == 0: return nil
    case 0: return "The request has no Host field.\nMaybe the client speaks HTTP/1.0 and says 1.1."
    case 1: break
    default: return "The request has \(hosts.count) Host fields.\nMaybe a proxy adds one instead of replacing it."
    }
    let isName = hosts[0].utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "%"),
        UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
        true
      default: false
      }
    }
    return isName && hosts[0].utf8.count <= 255 ? nil : "The Host field is no name of a server."
  }
}
