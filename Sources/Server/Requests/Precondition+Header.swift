import HTTPTypes
import Persistence

extension Precondition {
  /// `"7"`, as ETag and If-Match write a tag.
  static func header(_ tag: String) -> String { "\"\(tag)\"" }

  /// Nil where the text is no list of entity tags. A weak tag is one that never matches (RFC 9110, 13.1.1).
  init?(ifMatch text: String) {
    let text = text.trimming { $0 == " " || $0 == "\t" }
    if text == "*" {
      self = .existing
      return
    }
    var tags: [String] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let item = part.trimming { $0 == " " || $0 == "\t" }
      let isWeak = item.hasPrefix("W/")
      let quoted = isWeak ? item.dropFirst(2) : item[...]
      guard quoted.count >= 2, quoted.first == "\"", quoted.last == "\"" else { return nil }
      let tag = quoted.dropFirst().dropLast()
      guard !tag.contains("\"") else { return nil }
      if !isWeak { tags.append(String(tag)) }
    }
    self = .tags(tags)
  }
}

extension Call {
  /// What If-Match says of the state that is to be replaced.
  func precondition() throws -> Precondition {
    guard let text = request.headers[.ifMatch] else { return .unstated }
    guard let precondition = Precondition(ifMatch: text) else {
      throw Problem(.stale, "If-Match is \(text.cut(to: 60)), which is no ETag of ours.\nMaybe read it again.")
    }
    return precondition
  }
}

extension StringProtocol {
  fileprivate func trimming(_ isEdge: (Character) -> Bool) -> String {
    guard let first = firstIndex(where: { !isEdge($0) }), let last = lastIndex(where: { !isEdge($0) }) else {
      return ""
    }
    return String(self[first...last])
  }
}
