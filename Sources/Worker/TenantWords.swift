import Jobs
import Optimization

/// What a tenant reads of what an engine, a library or the system said: files by their names, and not where they lie
/// on a machine that is not the tenant's. The log keeps every word.
package enum TenantWords {
  package static func of(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let slash = rest.firstIndex(of: "/") {
      result += rest[..<slash]
      let path = rest[slash...].prefix { !$0.isWhitespace && !ends.contains($0) }
      let parts = path.split(separator: "/")
      let isPath = parts.count > 1 && !path.hasPrefix("//") && !document.contains(parts[0]) && !continues(result.last)
      result += isPath ? parts[parts.count - 1] : path
      rest = rest[path.endIndex...]
    }
    return result + rest
  }

  /// `n/a`, `1/2`, `https://…`: a slash within a word.
  private static func continues(_ character: Character?) -> Bool {
    character.map { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "." || $0 == "_" } ?? false
  }

  private static let ends: Set<Character> = ["\"", "'", "`", "(", ")", "<", ">", ",", ";", ":", "|", "’", "“", "”"]

  /// Pointers into the institution's own document begin like paths.
  private static let document: Set<Substring> = [
    "name", "term", "timeGrids", "zones", "travelTimes", "buildings", "rooms", "departments", "programs", "teachers",
    "groups", "students", "courses", "lessons", "constraints",
  ]
}

extension RunNote {
  package var forTenants: RunNote { RunNote(stage: stage, what: TenantWords.of(what), why: TenantWords.of(why)) }
}

extension JobFailure {
  package var forTenants: JobFailure { JobFailure(failureClass, code: code, message: TenantWords.of(message)) }
}
