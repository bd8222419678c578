import Timetabling

/// A problem from one file, whatever its format; the name's ending tells which, in capitals or not.
public enum ProblemFile {
  public enum Format: Sendable {
    case institution, ctt, fet
    /// University course timetabling of 2019: a problem of another kind, which `ITC2019` reads.
    case courses
  }

  /// Nil for an ending that tells none.
  public static func format(of name: String) -> Format? {
    switch name.split(separator: ".").last?.lowercased() {
    case "json": .institution
    case "ctt", "ectt": .ctt
    case "fet": .fet
    case "xml": .courses
    default: nil
    }
  }

  /// Reads and checks. Places begin with the file's name.
  public static func read(
    name: String, bytes: [UInt8], limits: ReadingLimits = ReadingLimits(),
    roomConstraints: CTT.RoomConstraints = .hard
  ) -> InstitutionReading {
    switch format(of: name) {
    case .institution: InstitutionDocument.readAndCheck(bytes, limits: limits).placed(in: name)
    case .ctt: CTT.readAndCheck(bytes, limits: limits, roomConstraints: roomConstraints).placed(in: name)
    case .fet: FET.readAndCheck(bytes, limits: limits).placed(in: name)
    case .courses:
      refusal(
        name, "file.courses",
        "'\(name)' is a problem of the competition of 2019, in which students choose classes, and this reads institutions only.\nMaybe 'horariumctl solve' is meant, which takes it."
      )
    case nil:
      refusal(
        name, "file.format",
        "The ending of '\(name)' tells no format.\nMaybe it should be .json, .ctt, .ectt, .fet or .xml; of CSV files name the folder."
      )
    }
  }

  private static func refusal(_ name: String, _ code: String, _ message: String) -> InstitutionReading {
    InstitutionReading(problem: nil, issues: [DataIssue(place: name, code: code, message: message)])
  }
}
