import Foundation
import Interchange
import Testing
import Timetabling

private let cases = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .appendingPathComponent("Fixtures/Cases")

private func folder(_ name: String) throws -> InstitutionReading {
  try InstitutionFolder.read(cases.appendingPathComponent(name).path)
}

private func file(_ name: String) throws -> InstitutionReading {
  let bytes = [UInt8](try Data(contentsOf: cases.appendingPathComponent(name)))
  return ProblemFile.read(name: (name as NSString).lastPathComponent, bytes: bytes)
}

@Suite struct ReportedCaseTests {
  @Test func rowsSortedByTimeAreTheSameWeek() throws {
    let sorted = try #require(try folder("e01_sorted_mindays").problem)
    #expect(sorted == (try folder("e01_byday_mindays").problem))
    #expect(sorted.timeGrids[0].days.map(\.periods.count) == [4, 4])
    #expect(try folder("e02_sorted_maxday").problem?.timeGrids == sorted.timeGrids)
  }

  @Test func eightPointZeroIsNoTime() throws {
    let reading = try folder("d02_avail_dot")
    #expect(reading.problem == nil)
    #expect(
      reading.issues.map(\.place) == [
        "availability.csv:2:start", "availability.csv:2:end", "availability.csv:3:start", "availability.csv:3:end",
      ])
    let right = try #require(try folder("d02_avail_right").problem)
    #expect(right.teachers[0].availability.map(\.span.start) == [480, 480])
  }

  @Test func aShortenedPatternIsRefused() throws {
    #expect(try folder("c04_weeks_0101").problem?.lessons[0].weeks == .even(4))
    let reading = try folder("c04_weeks_101")
    #expect(reading.problem == nil)
    #expect(reading.issues.map(\.place) == ["lessons.csv:2:weeks"])
  }

  @Test func aTableInCapitalsIsRead() throws {
    #expect(try #require(try folder("c08_uppercase").problem).constraints.count == 1)
  }

  @Test func aCycleWithTheSameNamesHasFourDays() throws {
    let problem = try #require(try folder("d04_cycle_same_names").problem)
    #expect(problem.timeGrids[0].days.map(\.name) == ["Mon", "Tue", "Mon", "Tue"])
    let bytes = [UInt8](try Data(contentsOf: cases.appendingPathComponent("d04.timetable.json")))
    let timetable = try #require(TimetableDocument.read(bytes, of: problem).timetable { _ in })
    #expect(timetable.entries.map(\.time.day) == [1, 0, 2, 3, 0])
    let again = TimetableDocument.read([UInt8](try TimetableDocument.json(timetable, of: problem)), of: problem)
    #expect(again.timetable { _ in } == timetable)
  }

  @Test func aFETFileSaysThatATeacherIsNeverThereInAnInterval() throws {
    let problem = try #require(try file("fet-school/tiny.fet").problem)
    let rule = try #require(problem.constraints.first)
    #expect(rule.kind == .teacherMaxDaysPerWeekInTimes && rule.parameter("max") == 0 && rule.enforcement == .hard)
    // Hours 1 and 2 of both days: Ann's two lessons fit behind them.
    #expect(Set(rule.times.map(\.day)) == [0, 1] && problem.constraints.count == 1)
  }

  @Test func aFETFileWithAConstraintThatIsNotUnderstoodGivesNoProblem() throws {
    let known = try Data(contentsOf: cases.appendingPathComponent("fet-school/tiny.fet"))
    let text = String(decoding: known, as: UTF8.self)
      .replacing("ConstraintTeacherIntervalMaxDaysPerWeek", with: "ConstraintTeacherNeverHeardOf")
    let reading = FET.read(Array(text.utf8))
    #expect(reading.problem == nil)
    #expect(reading.unsupported.count == 1 && reading.unsupported.first?.place.hasSuffix("18") == true)
    #expect(reading.unsupported.first?.message.contains("TeacherNeverHeardOf") == true)
  }

  @Test func aCourseThatIsClosedEverywhereIsToldWithItsLine() throws {
    let reading = try file("allblocked.ctt")
    #expect(reading.issues.map(\.place) == ["allblocked.ctt:10"])
    #expect(reading.issues[0].message.contains("Course 'A' is unavailable in all 4 periods"))
  }

  @Test func aByteOrderMarkIsPassedOver() throws {
    #expect(try file("bom.ctt").problem?.name == "ToyExample")
    let json =
      TextMark.utf8 + [UInt8](try Data(contentsOf: cases.appendingPathComponent("band-same-start-before.json")))
    #expect(ProblemFile.read(name: "BAND.JSON", bytes: json).problem != nil)
  }

  @Test func aCompetitionProblemIsSentToItsCommand() throws {
    let issue = try #require(try file("itc-sameStart.xml").issues.first)
    #expect(issue.code == "file.courses")
    #expect(issue.message.contains("horariumctl solve"))
  }
}

private enum TextMark { static let utf8: [UInt8] = [0xEF, 0xBB, 0xBF] }

@Suite struct InstitutionFolderTests {
  /// A copy of a case with more files in it.
  private func read(_ more: [String: String], removing: [String] = [], of name: String = "base") throws
    -> InstitutionReading
  {
    let copy = FileManager.default.temporaryDirectory.appendingPathComponent("folder-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: copy) }
    try FileManager.default.copyItem(at: cases.appendingPathComponent(name), to: copy)
    for (path, text) in more {
      let file = copy.appendingPathComponent(path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    for file in removing { try FileManager.default.removeItem(at: copy.appendingPathComponent(file)) }
    return try InstitutionFolder.read(copy.path)
  }

  @Test(arguments: [
    ("rooms.xlsx", "csv.unknown-file"), ("constraints.txt", "csv.unknown-file"),
    ("availability.tsv", "csv.unknown-file"),
    ("pins.csv.bak", "csv.unknown-file"), ("school.fet", "csv.unknown-file"), ("ROOMS.CSV", "csv.duplicate-file"),
    ("old/rooms.csv", "folder.nested"), ("institution.json", "folder.sources"),
    ("institution/rooms.csv", "folder.sources"),
  ]) func whatMayHoldDataIsNeverDropped(path: String, code: String) throws {
    let reading = try read([path: "id\n"])
    #expect(reading.problem == nil)
    #expect(reading.issues.contains { $0.code == code }, "\(reading.issues)")
  }

  @Test func otherFilesAreNamedAndHiddenOnesAreNot() throws {
    let reading = try read(["README.md": "hello", ".DS_Store": "x", ".~lock.rooms.csv#": "x", "tenant.yaml": "slug: x"])
    #expect(reading.problem != nil)
    #expect(reading.remarks.map(\.place) == ["README.md"])
  }

  @Test func aFolderWithoutTablesSaysSo() throws {
    let reading = try read(
      ["notes.md": "x"],
      removing: try FileManager.default.contentsOfDirectory(atPath: cases.appendingPathComponent("base").path))
    #expect(reading.issues.map(\.code) == ["folder.empty"])
  }
}
