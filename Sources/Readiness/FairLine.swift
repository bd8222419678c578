/// Who waits, key by key in turns: whoever has many in line stands behind nobody's first one.
///
/// A turn costs a look at the keys that wait, a departure a look at the line of one key: keep lines bounded.
package struct FairLine<Key: Hashable & Sendable, Element: Sendable>: Sendable {
  private var lines: [Key: [Element]] = [:]
  /// Keys with somebody in line, the next one first.
  private var turns: [Key] = []
  package private(set) var count = 0

  package init() {}

  package var isEmpty: Bool { count == 0 }
  package func count(of key: Key) -> Int { lines[key]?.count ?? 0 }
  /// Those with somebody in line, the next one first.
  package var keys: [Key] { turns }
  /// The key with most in line. Looks at all keys.
  package var longest: (key: Key, count: Int)? {
    lines.max { $0.value.count < $1.value.count }.map { ($0.key, $0.value.count) }
  }

  /// Takes out who came last of the key.
  package mutating func removeLast(of key: Key) -> Element? {
    guard let last = lines[key]?.popLast() else { return nil }
    count -= 1
    if lines[key]?.isEmpty == true {
      lines[key] = nil
      turns.removeAll { $0 == key }
    }
    return last
  }

  /// In no order.
  package var elements: some Sequence<Element> { lines.values.joined() }

  package mutating func append(_ element: Element, for key: Key) {
    if lines[key] == nil { turns.append(key) }
    lines[key, default: []].append(element)
    count += 1
  }

  /// The first one of the next key that may have a turn; a key that may not keeps its place.
  package mutating func next(where mayHaveTurn: (Key) -> Bool = { _ in true }) -> (key: Key, element: Element)? {
    guard let index = turns.firstIndex(where: mayHaveTurn) else { return nil }
    let key = turns.remove(at: index)
    // In place: a line of thousands is not copied for each turn.
    guard let element = lines[key]?.removeFirst() else { preconditionFailure("a key has a turn and no line") }
    count -= 1
    if lines[key]?.isEmpty == true {
      lines[key] = nil
    } else {
      turns.append(key)
    }
    return (key, element)
  }

  /// Those who leave, in the order of their keys' turns.
  package mutating func removeAll(where leaves: (Element) -> Bool) -> [Element] {
    turns.flatMap { remove(of: $0, where: leaves) }
  }

  package mutating func removeAll(of key: Key, where leaves: (Element) -> Bool) -> [Element] {
    remove(of: key, where: leaves)
  }

  private mutating func remove(of key: Key, where leaves: (Element) -> Bool) -> [Element] {
    guard let line = lines[key] else { return [] }
    let gone = line.filter(leaves)
    guard !gone.isEmpty else { return [] }
    count -= gone.count
    let left = line.filter { !leaves($0) }
    lines[key] = left.isEmpty ? nil : left
    if left.isEmpty { turns.removeAll { $0 == key } }
    return gone
  }
}
