import Foundation
import Interchange
import Testing
import Timetabling

private let timetable = Timetable(
  entries: [
    Entry(
      lesson: "MA101-L", meeting: 1, weeks: .first(2), time: TimeSpan(day: 0, start: 480, end: 585),
      rooms: ["H1", "Online"], teachers: ["ada", "kurt"])
  ], unplaced: [Unplaced(lesson: "MA102-T", reasons: ["No room is free."])])

@Suite struct TimetableDocumentTests {
  @Test func rowsNameLessonTimeRoomsTeachersAndGroups() {
    let lines = TimetableDocument.csv(timetable, of: fullProblem).split(separator: "\n")
    #expect(lines[0] == "lesson,meeting,name,course,day,start,end,weeks,rooms,teachers,groups,kind")
    #expect(
      lines[1]
        == "MA101-L,1,\"Analysis, lecture\",MA101,Mon,08:00,09:45,11,\"H1;Online\",\"ada;kurt\",M1,regular")
  }

  @Test func theDocumentHasNamesBesideIds() throws {
    let data = try TimetableDocument.json(timetable, of: fullProblem)
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(document["format"] as? String == TimetableDocument.format)
    let entry = try #require((document["entries"] as? [[String: Any]])?.first)
    #expect((entry["teachers"] as? [[String: String]])?.first == ["id": "ada", "name": "Ada Lovelace"])
    #expect((document["unplaced"] as? [Any])?.count == 1)
  }
}

@Suite struct TimetableReadingTests {
  @Test func whatIsWrittenIsReadAgain() throws {
    let data = try TimetableDocument.json(timetable, of: fullProblem)

    let reading = TimetableDocument.read([UInt8](data), of: fullProblem)

    #expect(reading.timetable == timetable)
    #expect(reading.issues.isEmpty)
  }

  @Test func whatTheProblemNoLongerHasIsKeptAsItIsNamed() throws {
    var old = timetable
    old.entries[0].lesson = "gone"
    old.entries[0].rooms = ["demolished"]
    old.entries[0].kind = .draft

    let reading = TimetableDocument.read([UInt8](try TimetableDocument.json(old, of: fullProblem)), of: fullProblem)

    #expect(reading.timetable == old)
  }

  @Test(arguments: [
    ("\"Mon\"", "\"Someday\"", "/entries/0", "timetable.entry"),
    ("\"08:00\"", "\"8 o'clock\"", "/entries/0", "timetable.entry"),
    ("\"11\"", "\"1x\"", "/entries/0", "timetable.entry"),
    ("horarium-timetable/1", "horarium-timetable/9", "/format", "timetable.format"),
    ("\"entries\"", "\"rows\"", "", "timetable.form"),
  ]) func whatIsNoTimetableIsRefusedWithItsPlace(text: String, wrong: String, place: String, code: String) throws {
    let written = String(decoding: try TimetableDocument.json(timetable, of: fullProblem), as: UTF8.self)

    let reading = TimetableDocument.read(Array(written.replacing(text, with: wrong).utf8), of: fullProblem)

    #expect(reading.timetable == nil)
    #expect(reading.issues.contains { $0.place == place && $0.code == code }, "\(reading.issues)")
  }
}
