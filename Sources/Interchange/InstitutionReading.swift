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
  /// The same, after asking whether the institution makes sense. Places are pointers into the JSON document.
  func checked(limit: Int) -> InstitutionReading {
    guard let problem else { return self }
    let found = ProblemCheck.issues(in: problem)
    return InstitutionReading(
      problem: problem, issues: Array(found.prefix(limit)), omittedIssues: max(0, found.count - limit))
  }
}

/// How much a reader takes from somebody it does not trust.
public struct ReadingLimits: Sendable {
  /// Input beyond this many bytes is not looked at. Default 64 MB.
  public var bytes: Int
  /// Objects and arrays within one another. Default 32.
  public var depth: Int
  /// Issues listed; the rest is counted. Default 1,000.
  public var issues: Int

  public init(bytes: Int = 64 << 20, depth: Int = 32, issues: Int = 1_000) {
    self.bytes = bytes
    self.depth = depth
    self.issues = issues
  }
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
      listed.append(DataIssue(place: place(), code: code, message: message()))
    } else {
      omitted += 1
    }
  }

  func reading(_ problem: Problem?) -> InstitutionReading {
    InstitutionReading(problem: problem, issues: listed, omittedIssues: omitted)
  }
}
