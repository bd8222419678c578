extension TagScanner {
  /// The attribute's characters with its references resolved; nil where the last start tag has no such attribute, or
  /// where it is no UTF-8, or refers to what XML does not know.
  func text(_ name: String) -> String? {
    guard let range = range(of: name), let raw = String(validating: bytes[range], as: UTF8.self) else { return nil }
    guard raw.utf8.contains(UInt8(ascii: "&")) else { return raw }
    return Self.resolved(raw)
  }

  /// A decimal number within ±10^12; nil for anything else.
  func integer(_ name: String) -> Int? {
    guard var range = range(of: name), !range.isEmpty, range.count <= 13 else { return nil }
    let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
    if isNegative { range = range.dropFirst() }
    guard !range.isEmpty else { return nil }
    var value = 0
    for byte in bytes[range] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return isNegative ? -value : value
  }

  /// Exactly `count` characters 0 or 1; the first becomes bit 0.
  func mask(_ name: String, count: Int) -> UInt64? {
    guard let range = range(of: name), range.count == count, count <= 64 else { return nil }
    var mask: UInt64 = 0
    for (bit, byte) in bytes[range].enumerated() {
      switch byte {
      case UInt8(ascii: "0"): break
      case UInt8(ascii: "1"): mask |= 1 << UInt64(bit)
      default: return nil
      }
    }
    return mask
  }

  func has(_ name: String) -> Bool { range(of: name) != nil }

  private func range(of name: String) -> Range<Int>? { attributes.first { $0.name == name }?.value }

  private static func resolved(_ raw: String) -> String? {
    var text = ""
    var rest = raw[...]
    while let start = rest.firstIndex(of: "&") {
      guard let end = rest[start...].firstIndex(of: ";") else { return nil }
      text += rest[..<start]
      guard let character = character(String(rest[rest.index(after: start)..<end])) else { return nil }
      text.unicodeScalars.append(character)
      rest = rest[rest.index(after: end)...]
    }
    return text + rest
  }

  private static func character(_ reference: String) -> Unicode.Scalar? {
    switch reference {
    case "amp": "&"
    case "lt": "<"
    case "gt": ">"
    case "quot": "\""
    case "apos": "'"
    case _ where reference.hasPrefix("#x"): UInt32(reference.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
    case _ where reference.hasPrefix("#"): UInt32(reference.dropFirst()).flatMap(Unicode.Scalar.init)
    default: nil
    }
  }
}
