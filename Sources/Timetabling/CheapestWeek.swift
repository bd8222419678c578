/// The cheapest week of somebody who attends one meeting at a time.
///
/// A dynamic program over the starts of the week in their order, exact for meetings of any lengths: of all ways to lay
/// the same number of meetings of each kind up to a start it keeps the cheapest.
struct CheapestWeek {
  /// A place in the week, in minutes since its begin, and what it costs to hold a meeting there.
  struct Choice: Hashable {
    var start: Int
    var end: Int
    var cost: Int
  }

  /// Meetings that may be held at the same places for the same costs.
  private struct Kind {
    /// Sorted by start, no start twice.
    var choices: [Choice]
    var count: Int

    var length: Int { choices.first.map { $0.end - $0.start } ?? 0 }

    /// Both as meetings that have the choices of either, the cheaper and the shorter at each start.
    func merged(with other: Kind) -> Kind {
      var byStart = Dictionary(choices.map { ($0.start, $0) }, uniquingKeysWith: { first, _ in first })
      for choice in other.choices {
        let known = byStart[choice.start] ?? choice
        byStart[choice.start] = Choice(
          start: choice.start, end: min(known.end, choice.end), cost: min(known.cost, choice.cost))
      }
      return Kind(choices: byStart.values.sorted { $0.start < $1.start }, count: count + other.count)
    }
  }

  /// Beyond it kinds are merged, which costs no more than they do. Enough for 27 meetings of three kinds; in
  /// universities of up to 8,300 lessons nobody needs more than 112.
  private static let mostStates = 1024

  private var kinds: [Kind] = []
  private var positions: [[Choice]: Int] = [:]

  /// - Parameter choices: sorted by start, no start twice
  mutating func add(_ choices: [Choice], count: Int) {
    if let known = positions[choices] {
      kinds[known].count += count
    } else {
      positions[choices] = kinds.count
      kinds.append(Kind(choices: choices, count: count))
    }
  }

  /// No way to lay all meetings costs less; exact as long as no kinds are merged. Nil where there is no way.
  var cost: Int? {
    let kinds = fewKinds
    let starts = Set(kinds.flatMap { $0.choices.map(\.start) }).sorted()
    // One start serves one meeting; with more than these the states would be without limit.
    guard kinds.reduce(0, { $0 + $1.count }) <= starts.count else { return nil }
    let states = Self.states(kinds)
    let none = Int.max / 2
    // In rows, one for each start and one for the week's end: the least cost before it, by how many meetings of each
    // kind are laid, counted as digits of one number.
    var least = [Int](repeating: none, count: (starts.count + 1) * states)
    least[0] = 0
    var next = [Int](repeating: 0, count: kinds.count)
    for (row, start) in starts.enumerated() {
      let here = row * states
      for state in here..<here + states where least[state] < least[state + states] {
        least[state + states] = least[state]
      }
      var carry = 1
      for (position, kind) in kinds.enumerated() {
        let unit = carry
        carry *= kind.count + 1
        guard next[position] < kind.choices.count, kind.choices[next[position]].start == start else { continue }
        let choice = kind.choices[next[position]]
        next[position] += 1
        var after = row + 1
        while after < starts.count, starts[after] < choice.end { after += 1 }
        let step = (after - row) * states + unit
        for block in stride(from: here, to: here + states, by: carry) {
          for state in block..<block + unit * kind.count where least[state] + choice.cost < least[state + step] {
            least[state + step] = least[state] + choice.cost
          }
        }
      }
    }
    return least.last.flatMap { $0 < none ? $0 : nil }
  }

  /// No more numbers of meetings laid than `mostStates`: of kinds most alike in length the smallest are merged first.
  private var fewKinds: [Kind] {
    var kinds = kinds.sorted { ($0.length, $0.count) < ($1.length, $1.count) }
    while kinds.count > 1, Self.states(kinds) > Self.mostStates {
      let next = (1..<kinds.count).min { one, other in
        func loss(_ position: Int) -> (Int, Int) {
          let (left, right) = (kinds[position - 1], kinds[position])
          return (right.length - left.length, left.count + right.count)
        }
        return loss(one) < loss(other)
      }
      guard let next else { break }
      let right = kinds.remove(at: next)
      kinds[next - 1] = kinds[next - 1].merged(with: right)
    }
    return kinds
  }

  private static func states(_ kinds: [Kind]) -> Int { kinds.reduce(1) { min($0 * ($1.count + 1), 1 << 32) } }
}
