import Patterns
import Timetabling

/// What became of a competition problem.
public struct CourseReading: Sendable {
  /// Given exactly when nothing is wrong.
  public var problem: CourseProblem?
  /// Everything that is wrong, in the order of the file, each with its line; at most `ReadingLimits.issues`.
  public var issues: [DataIssue]
  /// How many more there were.
  public var omittedIssues: Int
  /// What was passed over, each kind named once: elements and attributes that the format does not know, times that a
  /// class has twice.
  public var ignored: [DataIssue]
}

/// University course timetabling as the International Timetabling Competition 2019 writes it (`.xml`).
///
/// Format: www.itc2019.org/format.
public enum ITC2019 {
  /// The competition's largest files have some 60 MB.
  public static let defaultLimits = ReadingLimits(bytes: 256 << 20, depth: 16)

  public static func read(_ bytes: [UInt8], limits: ReadingLimits = defaultLimits) -> CourseReading {
    var issues = IssueList(limit: limits.issues)
    guard bytes.count <= limits.bytes else {
      issues.add(at: "line 1", "file.too-large", "The file has \(bytes.count) bytes, more than \(limits.bytes).")
      return CourseReading(problem: nil, issues: issues.listed, omittedIssues: 0, ignored: [])
    }
    var reader = ITC2019Reader(issues: issues)
    var scanner = TagScanner(TextEncoding.utf8(of: bytes), depthLimit: limits.depth)
    do {
      try reader.read(&scanner)
    } catch {
      reader.issues.add(at: "line \(error.line)", "xml.syntax", error.message)
    }
    return reader.reading()
  }

  /// Whether the file looks like a problem of this format: its first element is `problem`.
  public static func recognizes(_ bytes: [UInt8]) -> Bool {
    var scanner = TagScanner(bytes, depthLimit: 1)
    return (try? scanner.root())?.name == "problem"
  }
}
