/// Which state of stored data somebody means to replace.
public enum Precondition: Hashable, Sendable {
  /// Whatever is there, or nothing: for the system's own work on reviewed files.
  case none
  /// Nothing was said: good as long as nothing is there that could be lost.
  case unstated
  /// Whatever is there, as long as something is.
  case existing
  /// One of these states, by their entity tags.
  case tags([String])

  /// - Parameter current: the tag of what is stored now; nil where nothing is
  func check(_ kind: String, _ id: String, current: String?) throws(StoreError) {
    switch self {
    case .none: return
    case .unstated: if let current { throw .unconditional(kind: kind, id: id, current: current) }
    case .existing: if current == nil { throw .changed(kind: kind, id: id, current: nil) }
    case .tags(let tags):
      guard let current, tags.contains(current) else { throw .changed(kind: kind, id: id, current: current) }
    }
  }
}
