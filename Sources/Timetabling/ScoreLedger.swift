/// Books the units of one measure under lessons and under those they fall on, splitting without a remainder.
struct ScoreLedger {
  private(set) var units = 0
  private var lessons: [Int: Int] = [:]
  private var holders: [Holder: Int] = [:]

  struct Holder: Hashable {
    let kind: ScoreShare.Kind
    let id: String
  }

  /// `units` are caused by the lessons together, in equal parts, and fall on the holders, in equal parts.
  mutating func book(_ units: Int, lessons involved: [Int], on holders: [Holder]) {
    guard units != 0 else { return }
    self.units += units
    for (lesson, part) in Self.split(units * 1000, among: Set(involved).sorted(), nobody: -1) {
      lessons[lesson, default: 0] += part
    }
    for (holder, part) in Self.split(units * 1000, among: holders, nobody: Holder(kind: .nobody, id: "")) {
      self.holders[holder, default: 0] += part
    }
  }

  private static func split<Key>(_ total: Int, among keys: [Key], nobody: Key) -> [(Key, Int)] {
    guard !keys.isEmpty else { return [(nobody, total)] }
    let (share, rest) = total.quotientAndRemainder(dividingBy: keys.count)
    return keys.enumerated().map { ($1, share + ($0 < rest ? 1 : 0)) }
  }

  func item(_ term: String, constraint: String? = nil, best: Int, worst: Int, in problem: Problem) -> ScoreItem {
    ScoreItem(
      term: term, constraint: constraint, units: units, best: best, worst: worst,
      lessons: lessons.map { lesson, part in
        lesson < 0
          ? ScoreShare(kind: .nobody, id: "", thousandths: part)
          : ScoreShare(kind: .lesson, id: problem.lessons[lesson].id.rawValue, thousandths: part)
      }.sorted { $0.id < $1.id },
      holders: holders.map { ScoreShare(kind: $0.key.kind, id: $0.key.id, thousandths: $0.value) }
        .sorted { ($0.kind.rawValue, $0.id) < ($1.kind.rawValue, $1.id) })
  }
}
