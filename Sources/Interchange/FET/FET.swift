import Timetabling

/// What became of a `.fet` file.
public struct FETReading: Sendable {
  /// Given when the file could be read, also without the constraints of `unsupported`.
  public var problem: Problem?
  public var issues: [DataIssue]
  /// The kinds of active constraints that were left out, with how many there are.
  public var unsupported: [String: Int]
  /// Why the file's mode of work is not read, nil for the usual one.
  public var modeProblem: String?
  /// Activities that are active: the lessons.
  public var activities: Int
}

/// FET, the free timetabling program: versions 5 and 6, its official mode.
///
/// An active activity becomes a lesson with one meeting a week. FET's hours have names and no
/// times, so periods of 60 minutes are invented. Weights below 100 % become weighted constraints.
/// Where FET and our catalogue count differently, ours is the stricter: what we call valid, FET does too.
public enum FET {
  public static func read(_ bytes: [UInt8], limits: ReadingLimits = ReadingLimits()) -> FETReading {
    var reading = FETReading(problem: nil, issues: [], unsupported: [:], modeProblem: nil, activities: 0)
    switch XMLTreeReader.read(bytes, limits: limits) {
    case .failure(let failure):
      reading.issues = [failure.issue]
    case .success(let root) where root.name.lowercased() != "fet":
      reading.issues = [
        DataIssue(
          place: "line \(root.line)", code: "fet.root", message: "The file's root is '\(root.name)', not 'fet'.")
      ]
    case .success(let root):
      let mode = root.text("Mode") ?? "Official"
      if mode != "Official" {
        reading.modeProblem =
          "The file is in FET's mode '\(mode)', which is not read.\nMaybe save it in the mode Official."
        return reading
      }
      var mapping = FETMapping(issueLimit: limits.issues)
      mapping.map(root)
      reading.problem = mapping.issues.isEmpty ? mapping.problem : nil
      reading.issues = mapping.issues.listed
      reading.unsupported = mapping.unsupported
      reading.activities = mapping.problem.lessons.count
    }
    return reading
  }
}
