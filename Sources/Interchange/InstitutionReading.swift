import Timetabling

/// What every reader of an institution's data answers.
public struct InstitutionReading: Sendable {
  /// Given exactly when nothing is wrong.
  public var problem: Problem?
  /// Everything that is wrong, in the order of the input, at most `ReadingLimits.issues`.
  public var issues: [DataIssue]
  /// How many more there were.
  public var omittedIssues: Int

  public init(problem: Problem?, issues: [DataIssue] = [], omittedIssues: Int = 0) {
    self.problem = issues.isEmpty ? problem : nil
    self.issues = issues
    self.omittedIssues = omittedIssues
  }
}

extension InstitutionReading {
  /// Code of the issue that ends a reading: more lessons than `ReadingLimits.elements` allows.
  public static let tooManyLessons = "size.too-many-lessons"
  /// Code of the issue that ends a reading: its deadline came.
  public static let tookTooLong = "size.too-slow"

  /// The same, after asking whether the institution makes sense. Places are pointers into the JSON document.
  func checked(_ limits: ReadingLimits) -> InstitutionReading {
    guard let problem else { return self }
    let found = ProblemCheck.result(of: problem, limit: limits.issues, until: limits.deadline)
    guard found.isWhole else { return .late }
    return InstitutionReading(problem: problem, issues: found.issues, omittedIssues: found.omitted)
  }

  /// Nothing can be said of an institution that was looked at in part.
  static let late = InstitutionReading(
    problem: nil,
    issues: [
      DataIssue(place: "", code: tookTooLong, message: "Reading took too long.\nMaybe import it in parts, or later.")
    ])
}

/// Collects issues up to a limit and counts the rest.
struct IssueList {
  private(set) var listed: [DataIssue] = []
  private(set) var omitted = 0
  private let limit: Int

  init(limit: Int) { self.limit = max(1, limit) }

  var isEmpty: Bool { listed.isEmpty }

  /// The place is worked out only for an issue that is listed.
  mutating func add(at place: @autoclosure () -> String, _ code: String, _ message: @autoclosure () -> String) {
    if listed.count < limit {
      listed.append(DataIssue(place: place().cut(to: 300), code: code, message: message().cut(to: 1_000)))
    } else {
      omitted += 1
    }
  }

  func reading(_ problem: Problem?) -> InstitutionReading {
    InstitutionReading(problem: problem, issues: listed, omittedIssues: omitted)
  }
}

extension String {
  /// Names and values of the input stand in messages, and must not make an answer as long as the input.
  fileprivate func cut(to limit: Int) -> String {
    utf8.count <= limit ? self : String(unicodeScalars.prefix(limit)) + "…"
  }
}
