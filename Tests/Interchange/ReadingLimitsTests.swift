import Interchange
import Testing
import Timetabling

/// What a document costs is refused where it becomes too much, not after all of it was read.
@Suite struct ReadingLimitsTests {
  private static let free = ReadingLimits(lessons: 500, deadline: nil)

  private static func document(_ lessons: String) -> [UInt8] {
    Array(#"{"format":"horarium/1","name":"x","lessons":[\#(lessons)]}"#.utf8)
  }

  @Test func lessonsBeyondThePlanEndTheReading() {
    let many = Self.document(Array(repeating: "{}", count: 300_000).joined(separator: ","))
    let reading = InstitutionDocument.readAndCheck(many, limits: Self.free)
    #expect(reading.issues.map(\.code) == [InstitutionReading.tooManyLessons])
    // The place tells how far it came: behind the five hundredth lesson of three bytes.
    #expect(reading.issues.first?.place.hasPrefix("byte 15") == true, "\(reading.issues)")
    #expect(reading.issues.first?.message.contains("500 lessons") == true)
  }

  @Test func exactlyThePlansLessonsAreRead() {
    let exact = Self.document(Array(repeating: "{}", count: 500).joined(separator: ","))
    let reading = InstitutionDocument.readAndCheck(exact, limits: Self.free)
    #expect(!reading.issues.contains { $0.code.hasPrefix("size.") })
    #expect(reading.issues.count == Self.free.issues && reading.omittedIssues > 0)
  }

  @Test(arguments: [
    (#"{"lessons":[{"tags":[\#(String(repeating: "0,", count: 30_000))0]}]}"#, "size.too-many"),
    (
      #"{"x":[\#(String(repeating: "[0,0,0,0,0,0,0,0,0,0],", count: 19_999))0],"y":[\#(String(repeating: "[],", count: 19_999))0]}"#,
      "size.too-many"
    ),
    (#"{"rooms":[\#(String(repeating: "{},", count: 2_000)){}]}"#, "size.too-many"),
    (#"{"l\u0065ssons":[\#(String(repeating: "{},", count: 600)){}]}"#, InstitutionReading.tooManyLessons),
    (#"{"name":"\#(String(repeating: "x", count: 20_000))"}"#, "json.text-too-long"),
    (#"{"a":\#(String(repeating: "[", count: 40))"#, "json.too-deep"),
  ])
  func everyMeasureHasItsLimit(text: String, code: String) {
    let reading = InstitutionDocument.readAndCheck(Array(text.utf8), limits: Self.free)
    #expect(reading.issues.map(\.code) == [code], "\(reading.issues.first?.message ?? "")")
  }

  @Test func aDeadlineEndsTheReadingAndNothingFollowsFromWhatWasRead() {
    let late = ReadingLimits(lessons: 50_000, deadline: .now)
    let many = Self.document(Array(repeating: "{}", count: 40_000).joined(separator: ","))
    #expect(InstitutionDocument.readAndCheck(many, limits: late).issues.map(\.code) == [InstitutionReading.tookTooLong])
  }

  @Test func messagesStayShortHoweverLongTheInput() {
    let long = String(repeating: "é", count: 8_000)
    let reading = InstitutionDocument.readAndCheck(
      Array(#"{"\#(long)":1,"term":{"kind":"\#(long)"}}"#.utf8), limits: Self.free)
    #expect(!reading.issues.isEmpty)
    #expect(
      reading.issues.allSatisfy { $0.message.unicodeScalars.count <= 1_001 && $0.place.unicodeScalars.count <= 301 })
  }

  private static func folder(lessons: String) -> [String: [UInt8]] {
    [
      "term.csv": Array("firstDay,weekCount\n2026-09-07,2\n".utf8),
      "grid.csv": Array("day,start,end\nMon,08:00,09:00\n".utf8),
      "lessons.csv": Array(lessons.utf8),
    ]
  }

  @Test(arguments: [
    ("id\n" + String(repeating: "x\n", count: 501), InstitutionReading.tooManyLessons),
    (String(repeating: "x,", count: 100_000), "csv.cells"),
    ("id,students\n1," + String(repeating: "s;", count: 40_000), "csv.cell-too-long"),
    ("id,students\n" + String(repeating: "1,\(String(repeating: "s;", count: 1_000))\n", count: 60), "size.too-many"),
  ])
  func foldersHaveTheSameLimits(lessons: String, code: String) {
    let reading = CSVFolder.readAndCheck(Self.folder(lessons: lessons), limits: Self.free)
    #expect(reading.issues.map(\.code) == [code], "\(reading.issues.prefix(3))")
  }

  @Test func aLargerPlanTakesMore() {
    let sizes = [500, 5_000, 50_000].map { ReadingLimits(lessons: $0, deadline: nil) }
    #expect(sizes.map { $0.bytes >> 20 } == [2, 20, 64])
    #expect(sizes.map(\.values) == sizes.map(\.values).sorted() && sizes[0].values < 250_000)
  }
}
