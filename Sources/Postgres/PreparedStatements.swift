/// The statements one session has prepared, least recently used first out.
///
/// A key holds the parameter types too: the same text with an untyped null is another statement to the server.
/// Sharing statements between schemas is safe: the server plans anew when `search_path` has changed.
package struct PreparedStatements {
  package struct Key: Hashable {
    let text: UInt
    let types: [ParameterType]
    /// Literals stay at their address as long as the process runs.
    package init(_ text: StaticString, _ types: [ParameterType]) {
      self.text = UInt(bitPattern: text.utf8Start)
      self.types = types
    }
  }

  private struct Entry {
    let name: String
    var lastUse: Int
  }

  let limit: Int
  /// Of this session's names alone. Where a pooler lends one session of the server to two of its clients, the one must
  /// never run what the other has prepared under the same name.
  private let prefix: String
  private var entries: [Key: Entry] = [:]
  private var uses = 0
  private var names = 0

  /// - Parameter session: drawn at random; tells this session from all others
  package init(limit: Int, session: UInt64) {
    self.limit = limit
    prefix = "s\(String(session, radix: 36))_"
  }

  package mutating func name(for key: Key) -> String? {
    uses += 1
    entries[key]?.lastUse = uses
    return entries[key]?.name
  }

  /// The name of a statement to deallocate before the next insert; nil while there is room.
  package mutating func evictIfFull() -> String? {
    guard entries.count >= limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
      return nil
    }
    entries[oldest.key] = nil
    return oldest.value.name
  }

  /// Never gives the same name twice, so that a statement whose preparation was cut short is in nobody's way.
  package mutating func makeName() -> String {
    names += 1
    return prefix + String(names)
  }

  package mutating func insert(_ key: Key, name: String) {
    uses += 1
    entries[key] = Entry(name: name, lastUse: uses)
  }

  mutating func forgetAll() { entries = [:] }
}
