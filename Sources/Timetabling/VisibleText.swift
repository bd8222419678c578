/// What two names have in common that look alike on a screen, and how to show where they differ.
package enum VisibleText {
  /// Without spaces at its ends and signs that nobody sees; every kind of space as one.
  package static func of(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars where !isInvisible(scalar) {
      if scalar.properties.isWhitespace {
        if !result.isEmpty, result.last != " " { result.append(" ") }
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    if result.last == " " { result.removeLast() }
    // A name of nothing but spaces is known by their number.
    return result.isEmpty ? text : result
  }

  /// Alike but for spaces, capitals, and zeros that a spreadsheet takes away in front.
  package static func isSame(_ one: String, _ other: String) -> Bool {
    func core(_ text: String) -> Substring {
      let visible = of(text).lowercased()
      let rest = visible.drop { $0 == "0" }
      return rest.isEmpty ? visible[...] : rest
    }
    return core(one) == core(other)
  }

  /// In quotes, with a word on what the quotes do not show: `'T1 ' (with a space at its end)`.
  package static func quoted(_ text: String) -> String {
    var remarks: [String] = []
    if let first = text.unicodeScalars.first, first.properties.isWhitespace { remarks.append("a space at its start") }
    if let last = text.unicodeScalars.last, last.properties.isWhitespace {
      remarks.append(last == "\u{A0}" ? "a no-break space at its end" : "a space at its end")
    }
    let inner = text.unicodeScalars.dropFirst().dropLast()
    if inner.contains(where: { $0 != " " && $0.properties.isWhitespace }) { remarks.append("a no-break space in it") }
    if text.unicodeScalars.contains(where: isInvisible) { remarks.append("an invisible character in it") }
    return "'\(text)'" + (remarks.isEmpty ? "" : " (with \(remarks.joined(separator: " and ")))")
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    let category = scalar.properties.generalCategory
    return (category == .format || category == .control) && !scalar.properties.isWhitespace
  }
}
