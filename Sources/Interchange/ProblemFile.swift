import Timetabling

/// A problem from one file, whatever its format; the name's ending tells which.
public enum ProblemFile {
  /// A `.fet` file with constraints that are not understood is refused, naming them: what was
  /// solved would not be what was asked.
  public static func read(
    name: String, bytes: [UInt8], limits: ReadingLimits = ReadingLimits()
  ) -> InstitutionReading {
    switch name.split(separator: ".").last?.lowercased() {
    case "json": InstitutionDocument.read(bytes, limits: limits)
    case "ctt", "ectt": CTT.read(bytes, limits: limits)
    case "fet": complete(FET.read(bytes, limits: limits))
    default:
      InstitutionReading(
        problem: nil,
        issues: [
          DataIssue(
            place: name, code: "file.format",
            message: "The ending of '\(name)' tells no format.\nMaybe it should be .json, .ctt, .ectt or .fet.")
        ])
    }
  }

  private static func complete(_ reading: FETReading) -> InstitutionReading {
    var issues = reading.issues
    if let mode = reading.modeProblem { issues.append(DataIssue(place: "/fet/Mode", code: "fet.mode", message: mode)) }
    for (kind, count) in reading.unsupported.sorted(by: { $0.key < $1.key }) {
      issues.append(
        DataIssue(
          place: "/fet/\(kind)", code: "fet.unsupported",
          message: "\(count) constraints of the kind '\(kind)' are not understood.\nMaybe switch them off in FET."))
    }
    return InstitutionReading(problem: reading.problem, issues: issues)
  }
}
