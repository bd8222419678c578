import Foundation

/// The file of settings that `ops/run` leaves in `.local/env`: a shell's `export NAME=value` lines.
///
/// Only what `printf %q` writes is understood: backslashes before single characters, and quotes around a whole value.
/// A line of another form is left out and counted, so that nothing is taken for a value that it is not.
public struct SettingsFile: Sendable, Equatable {
  public let path: String
  public let values: [String: String]
  /// Numbers of the lines that were not understood, from 1.
  public let unreadLines: [Int]

  /// Nil where neither the executable's folder nor one of the six above it has one that can be read.
  public static func nearest(to siblings: Siblings = Siblings()) -> SettingsFile? {
    guard let path = siblings.nearest(".local/env"), let text = try? String(contentsOfFile: path, encoding: .utf8)
    else { return nil }
    return SettingsFile(path: path, text: text)
  }

  public init(path: String, text: String) {
    var values: [String: String] = [:]
    var unread: [Int] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.isEmpty || line.hasPrefix("#") { continue }
      if let (name, value) = Self.assignment(line) { values[name] = value } else { unread.append(number + 1) }
    }
    self.path = path
    self.values = values
    unreadLines = unread
  }

  private static func assignment(_ line: String) -> (name: String, value: String)? {
    let text = line.hasPrefix("export ") ? String(line.dropFirst(7)) : line
    guard let equals = text.firstIndex(of: "=") else { return nil }
    let name = String(text[..<equals])
    guard name.hasPrefix("HORARIUM_"),
      name.utf8.allSatisfy({ $0 == 95 || (65...90).contains($0) || (48...57).contains($0) })
    else { return nil }
    return unquoted(text[text.index(after: equals)...]).map { (name, $0) }
  }

  private static func unquoted(_ text: Substring) -> String? {
    for quote in ["'", "\""] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
      let inner = text.dropFirst().dropLast()
      return inner.contains { "\\$`'\"".contains($0) } ? nil : String(inner)
    }
    var value = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        value.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if " \t'\"$`;&|<>()#".contains(character) {
        return nil
      } else {
        value.append(character)
      }
    }
    return isEscaped ? nil : value
  }
}
