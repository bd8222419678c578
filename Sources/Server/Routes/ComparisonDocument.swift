import Jobs
import Persistence
import Timetabling

/// The variants of a job side by side: one row for each criterion, with the best of it.
struct ComparisonDocument: Encodable {
  struct Column: Encodable {
    var variant: String
    var ordinal: Int
    var name: String
    var strategy: String
    var cost: Int64
    var placed: Int
    var unplaced: Int
    var hardViolations: Int
    var certified: Bool
    /// Whether the term's data have changed since it was made.
    var outdated: Bool
    /// How many criteria it is the best of, shared firsts included.
    var firsts: Int
    /// The variants that are worse than it in nothing and better in something: there is no reason to choose it.
    var dominatedBy: [String]
  }

  struct Row: Encodable {
    var criterion: String
    /// In the order of the columns; less is better. Nil where a variant was not measured.
    var units: [Int?]
    /// 1 at the attainable best, 0 at the bound for the worst.
    var values: [Double?]
    /// The variants with the fewest units, of those that hold everything and break nothing; of all where none does.
    var best: [String]
    /// True where the input leaves no choice: the row tells nothing.
    var decided: Bool
  }

  struct Difference: Encodable {
    var left: String
    var right: String
    /// Meetings at another time, or placed in one of the two only.
    var moved: Int
    var otherRoom: Int
  }

  var job: String
  var variants: [Column]
  var criteria: [Row]
  var differences: [Difference]

  init(_ comparison: VariantComparison, job: JobID) {
    self.job = job.description
    let all = comparison.variants.map(\.facts)
    let ids = all.map { $0.id.uuidString.lowercased() }
    // What is left out saves gaps and rooms: a partial variant is the best of nothing while there is a whole one.
    let whole = all.map(\.scoreCard.isWhole)
    let isRanked = whole.contains(true) ? whole : all.map { _ in true }
    criteria = Criterion.allCases.map { criterion in
      let scores = all.map { $0.scoreCard[criterion] }
      let fewest = zip(scores, isRanked).compactMap { $1 ? $0?.units : nil }.min()
      return Row(
        criterion: criterion.rawValue, units: scores.map { $0?.units }, values: scores.map { $0?.value },
        best: zip(ids, zip(scores, isRanked)).filter { fewest != nil && $0.1.1 && $0.1.0?.units == fewest }.map(\.0),
        decided: scores.allSatisfy { $0?.isDecided ?? true })
    }
    let rows = criteria
    variants = zip(ids, all).map { id, facts in
      Column(
        variant: id, ordinal: facts.ordinal, name: facts.name, strategy: facts.strategyID, cost: facts.cost,
        placed: facts.placed, unplaced: facts.unplaced, hardViolations: facts.scoreCard.hardViolations,
        certified: facts.certificate != nil, outdated: !facts.isCurrent,
        firsts: rows.count { !$0.decided && $0.best.contains(id) },
        dominatedBy: zip(ids, all).filter { $0.1.scoreCard.dominates(facts.scoreCard) }.map(\.0))
    }
    let byOrdinal = Dictionary(zip(all.map(\.ordinal), ids), uniquingKeysWith: { first, _ in first })
    differences = comparison.differences.compactMap { difference in
      guard let left = byOrdinal[difference.left], let right = byOrdinal[difference.right] else { return nil }
      return Difference(left: left, right: right, moved: difference.moved, otherRoom: difference.otherRoom)
    }
  }
}
