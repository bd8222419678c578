import Timetabling

/// FET, the free timetabling program: versions 5 and 6, its official mode.
///
/// An active activity becomes a lesson with one meeting a week. FET's hours have names; where these are clock times, they
/// are the times (`FETClock`). Weights below 100 % become weighted constraints.
/// Where FET and our catalogue count differently, ours is the stricter: what we call valid, FET does too.
public enum FET {
  /// Kinds of constraints that are not understood, and modes that are not read, are `unsupported`: there is no problem then.
  public static func read(_ bytes: [UInt8], limits: ReadingLimits = ReadingLimits()) -> InstitutionReading {
    read(bytes, limits: limits, isChecked: false)
  }

  /// The same, and whether the institution makes sense; places are lines of the file.
  public static func readAndCheck(_ bytes: [UInt8], limits: ReadingLimits = ReadingLimits()) -> InstitutionReading {
    read(bytes, limits: limits, isChecked: true)
  }

  private static func read(_ bytes: [UInt8], limits: ReadingLimits, isChecked: Bool) -> InstitutionReading {
    switch XMLTreeReader.read(bytes, limits: limits) {
    case .failure(let failure):
      return InstitutionReading(problem: nil, issues: [failure.issue])
    case .success(let root) where root.name.lowercased() != "fet":
      let advice = root.name == "problem" ? "\nMaybe it is a problem of the competition of 2019: call it .xml." : ""
      return InstitutionReading(
        problem: nil,
        issues: [
          DataIssue(
            place: "line \(root.line)", code: "fet.root",
            message: "The file's root is '\(root.name)', not 'fet'.\(advice)")
        ])
    case .success(let root):
      if let mode = foreignMode(root) { return InstitutionReading(problem: nil, unsupported: [mode]) }
      var mapping = FETMapping(issueLimit: limits.issues)
      mapping.map(root)
      let reading = mapping.reading
      return isChecked ? reading.checked(limits, at: mapping.places.place) : reading
    }
  }

  /// Before version 6 each mode was a program of its own, which put its name behind its version: `5.27.3-ma10`.
  private static func foreignMode(_ root: XMLElement) -> DataIssue? {
    let official = "Official"
    if let mode = root.child("Mode"), let name = root.text("Mode"), name != official {
      return DataIssue(
        place: "line \(mode.line)", code: "fet.mode",
        message: "The file is in FET's mode '\(name)', which is not read.\nMaybe save it in the mode \(official).")
    }
    guard root.child("Mode") == nil, let version = root.attributes["version"], version.contains("-") else { return nil }
    return DataIssue(
      place: "line \(root.line)", code: "fet.mode",
      message: "The file was written by FET \(version), a variant of FET with a mode of its own, which is not read.\n"
        + "Maybe open it with FET 6 and save it in the mode \(official).")
  }
}
