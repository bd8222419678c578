import Timetabling

/// A whole institution as a folder of CSV files, one for each kind of thing.
///
/// The rows are put together to the import document and read by its reader, so both forms have the
/// same rules, defaults and messages; places are `rooms.csv:12:capacity`.
public enum CSVFolder {
  /// File names to contents. `term.csv`, `grid.csv` and `lessons.csv` must be there.
  public static func read(
    _ files: [String: [UInt8]], limits: ReadingLimits = ReadingLimits()
  ) -> InstitutionReading { read(files, limits: limits, isChecked: false) }

  public static func readAndCheck(
    _ files: [String: [UInt8]], limits: ReadingLimits = ReadingLimits()
  ) -> InstitutionReading { read(files, limits: limits, isChecked: true) }

  private static func read(_ files: [String: [UInt8]], limits: ReadingLimits, isChecked: Bool) -> InstitutionReading {
    var issues = IssueList(limit: limits.issues)
    let size = files.values.reduce(0) { $0 + $1.count }
    guard size <= limits.bytes else {
      issues.add(at: "", "csv.too-large", "The files have \(size) bytes together, more than \(limits.bytes).")
      return issues.reading(nil)
    }
    var assembly = CSVAssembly(files: files, limits: limits, issues: issues)
    if limits.isLate { return .late }
    // A file that passes a limit was read in part: what would be said of the rest is not worth its cost.
    if assembly.isOverLimits { return assembly.issues.reading(nil) }
    let document = assembly.document().serialized()
    if limits.isLate { return .late }
    guard let text = try? JSONParser.parse(document.bytes, depth: limits.depth) else {
      preconditionFailure("the document assembled from CSV files is not JSON")
    }
    let reading = JSONReading(
      text: text, issues: assembly.issues, limits: limits, places: document.places, remarks: document.remarks)
    let problem = reading.object(JSONText.root, "document") { $0.problem() }
    if reading.isLate { return .late }
    let result = reading.issues.reading(problem).remarking(assembly.remarks)
    return isChecked ? result.checked(limits) { document.places[text.node(at: $0)] } : result
  }
}
