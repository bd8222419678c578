import Crypto
import Tokens

/// What a body asks for, whatever way it is written: the order of members, white space, escapes, `60` or `6e1`, and
/// members that are null make no difference. Two requests with one idempotency key are compared by it.
enum RequestFingerprint {
  /// SHA-256.
  static func of(_ members: [String: StrictJSON]) -> [UInt8] {
    var bytes: [UInt8] = []
    // A null member counts as missing to every reader of ours.
    append(.object(members.filter { $0.value != .null }), to: &bytes)
    return Array(SHA256.hash(data: bytes))
  }

  /// Every value begins with its kind and tells its length, so that no two values have the same bytes.
  private static func append(_ value: StrictJSON, to bytes: inout [UInt8]) {
    switch value {
    case .null: bytes.append(UInt8(ascii: "0"))
    case .bool(let flag): bytes.append(UInt8(ascii: flag ? "t" : "f"))
    case .integer(let number): append("n", "\(number)", to: &bytes)
    case .number(let number): append("n", Int64(exactly: number).map(String.init) ?? "\(number)", to: &bytes)
    case .string(let text): append("s", text, to: &bytes)
    case .array(let elements):
      append("a", "\(elements.count)", to: &bytes)
      for element in elements { append(element, to: &bytes) }
    case .object(let members):
      append("o", "\(members.count)", to: &bytes)
      for (name, value) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
        append("s", name, to: &bytes)
        append(value, to: &bytes)
      }
    }
  }

  private static func append(_ kind: Unicode.Scalar, _ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: kind))
    bytes += "\(text.utf8.count):".utf8
    bytes += text.utf8
  }
}
