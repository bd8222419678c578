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
