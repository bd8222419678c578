import Foundation
import Persistence
import Tenancy
import Verification

/// How a timetable stands to the term's present data, as the API shows it. Whoever acts for some of its departments
/// only gets numbers without names.
struct StandingDocument: Encodable {
  /// Of lists that may be long, the first ones are shown, and the rest is counted.
  static let shown = 100

  struct Missing: Encodable {
    var lesson: String
    /// From 0.
    var meeting: Int
    var name: String
    /// Left out in what is published: they name people.
    var reasons: [String]?

    init(_ missing: MissingMeeting, withReasons: Bool = true) {
      lesson = missing.lesson.rawValue
      meeting = missing.meeting
      name = missing.name
      reasons = withReasons ? missing.reasons : nil
    }
  }

  struct Waived: Encodable {
    var lessons: [String]
    var comment: String
    var actor: String
    var actorName: String
    var at: Date
    /// False where other meetings are missing now: it counts for nothing then.
    var covers: Bool

    init(_ waiver: Waiver, covers: Bool, mayBeNamed: Bool) {
      lessons = mayBeNamed ? waiver.lessons.map(\.rawValue) : []
      comment = waiver.comment
      actor = waiver.actor
      actorName = waiver.actorName
      at = waiver.at
      self.covers = covers
    }
  }

  var judgment: String
  var madeFrom: String
  var present: String
  var hardViolations: Int
  var violations: [Violation]
  var missingMeetings: Int
  var missing: [Missing]
  var waiver: Waived?

  init(_ standing: PresentStanding) {
    judgment = standing.judgment.rawValue
    madeFrom = standing.madeFrom
    present = standing.present
    hardViolations = standing.violationCount
    violations = standing.mayBeNamed ? Array(standing.violations.prefix(Self.shown)) : []
    missingMeetings = standing.missing.count
    missing = standing.mayBeNamed ? standing.missing.prefix(Self.shown).map { Missing($0) } : []
    waiver = standing.waiver.map { Waived($0, covers: $0.covers(standing.missing), mayBeNamed: standing.mayBeNamed) }
  }
}

extension Workflow {
  /// Whether the present data have a say in it: it may still be published, or is what people see.
  var canBeOutdated: Bool { state != .rejected && state != .archived }
}

extension Problem {
  /// Names every rule that today's data break, or every meeting that has no place.
  init(_ refusal: StandingRefusal) {
    let standing = refusal.standing
    var problem = Problem(translating: refusal.refusal) ?? Problem(.wrongState, refusal.description)
    var all: [Issue] = []
    switch refusal.refusal {
    case .incomplete:
      if let waiver = standing.waiver {
        let lessons = waiver.lessons.map(\.rawValue).joined(separator: ", ")
        let message = "The waiver of \(waiver.actorName) was for other meetings, of \(lessons): it is void."
        all.append(Issue(pointer: "waiver", code: "waiver.void", message: message))
      }
      all += standing.missing.map { Issue($0) }
    case .outdated, .certificateMissing:
      all += standing.violations.map {
        Issue(pointer: $0.lessons.first?.rawValue ?? $0.rule, code: $0.rule, message: $0.message)
      }
    default: break
    }
    let count = max(all.count, standing.violationCount)
    problem.issues = Array(all.prefix(StandingDocument.shown))
    problem.omittedIssues = max(0, count - problem.issues.count)
    if !all.isEmpty {
      let id = refusal.timetable.uuidString.lowercased()
      problem.detail = (problem.detail ?? "") + "\nMaybe order a generation with \"baseTimetable\": \"\(id)\"."
    }
    self = problem
  }

  init(_ mismatch: WaiverMismatch) {
    let needless = mismatch.needless.map {
      Issue(pointer: $0.rawValue, code: "waiver.needless", message: "\($0) is named, and no meeting of it is missing.")
    }
    let all = needless + mismatch.unnamed.map { Issue($0) }
    self.init(
      .waiverMismatch, mismatch.description, issues: Array(all.prefix(StandingDocument.shown)),
      omittedIssues: max(0, all.count - StandingDocument.shown))
  }
}

extension Problem.Issue {
  init(_ missing: MissingMeeting) {
    let reasons = missing.reasons.isEmpty ? "" : " " + missing.reasons.joined(separator: " ")
    self.init(
      pointer: missing.lesson.rawValue, code: "lesson.missing",
      message: "Meeting \(missing.meeting + 1) of \(missing.name) (\(missing.lesson)) has no place.\(reasons)")
  }
}
