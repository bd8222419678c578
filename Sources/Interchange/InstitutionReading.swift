import Timetabling

/// What every reader of an institution's data answers.
///
/// There is no way to a problem past what was not understood: it is given exactly when the reader used everything.
public struct InstitutionReading: Sendable {
  /// Given exactly when nothing is wrong and nothing that counts was left out.
  public private(set) var problem: Problem?
  /// Everything that is wrong, in the order of the input, at most `ReadingLimits.issues`.
  public private(set) var issues: [DataIssue]
  /// How many more there were.
  public private(set) var omittedIssues: Int
  /// What the input asks for in good order and is not understood here: a timetable made without it is not what was asked.
  public private(set) var unsupported: [DataIssue]
  /// What was passed over because it means nothing here; to be told, and no reason to stop.
  public private(set) var remarks: [DataIssue]

  public init(
    problem: Problem?, issues: [DataIssue] = [], omittedIssues: Int = 0, unsupported: [DataIssue] = [],
    remarks: [DataIssue] = []
  ) {
    self.problem = issues.isEmpty && unsupported.isEmpty ? problem : nil
    self.issues = issues
    self.omittedIssues = omittedIssues
    self.unsupported = unsupported
    self.remarks = remarks
  }
}

extension InstitutionReading {
  /// Code of the issue that ends a reading: more lessons than `ReadingLimits.elements` allows.
  public static let tooManyLessons = "size.too-many-lessons"
  /// Code of the issue that ends a reading: its deadline came.
  public static let tookTooLong = "size.too-slow"

  /// The same, after asking whether the institution makes sense.
  ///
  /// - Parameter place: turns a pointer into the document to the place in what was read
  func checked(_ limits: ReadingLimits, at place: (String) -> String = { $0 }) -> InstitutionReading {
    guard let problem else { return self }
    let found = ProblemCheck.result(of: problem, limit: limits.issues, until: limits.deadline, at: place)
    guard found.isWhole else { return .late }
    return InstitutionReading(
      problem: problem, issues: found.issues, omittedIssues: found.omitted, remarks: remarks)
  }

  /// With the name of the file before each place: `school.fet:12`.
  func placed(in file: String) -> InstitutionReading {
    InstitutionReading(
      problem: problem, issues: issues.map { $0.placed(in: file) }, omittedIssues: omittedIssues,
      unsupported: unsupported.map { $0.placed(in: file) }, remarks: remarks.map { $0.placed(in: file) })
  }

  func remarking(_ more: [DataIssue]) -> InstitutionReading {
    InstitutionReading(
      problem: problem, issues: issues, omittedIssues: omittedIssues, unsupported: unsupported,
      remarks: remarks + more)
  }

  /// Nothing can be said of an institution that was looked at in part.
  static let late = InstitutionReading(
    problem: nil,
    issues: [
      DataIssue(place: "", code: tookTooLong, message: "Reading took too long.\nMaybe import it in parts, or later.")
    ])
}

extension DataIssue {
  func placed(in file: String) -> DataIssue {
    let line = place.hasPrefix("line ") ? String(place.dropFirst(5)) : place
    return DataIssue(place: line.isEmpty ? file : "\(file):\(line)", code: code, message: message)
  }
}

/// Collects issues up to a limit and counts the rest.
struct IssueList {
  private(set) var listed: [DataIssue] = []
  private(set) var omitted = 0
  private let limit: Int

  init(limit: Int) { self.limit = max(1, limit) }

  var isEmpty: Bool { listed.isEmpty }
  var count: Int { listed.count + omitted }

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
