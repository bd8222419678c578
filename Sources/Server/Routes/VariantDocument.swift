import Foundation
import Persistence
import Tenancy
import Timetabling
import Tokens

/// A variant as the API shows it, without its entries.
struct VariantDocument: Encodable {
  struct Measure: Encodable {
    var criterion: String
    var units: Int
    var best: Int
    var worst: Int
    /// 1 at the attainable best, 0 at the bound for the worst.
    var value: Double
    /// True where the input leaves no choice.
    var decided: Bool

    init(_ score: CriterionScore) {
      criterion = score.criterion.rawValue
      units = score.units
      best = score.best
      worst = score.worst
      value = score.value
      decided = score.isDecided
    }
  }

  var id: String
  var job: String
  var ordinal: Int
  var timetable: String
  var name: String
  var strategy: String
  var strategyVersion: String
  var weights: [String: Int]
  var cost: Int64
  var criteria: [Measure]
  var constraintViolations: [String: Int]
  var hardViolations: Int
  var placed: Int
  var unplaced: Int
  var certified: Bool
  /// Whether the term's data have changed since it was made: certificate and scores are for the earlier ones.
  var outdated: Bool
  /// The approval that began with it, if one did.
  var workflow: String?
  /// There where the job did not come to its end.
  var kept: Kept?
  /// Degraded and skipped steps.
  var notes: StrictJSON
  var createdAt: Date
  var links: [String: String]

  init(_ row: VariantRow) {
    let facts = row.facts
    id = facts.id.uuidString.lowercased()
    job = facts.job.uuidString.lowercased()
    ordinal = facts.ordinal
    timetable = facts.timetable.uuidString.lowercased()
    name = facts.name
    strategy = facts.strategyID
    strategyVersion = facts.strategyVersion
    weights = facts.weights
    cost = facts.cost
    criteria = facts.scoreCard.criteria.map(Measure.init)
    constraintViolations = facts.scoreCard.constraintViolations
    hardViolations = facts.scoreCard.hardViolations
    placed = facts.placed
    unplaced = facts.unplaced
    certified = facts.certificate != nil
    outdated = !facts.isCurrent
    workflow = facts.workflow?.uuidString.lowercased()
    kept = facts.kept
    notes = (try? StrictJSON(row.notes)) ?? .null
    createdAt = facts.createdAt
    links = [
      "self": "/v1/variants/\(id)", "timetable": "/v1/variants/\(id)/timetable",
      "certificate": "/v1/variants/\(id)/certificate", "job": "/v1/generation-jobs/\(job)",
    ]
  }
}

/// A week, whole or of one person, group or room.
struct TimetableView: Encodable {
  var timetable: String
  var variant: String?
  var name: String?
  var rows: [MeetingDocument]
  var unplaced: [Unplaced]?
  /// The departments whose meetings are shown, where the reader acts for some only.
  var departments: [String]?

  init(
    timetable: UUID, variant: UUID?, name: String?, rows: [WeekRow], unplaced: [Unplaced]? = nil, scope: DepartmentScope
  ) {
    self.timetable = timetable.uuidString.lowercased()
    self.variant = variant?.uuidString.lowercased()
    self.name = name
    self.rows = rows.map(MeetingDocument.init)
    self.unplaced = unplaced
    if case .only(let own) = scope { departments = own.sorted() }
  }
}
