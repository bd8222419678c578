import Foundation
import Timetabling

/// The import document `horarium/1`: one JSON object with a whole institution.
///
/// It is `Problem`'s own form plus `format`, with shorthands for people: times as `08:30` or
/// minutes, a time grid as lists of days and periods, weeks as `odd`, `even` or a pattern, and a
/// default for nearly everything. `tenants/institution.schema.json` describes it.
public enum InstitutionDocument {
  public static let format = "horarium/1"

  /// Reads bytes that nobody has looked at. Reports everything that is wrong with their form in
  /// one pass; whether the institution makes sense is `ProblemCheck`'s question.
  public static func read(_ bytes: [UInt8], limits: ReadingLimits = ReadingLimits()) -> InstitutionReading {
    var issues = IssueList(limit: limits.issues)
    let limit = min(limits.bytes, Int(Int32.max) - 1)
    guard bytes.count <= limit else {
      issues.add(
        at: "", "json.too-large",
        "The document has \(bytes.count) bytes, more than \(limit).\nMaybe import it department by department.")
      return issues.reading(nil)
    }
    let bytes = TextEncoding.utf8(of: bytes)
    do throws(JSONParser.Failure) {
      let reading = JSONReading(text: try JSONParser.parse(bytes, limits: limits), issues: issues, limits: limits)
      let problem = reading.object(JSONText.root, "document") { $0.problem() }
      return reading.isLate ? .late : reading.issues.reading(problem)
    } catch {
      if error.code == InstitutionReading.tookTooLong { return .late }
      let line = bytes[..<error.offset].count { $0 == UInt8(ascii: "\n") } + 1
      issues.add(at: "byte \(error.offset), line \(line)", error.code, error.message)
      return issues.reading(nil)
    }
  }

  /// Reads, and where the form is right, checks that the institution makes sense: `ProblemCheck`.
  public static func readAndCheck(_ bytes: [UInt8], limits: ReadingLimits = ReadingLimits()) -> InstitutionReading {
    read(bytes, limits: limits).checked(limits)
  }

  public static func read(_ data: Data, limits: ReadingLimits = ReadingLimits()) -> InstitutionReading {
    read([UInt8](data), limits: limits)
  }

  /// Sorted keys, indented unless a large document would rather be short; `read` gives the same problem again.
  public static func write(_ problem: Problem, isIndented: Bool = true) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isIndented { encoder.outputFormatting.insert(.prettyPrinted) }
    if let key = WeekSet.lengthKey { encoder.userInfo[key] = problem.term.weekCount }
    return try encoder.encode(Envelope(problem: problem))
  }

  private struct Envelope: Encodable {
    var problem: Problem

    private enum CodingKeys: CodingKey { case format }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(InstitutionDocument.format, forKey: .format)
      try problem.encode(to: encoder)
    }
  }

  /// Every kind of object with the members it may have, as the reader itself asks for them.
  public static var vocabulary: [String: [String]] {
    guard let text = try? JSONParser.parse(Array("{}".utf8), depth: 1) else { return [:] }
    let reading = JSONReading(text: text, issues: IssueList(limit: 1), limits: ReadingLimits())
    func visit<Value>(_ kind: String, _ read: (inout ObjectView) -> Value) {
      _ = reading.object(JSONText.root, kind, read)
    }
    visit("document") { $0.problem() }
    visit("term") { $0.term() }
    visit("time grid") { $0.timeGrid() }
    visit("day") { $0.day([]) }
    visit("period") { $0.period() }
    visit("zone") { $0.zone() }
    visit("travel time") { $0.travelTime() }
    visit("building") { $0.building() }
    visit("room") { $0.room() }
    visit("department") { $0.department() }
    visit("program") { $0.program() }
    visit("teacher") { $0.teacher() }
    visit("class group") { $0.group() }
    visit("student") { $0.student() }
    visit("course") { $0.course() }
    visit("lesson") { $0.lesson() }
    visit("room need") { $0.roomNeed() }
    visit("pin") { $0.pin() }
    visit("availability") { $0.oneAvailability() }
    visit("constraint") { $0.constraint() }
    visit("selector") { $0.selector() }
    visit("time span") { $0.span() }
    return reading.vocabulary.mapValues { Array(Set($0)).sorted() }
  }
}

extension ObjectView {
  /// The document itself. The term comes first: `odd` weeks need its length.
  mutating func problem() -> Problem {
    checkFormat()
    let name = requiredText("name")
    let issuesBefore = reading.issues.count
    let term = required("term").flatMap { reading.object($0, "term") { $0.term() } }
    // A number of weeks that is wrong itself makes no pattern wrong.
    if let term, reading.issues.count == issuesBefore { reading.weekCount = term.weekCount }
    return Problem(
      name: name, term: term ?? Term(id: "term", name: "", firstDay: "", weekCount: 1),
      timeGrids: objects("timeGrids", "time grid") { $0.timeGrid() }, zones: objects("zones", "zone") { $0.zone() },
      travelTimes: objects("travelTimes", "travel time") { $0.travelTime() },
      buildings: objects("buildings", "building") { $0.building() }, rooms: objects("rooms", "room") { $0.room() },
      departments: objects("departments", "department") { $0.department() },
      programs: objects("programs", "program") { $0.program() },
      teachers: objects("teachers", "teacher") { $0.teacher() },
      groups: objects("groups", "class group") { $0.group() },
      students: objects("students", "student") { $0.student() }, courses: objects("courses", "course") { $0.course() },
      lessons: objects("lessons", "lesson") { $0.lesson() },
      constraints: objects("constraints", "constraint") { $0.constraint() })
  }

  private mutating func checkFormat() {
    guard let node = required("format"), let format = reading.text(node, "format", longest: 100) else { return }
    if format != InstitutionDocument.format {
      reading.report(
        node, "json.format", "'\(format)' is not a format this version reads.\nMaybe '\(InstitutionDocument.format)'.")
    }
  }
}
