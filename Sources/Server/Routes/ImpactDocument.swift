import Persistence
import Verification

/// What an import does to a timetable that is published or on its way there.
struct ImpactDocument: Encodable {
  /// As many violations and meetings are named; the rest is counted.
  private static let shown = 5

  var workflow: String
  var timetable: String
  var variantName: String
  var state: String
  /// `current`, `legal` or `broken` under the new data.
  var judgment: String
  var outdated: Bool
  var hardViolations: Int
  var violations: [Violation]
  var missingMeetings: Int
  var missing: [StandingDocument.Missing]

  init(_ impact: TimetableImpact) {
    workflow = impact.workflow.id.uuidString.lowercased()
    timetable = impact.workflow.timetable.uuidString.lowercased()
    variantName = impact.workflow.variantName
    state = impact.workflow.state.rawValue
    judgment = impact.judgment.rawValue
    outdated = impact.judgment != .current
    hardViolations = impact.violationCount
    violations = Array(impact.violations.prefix(Self.shown))
    missingMeetings = impact.missing.count
    missing = impact.missing.prefix(Self.shown).map { StandingDocument.Missing($0) }
  }
}
