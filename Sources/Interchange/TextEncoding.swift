/// The mark that editors and spreadsheets put before a text to say how it is written.
enum TextEncoding {
  static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The text in UTF-8 without a mark: that of UTF-8 is taken away, and what begins with UTF-16's and is UTF-16 (a
  /// spreadsheet's "Unicode text") is converted. Anything else comes back as it is.
  static func utf8(of bytes: [UInt8]) -> [UInt8] {
    if bytes.starts(with: mark) { return Array(bytes.dropFirst(mark.count)) }
    let isLittle = bytes.starts(with: [0xFF, 0xFE])
    guard isLittle || bytes.starts(with: [0xFE, 0xFF]), bytes.count.isMultiple(of: 2) else { return bytes }
    let units = stride(from: 2, to: bytes.count, by: 2).map { index -> UInt16 in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isLittle ? first | second << 8 : first << 8 | second
    }
    return String(validating: units, as: UTF16.self).map { Array($0.utf8) } ?? bytes
  }
}
