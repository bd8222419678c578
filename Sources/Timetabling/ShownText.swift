/// What a name or a sentence that people will read may not hold.
public enum ShownText {
  /// The first scalar that does not belong there, in words; nil where all do.
  ///
  /// Control characters cannot be stored (NUL) or break the line they stand in; characters that reverse the direction
  /// of what follows (U+202E and its kin) and invisible ones let one name look like another.
  public static func fault(in text: String, allowsLines: Bool = false) -> String? {
    guard let scalar = text.unicodeScalars.first(where: { isRefused($0, allowsLines) }) else { return nil }
    let code = String(scalar.value, radix: 16, uppercase: true)
    return "the character U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
  }

  private static func isRefused(_ scalar: Unicode.Scalar, _ allowsLines: Bool) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: !allowsLines
    case ..<0x20, 0x7F...0x9F: true
    // Line and paragraph separators; marks, embeddings, overrides and isolates of direction.
    case 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C: true
    // Invisible: zero-width space, word joiner and operators, deprecated format characters, byte order mark.
    case 0x200B, 0x2060...0x2065, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFB: true
    // Tags, and what is no character.
    case 0xE0000...0xE007F: true
    case let value: value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(value)
    }
  }
}
