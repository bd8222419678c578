/// The statements one session has prepared, least recently used first out.
///
/// A key holds the parameter types too: the same text with an untyped null is another statement to the server.
/// Sharing statements between schemas is safe: the server plans anew when `search_path` has changed.
struct PreparedStatements {
  struct Key: Hashable {
    let text: UInt
    let types: [ParameterType]
    /// Literals stay at their address as long as the process runs.
    init(_ text: StaticString, _ types: [ParameterType]) {
      self.text = UInt(bitPattern: text.utf8Start)
      self.types = types
    }
  }

  private struct Entry {
    let name: String
    var lastUse: Int
  }

  let limit: Int
  private var entries: [Key: Entry] = [:]
  private var uses = 0
  private var names = 0

  init(limit: Int) { self.limit = limit }

  mutating func name(for key: Key) -> String? {
    uses += 1
    entries[key]?.lastUse = uses
    return entries[key]?.name
  }

  /// The name of a statement to deallocate before the next insert; nil while there is room.
  mutating func evictIfFull() -> String? {
    guard entries.count >= limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
      return nil
    }
    entries[oldest.key] = nil
    return oldest.value.name
  }

  /// Never gives the same name twice, so that a statement whose preparation was cut short is in nobody's way.
  mutating func makeName() -> String {
    names += 1
    return "s\(names)"
  }

  mutating func insert(_ key: Key, name: String) {
    uses += 1
    entries[key] = Entry(name: name, lastUse: uses)
  }

  mutating func forgetAll() { entries = [:] }
}
