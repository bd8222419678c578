import Foundation
import Interchange
import Testing
import Timetabling

/// As short as a document can be.
private let small = """
  {
    "format": "horarium/1",
    "name": "Small School",
    "term": {"firstDay": "2026-09-07", "weekCount": 4},
    "timeGrids": [{"days": ["Mon", "Tue"], "periods": ["08:00-08:45", "08:45-09:00 break", "09:00-09:45"]}],
    "rooms": [{"id": "R1", "capacity": 30}],
    "teachers": [
      {"id": "Ada", "availability": [{"day": 0}, {"day": 1, "start": "08:00", "end": 585, "grade": -2, "weeks": "odd"}]}
    ],
    "groups": [{"id": "1a", "size": 25}],
    "lessons": [{"id": "Maths 1a", "duration": 45, "groups": ["1a"], "teachers": ["Ada"], "weeks": "even"}],
    "constraints": [{"id": "c", "kind": "teacher.max-gaps-per-day", "parameters": {"max": 1}, "enforcement": 20}]
  }
  """

private func read(_ text: String) -> InstitutionReading { InstitutionDocument.read(Array(text.utf8)) }

@Suite struct InstitutionDocumentTests {
  @Test func aSmallDocumentIsCompletedByDefaults() throws {
    let reading = read(small)
    #expect(reading.issues.isEmpty)
    let problem = try #require(reading.problem)
    #expect(
      problem.timeGrids[0].days[1].periods == [
        Period(start: 480, end: 525), Period(start: 525, end: 540, isTeaching: false), Period(start: 540, end: 585),
      ])
    #expect(
      problem.teachers[0].availability == [
        Availability(span: TimeSpan(day: 0, start: 0, end: 1440), grade: .blocked),
        Availability(span: TimeSpan(day: 1, start: 480, end: 585), grade: .wish(-2), weeks: WeekSet(pattern: "101")),
      ])
    #expect(
      problem.lessons == [
        Lesson(
          id: "Maths 1a", duration: 45, weeks: WeekSet(pattern: "0101"), groups: ["1a"], teachers: ["Ada"])
      ])
    #expect(problem.constraints[0].enforcement == .weighted(20))
    #expect(problem.rooms == [Room(id: "R1", capacity: 30)])
  }

  @Test func whatIsWrittenIsReadTheSame() throws {
    let written = try InstitutionDocument.write(fullProblem)
    let reading = InstitutionDocument.read(written)
    #expect(reading.issues == [])
    #expect(reading.problem == fullProblem)
  }

  @Test func writingTwiceGivesTheSameBytes() throws {
    #expect(try InstitutionDocument.write(fullProblem) == InstitutionDocument.write(fullProblem))
  }

  @Test(arguments: [
    (#""capacity": 30"#, #""capacity": "30""#, "/rooms/0/capacity", "json.type"),
    (#""capacity": 30"#, #""capacity": -1"#, "/rooms/0/capacity", "json.range"),
    (#""capacity": 30"#, #""capacity": 1e300"#, "/rooms/0/capacity", "json.range"),
    (#""capacity": 30"#, #""capacity": 30, "capacity": 31"#, "/rooms/0/capacity", "json.duplicate-member"),
    (#""capacity": 30"#, #""capacity": 30, "seats/rows": 31"#, "/rooms/0/seats~1rows", "json.unknown-member"),
    (#", "capacity": 30"#, "", "/rooms/0", "json.missing-member"),
    (#""id": "R1""#, #""id": """#, "/rooms/0/id", "json.value"),
    (#""id": "R1""#, #""id": "R\u00001""#, "/rooms/0/id", "json.value"),
    (#""groups": ["1a"]"#, #""groups": ["1a", 7]"#, "/lessons/0/groups/1", "json.type"),
    (#""duration": 45"#, #""duration": 45.5"#, "/lessons/0/duration", "json.type"),
    (#""weeks": "even""#, #""weeks": "sometimes""#, "/lessons/0/weeks", "json.value"),
    (#""08:00-08:45""#, #""08:00-8.45""#, "/timeGrids/0/periods/0", "json.value"),
    (#""08:00-08:45""#, #""08:00-25:00""#, "/timeGrids/0/periods/0", "json.value"),
    (#""grade": -2"#, #""grade": -4"#, "/teachers/0/availability/1/grade", "json.range"),
    (#""grade": -2"#, #""grade": "never""#, "/teachers/0/availability/1/grade", "json.value"),
    (#""start": "08:00""#, #""start": "8""#, "/teachers/0/availability/1/start", "json.value"),
    (#""enforcement": 20"#, #""enforcement": 0"#, "/constraints/0/enforcement", "json.range"),
    (#""enforcement": 20"#, #""enforcement": "soft""#, "/constraints/0/enforcement", "json.value"),
    (#""teacher.max-gaps-per-day""#, #""teacher.max-gap""#, "/constraints/0/kind", "json.value"),
    (#"{"max": 1}"#, #"{"max": true}"#, "/constraints/0/parameters/max", "json.type"),
    (#""horarium/1""#, #""horarium/2""#, "/format", "json.format"),
    (#"{"firstDay": "2026-09-07", "weekCount": 4}"#, "4", "/term", "json.type"),
  ])
  func whatIsWrongIsToldWithItsPlace(text: String, wrong: String, place: String, code: String) {
    let reading = read(small.replacingOccurrences(of: text, with: wrong))
    #expect(reading.problem == nil)
    #expect(reading.issues.map(\.place) == [place])
    #expect(reading.issues.map(\.code) == [code])
  }

  @Test func anUnknownMemberIsToldWithTheNearestKnownOne() {
    let reading = read(small.replacingOccurrences(of: #""duration""#, with: #""durations""#))
    #expect(reading.issues.map(\.code).sorted() == ["json.missing-member", "json.unknown-member"])
    #expect(reading.issues.contains { $0.message.hasSuffix("Maybe you meant 'duration'.") })
  }

  @Test func everythingWrongIsToldInOnePassUpToALimit() {
    let lessons = Array(repeating: #"{"id": 1}"#, count: 30).joined(separator: ",")
    let document = small.replacingOccurrences(
      of: #"{"id": "Maths 1a", "duration": 45, "groups": ["1a"], "teachers": ["Ada"], "weeks": "even"}"#, with: lessons)
    let reading = InstitutionDocument.read(Array(document.utf8), limits: ReadingLimits(issues: 50))
    #expect(reading.issues.count == 50)
    #expect(reading.omittedIssues == 10)
    #expect(reading.issues.last?.place == "/lessons/24")
  }
}

@Suite struct HostileJSONTests {
  @Test(arguments: [
    ("", "byte 0, line 1"), ("{", "byte 1, line 1"), ("[1,]", "byte 3, line 1"), ("{\"a\" 1}", "byte 5, line 1"),
    ("{\n  a: 1}", "byte 4, line 2"), ("01", "byte 1, line 1"), ("-", "byte 1, line 1"), ("1.", "byte 2, line 1"),
    ("1e", "byte 2, line 1"), ("\"\\x\"", "byte 1, line 1"), ("\"\\u12G4\"", "byte 1, line 1"),
    ("\"a\nb\"", "byte 2, line 1"), ("nul", "byte 0, line 1"), ("{} {}", "byte 3, line 1"), ("\"abc", "byte 4, line 1"),
    ("\"abc\\", "byte 4, line 1"), ("[1 2]", "byte 3, line 1"), ("NaN", "byte 0, line 1"), ("'a'", "byte 0, line 1"),
    ("{\"a\":1,}", "byte 7, line 1"),
  ])
  func whatIsNotJSONIsToldWithItsByte(text: String, place: String) {
    let reading = read(text)
    #expect(reading.issues.map(\.place) == [place])
    #expect(reading.issues.map(\.code) == ["json.syntax"])
  }

  @Test(
    arguments: [
      ([0x22, 0xFF, 0x22], 1), ([0x22, 0xC0, 0x80, 0x22], 1), ([0x22, 0xE2, 0x82, 0x22], 1),
      ([0x22, 0xED, 0xA0, 0x80, 0x22], 1), ([0x22, 0x61, 0xF5, 0x80, 0x80, 0x80, 0x22], 2), ([0x22, 0xE2], 1),
    ] as [([UInt8], Int)])
  func bytesThatAreNotUTF8AreToldWithTheirOffset(bytes: [UInt8], offset: Int) {
    let issues = InstitutionDocument.read(bytes).issues
    #expect(issues.map(\.code) == ["json.utf8"])
    #expect(issues.map(\.place) == ["byte \(offset), line 1"])
  }

  @Test func depthIsLimited() {
    let deep = String(repeating: "[", count: 1_000_000)
    #expect(read(deep).issues.map(\.code) == ["json.too-deep"])
  }

  @Test func sizeIsLimited() {
    let bytes = [UInt8](repeating: 0x20, count: 1_001)
    #expect(
      InstitutionDocument.read(bytes, limits: ReadingLimits(bytes: 1_000)).issues.map(\.code) == ["json.too-large"])
  }

  @Test func escapesAreRead() throws {
    let text = small.replacingOccurrences(of: "Small School", with: #"\u00C9cole \ud83d\ude00 \"\\\/ \t"#)
    #expect(try #require(read(text).problem).name == "École 😀 \"\\/ \t")
  }

  @Test func anotherValueThanAnObjectIsRefused() {
    #expect(read("[]").issues.map(\.code) == ["json.type"])
    #expect(read("[]").issues.map(\.place) == [""])
  }
}
