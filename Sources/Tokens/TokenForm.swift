/// The three segments of a compact token, checked as text before anything else looks at them.
struct TokenForm {
  /// libjwt copies a header onto the stack, so its length must be bounded before it gets there.
  static let maximumLength = 8 * 1024

  let header: [UInt8]
  let payload: [UInt8]

  init(_ token: String) throws(TokenRefusal) {
    let text = token.utf8
    guard text.count <= Self.maximumLength else { throw .form("longer than \(Self.maximumLength) bytes") }
    let segments = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard segments.count == 3 else { throw .form("\(segments.count) segments instead of 3") }
    var decoded: [[UInt8]] = []
    for segment in segments {
      guard !segment.isEmpty else { throw .form("an empty segment") }
      guard let bytes = Base64URL.decode(segment) else { throw .form("a segment is not canonical base64url") }
      decoded.append(bytes)
    }
    header = decoded[0]
    payload = decoded[1]
  }
}
