import Timetabling

extension FETMapping {
  /// What nobody asked a constraint for is without effect, which is said.
  mutating func tellUnread(_ element: XMLElement) {
    for child in element.children where !element.asked.contains(child.name) {
      guard !Self.saysNothing(child) else { continue }
      let message = "'\(child.name)' of \(element.name) is not read."
      guard unread.count < 100, !unread.contains(where: { $0.message.hasPrefix(message) }) else { continue }
      unread.append(
        DataIssue(
          place: "line \(child.line)", code: "fet.unread",
          message: message + Suggestion.sentence(for: child.name, in: element.asked)))
    }
  }

  /// Remarks, counts of what follows them, and what only FET's own windows look at.
  private static func saysNothing(_ element: XMLElement) -> Bool {
    element.text.isEmpty && element.children.isEmpty || element.name.lowercased().hasPrefix("number_of_")
      || ["Comments", "Permanently_Locked", "Active"].contains(element.name)
  }
}
