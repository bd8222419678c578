/// What one rule adds to a model: rows that count literals, and helper choices of its own.
///
/// Literals from 0 on are those of `MeetingTimes`; −1 − n is the n-th literal of the rule's own helpers.
struct RuleRows: Sendable {
  struct Row: Sendable, Hashable {
    var literals: [Int32]
    /// The most that may hold.
    var bound: Int32
  }

  /// Whether meetings that need not be held may help to keep the rule: gaps, late starts, days that are too short.
  var needsOthers = false
  /// Number of literals of each helper; exactly one of a helper's literals holds.
  private(set) var helpers: [Int32] = []
  private(set) var rows: [Row] = []
  private var helperLiterals: Int32 = 0

  mutating func atMost(_ bound: Int, _ literals: [Int32]) {
    if literals.count > bound { rows.append(Row(literals: literals, bound: Int32(bound))) }
  }

  mutating func forbid(_ literals: [Int32]) { atMost(0, literals) }

  /// A new choice of `count` literals, of which one holds.
  mutating func choice(_ count: Int) -> [Int32] {
    let first = helperLiterals
    helpers.append(Int32(count))
    helperLiterals += Int32(count)
    return (first..<helperLiterals).map { -1 - $0 }
  }

  /// A new truth: (yes, no).
  mutating func truth() -> (yes: Int32, no: Int32) {
    let both = choice(2)
    return (both[0], both[1])
  }

  /// No time of `one` together with a time of `other` that `excludes` it.
  mutating func exclude(
    _ one: Int, _ other: Int, _ times: MeetingTimes, where excludes: (_ one: Int, _ other: Int) -> Bool
  ) {
    // Times of `one` that exclude the same times of `other` share a row.
    var order: [[Int32]] = []
    var rows: [[Int32]: [Int32]] = [:]
    let (left, right) = (times.meetings[one], times.meetings[other])
    for option in 0..<left.optionCount {
      let excluded = (0..<right.optionCount).filter { excludes(option, $0) }.map(right.literal)
      guard !excluded.isEmpty else { continue }
      if rows[excluded] == nil { order.append(excluded) }
      rows[excluded, default: []].append(left.literal(option))
    }
    for excluded in order { atMost(1, (rows[excluded] ?? []) + excluded) }
  }
}

extension MeetingTimes {
  /// At most `bound(week, atom)` of the members' literals that cover an atom, for each atom and week class.
  ///
  /// `echoes` are further literals that hold exactly when a meeting's own literal does, for what counts twice.
  /// `instead` are the literals of members that count in another way than by being held.
  func covering(
    _ members: [Int], in rows: inout RuleRows, echoes: [Int: [[Int32]]] = [:], instead: [Int: [Int32]] = [:],
    bound: (_ week: Int, _ atom: Int) -> Int
  ) {
    for week in weeks.indices {
      let held = members.filter { weekSet($0).meets(weeks[week]) }
      guard !held.isEmpty else { continue }
      var literals = [[Int32]](repeating: [], count: atoms.count)
      var holders = [Int](repeating: 0, count: atoms.count)
      for member in held {
        let copies = echoes[member] ?? []
        var last = [Int: Int]()
        for (option, span) in spans(member).enumerated() {
          for atom in atoms(of: span) {
            literals[atom].append(instead[member]?[option] ?? meetings[member].literal(option))
            for copy in copies { literals[atom].append(copy[option]) }
            if last.updateValue(member, forKey: atom) == nil { holders[atom] += 1 + copies.count }
          }
        }
      }
      var previous: ([Int32], Int)?
      for atom in atoms.indices {
        let limit = bound(week, atom)
        guard holders[atom] > limit, previous.map({ $0.0 != literals[atom] || $0.1 != limit }) ?? true else { continue }
        rows.atMost(limit, literals[atom])
        previous = (literals[atom], limit)
      }
    }
  }
}
