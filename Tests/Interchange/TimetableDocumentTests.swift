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
    #expect(lines[0] == "lesson,meeting,name,course,day,start,end,period,periods,weeks,rooms,teachers,groups,kind")
    #expect(
      lines[1].hasPrefix("MA101-L,1,\"Analysis, lecture\",MA101,Mon,08:00,09:45,1st hour,3,1100000000000000,")
        && lines[1].hasSuffix(",\"H1;Online\",\"ada;kurt\",M1,regular"))
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

@Suite struct OtherTermTests {
  @Test func aTimetableOfAnotherTermIsReadAndNamesBoth() throws {
    var spring = fullProblem
    spring.term.name = "Spring"
    let document = [UInt8](try TimetableDocument.json(timetable, of: fullProblem))
    #expect(TimetableDocument.read(document, of: fullProblem).otherTerm == nil)
    let reading = TimetableDocument.read(document, of: spring)
    var told: [DataIssue] = []
    #expect(reading.timetable { told.append($0) } == timetable)
    #expect(told.map(\.code) == ["timetable.term"] && told.first == reading.otherTerm)
    let message = told.first?.message ?? ""
    #expect(message.contains("'\(fullProblem.term.name)'") && message.contains("'Spring'"))
  }
}

@Suite struct SpreadsheetTests {
  @Test(arguments: ["=HYPERLINK(\"x\")", "+1", "-1", "@SUM(A1)", "\tname", " =1"])
  func aNameThatASpreadsheetWouldRunIsMadeAText(name: String) {
    var problem = fullProblem
    problem.lessons[0].name = name
    let row = TimetableDocument.csv(timetable, of: problem).split(separator: "\n")[1]
    #expect(row.contains(",'") || row.contains(",\"'"))
    #expect(TimetableDocument.csvFile(timetable, of: problem).starts(with: [0xEF, 0xBB, 0xBF]))
  }
}

@Suite struct RepeatedDayNameTests {
  /// Two weeks of Mon and Tue, one lesson of four meetings.
  private var cycle: Problem {
    var problem = fullProblem
    problem.timeGrids = [
      TimeGrid(
        id: "main",
        days: ["Mon", "Tue", "Mon", "Tue"].map { GridDay(name: $0, periods: [Period(start: 480, end: 525)]) })
    ]
    return problem
  }

  private func timetable(on days: [Int]) -> Timetable {
    Timetable(
      entries: days.enumerated().map { meeting, day in
        Entry(
          lesson: "MA101-L", meeting: meeting, weeks: .first(2), time: TimeSpan(day: day, start: 480, end: 525),
          rooms: ["H1"], teachers: ["ada"])
      })
  }

  @Test func eachDayIsReadWhereItWasWritten() throws {
    let written = timetable(on: [3, 0, 2, 1])
    var told: [DataIssue] = []
    let reading = TimetableDocument.read([UInt8](try TimetableDocument.json(written, of: cycle)), of: cycle)
    #expect(reading.timetable { told.append($0) } == written)
    #expect(told.isEmpty)
    #expect(TimetableDocument.csv(written, of: cycle).contains(",Tue#2,"))
  }

  @Test func namesAloneAreDealtInTurnAndThatIsSaid() throws {
    let text = String(decoding: try TimetableDocument.json(timetable(on: [0, 2, 1]), of: cycle), as: UTF8.self)
      .replacing("#1", with: "").replacing("#2", with: "")
    var told: [DataIssue] = []
    let reading = TimetableDocument.read(Array(text.utf8), of: cycle)
    #expect(reading.timetable { told.append($0) } == timetable(on: [0, 2, 1]))
    #expect(told.map(\.code) == ["timetable.day", "timetable.day"])
  }
}

@Suite struct NamedPeriodDocumentTests {
  /// Two days of three named periods of which two have one name; one lesson of two meetings.
  private func school(hasClockTimes: Bool) -> Problem {
    var problem = fullProblem
    let periods = ["Early", "Long", "Long"].enumerated().map {
      Period(start: 480 + 45 * $0, end: 525 + 45 * $0, name: $1)
    }
    problem.timeGrids = [
      TimeGrid(
        id: "main", days: ["Mon", "Tue"].map { GridDay(name: $0, periods: periods) }, longestBridgedPause: 0,
        hasClockTimes: hasClockTimes)
    ]
    for lesson in problem.lessons.indices { problem.lessons[lesson].timeGrid = nil }
    return problem
  }

  private var timetable: Timetable {
    Timetable(
      entries: [TimeSpan(day: 0, start: 480, end: 570), TimeSpan(day: 1, start: 570, end: 615)].enumerated().map {
        Entry(lesson: "MA101-L", meeting: $0, weeks: .first(2), time: $1, rooms: ["H1"], teachers: ["ada"])
      })
  }

  @Test(arguments: [false, true]) func periodsAreReadAsTheyWereWritten(hasClockTimes: Bool) throws {
    let problem = school(hasClockTimes: hasClockTimes)
    let data = try TimetableDocument.json(timetable, of: problem)
    let text = String(decoding: data, as: UTF8.self)

    #expect(TimetableDocument.read([UInt8](data), of: problem).timetable { _ in } == timetable)
    #expect(text.contains("\"period\" : \"Early\"") && text.contains("\"period\" : \"Long#2\""))
    #expect(text.contains("08:00") == hasClockTimes)
    let cells = hasClockTimes ? "Mon,08:00,09:30,Early,2," : "Mon,Early,2,"
    #expect(TimetableDocument.csv(timetable, of: problem).contains(cells))
  }

  /// Files of before say the minutes that stood for the hours.
  @Test func minutesThatStandForPeriodsAreRead() throws {
    let data = try TimetableDocument.json(timetable, of: school(hasClockTimes: true))
    let text = String(decoding: data, as: UTF8.self).replacing("Early", with: "?").replacing("Long#2", with: "?")
    #expect(TimetableDocument.read(Array(text.utf8), of: school(hasClockTimes: false)).timetable { _ in } == timetable)
  }

  @Test(arguments: [("\"Early\"", "\"Late\""), ("\"periods\" : 2", "\"periods\" : 4"), ("\"Long#2\"", "\"Long\"")])
  func aPeriodThatThereIsNotIsRefused(text: String, wrong: String) throws {
    let problem = school(hasClockTimes: false)
    let written = String(decoding: try TimetableDocument.json(timetable, of: problem), as: UTF8.self)
    let reading = TimetableDocument.read(Array(written.replacing(text, with: wrong).utf8), of: problem)
    #expect(reading.timetable { _ in } == nil && reading.issues.map(\.code) == ["timetable.entry"])
  }

  @Test(arguments: [false, true]) func institutionsKeepThem(hasClockTimes: Bool) throws {
    let problem = school(hasClockTimes: hasClockTimes)
    let document = try InstitutionDocument.write(problem)
    #expect(InstitutionDocument.read(document).problem == problem)
    let files = try CSVFolder.write(problem)
    #expect(CSVFolder.read(files.mapValues { Array($0.utf8) }).problem == problem)
    #expect(String(decoding: document, as: UTF8.self).contains("hasClockTimes") == !hasClockTimes)
    #expect(files["grid.csv"]?.contains("hasClockTimes") == !hasClockTimes)
  }

  /// What was stored before there were names is read, and keeps its content hash.
  @Test func dataOfBeforeAreReadAndStayAsTheyAre() throws {
    let stored =
      #"{"days":[{"name":"Mon","periods":[{"end":525,"isTeaching":true,"start":480}]}],"id":"main","longestBridgedPause":20}"#
    let grid = try JSONDecoder().decode(TimeGrid.self, from: Data(stored.utf8))
    #expect(grid.hasClockTimes && grid.days[0].periods == [Period(start: 480, end: 525)])
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(try String(decoding: encoder.encode(grid), as: UTF8.self) == stored)
  }
}

@Suite struct TimetableReadingTests {
  @Test func whatIsWrittenIsReadAgain() throws {
    let data = try TimetableDocument.json(timetable, of: fullProblem)

    let reading = TimetableDocument.read([UInt8](data), of: fullProblem)

    #expect(reading.timetable { _ in } == timetable)
    #expect(reading.issues.isEmpty)
  }

  @Test func whatTheProblemNoLongerHasIsKeptAsItIsNamed() throws {
    var old = timetable
    old.entries[0].lesson = "gone"
    old.entries[0].rooms = ["demolished"]
    old.entries[0].kind = .draft

    let reading = TimetableDocument.read([UInt8](try TimetableDocument.json(old, of: fullProblem)), of: fullProblem)

    #expect(reading.timetable { _ in } == old)
  }

  @Test(arguments: [
    ("\"Mon\"", "\"Someday\"", "/entries/0", "timetable.entry"),
    ("\"08:00\"", "\"8 o'clock\"", "/entries/0", "timetable.entry"),
    ("\"1100000000000000\"", "\"1x00000000000000\"", "/entries/0", "timetable.entry"),
    ("\"1100000000000000\"", "\"11\"", "/entries/0/weeks", "weeks.length"),
    ("horarium-timetable/1", "horarium-timetable/9", "/format", "timetable.format"),
    ("\"entries\"", "\"rows\"", "", "json.missing-member"),
    ("\"format\"", "\"form\"", "", "timetable.form"),
    ("\"meeting\" : 1", "\"meeting\" : \"1\"", "/entries/0/meeting", "json.type"),
    ("\"meeting\" : 1", "\"meeting\" : 1, \"meeting\" : 1", "/entries/0/meeting", "json.duplicate-member"),
    ("\"id\" : \"H1\"", "\"room\" : \"H1\"", "/entries/0/rooms/0", "json.missing-member"),
    ("\"08:00\"", "\"23:00\"", "/entries/0", "timetable.entry"),
    ("\"regular\"", "\"usual\"", "/entries/0/kind", "json.value"),
  ]) func whatIsNoTimetableIsRefusedWithItsPlace(text: String, wrong: String, place: String, code: String) throws {
    let written = String(decoding: try TimetableDocument.json(timetable, of: fullProblem), as: UTF8.self)

    let reading = TimetableDocument.read(Array(written.replacing(text, with: wrong).utf8), of: fullProblem)

    #expect(reading.timetable { _ in } == nil)
    #expect(reading.issues.contains { $0.place == place && $0.code == code }, "\(reading.issues)")
  }

  @Test func aTimetableOfAnotherInstitutionIsNamedAndRefusedWhereNothingIsShared() throws {
    var elsewhere = fullProblem
    elsewhere.name = "Elsewhere"
    let renamed = String(decoding: try TimetableDocument.json(timetable, of: elsewhere), as: UTF8.self)
    var told: [DataIssue] = []
    #expect(TimetableDocument.read(Array(renamed.utf8), of: fullProblem).timetable { told.append($0) } == timetable)
    #expect(told.map(\.code) == ["timetable.institution"])
    let foreign = TimetableDocument.read(Array(renamed.replacing("MA101-L", with: "X1").utf8), of: fullProblem)
    #expect(foreign.timetable { _ in } == nil && foreign.issues.map(\.place) == ["/institution"])
  }

  @Test func aTableIsNoDocumentAndACutOneSaysWhereItEnds() throws {
    let table = TimetableDocument.read([UInt8](TimetableDocument.csvFile(timetable, of: fullProblem)), of: fullProblem)
    #expect(table.issues.map(\.code) == ["timetable.form"])
    let whole = [UInt8](try TimetableDocument.json(timetable, of: fullProblem))
    let cut = TimetableDocument.read(Array(whole.dropLast(2)), of: fullProblem)
    #expect(cut.issues.map(\.code) == ["json.syntax"] && cut.issues[0].place.hasPrefix("line "), "\(cut.issues)")
  }

  @Test func whatNobodyReadsIsNamed() throws {
    let written = String(decoding: try TimetableDocument.json(timetable, of: fullProblem), as: UTF8.self)
    let more = written.replacing("\"meeting\" : 1", with: "\"meeting\" : 1, \"isFixed\" : true")
    var told: [DataIssue] = []
    #expect(TimetableDocument.read(Array(more.utf8), of: fullProblem).timetable { told.append($0) } == timetable)
    #expect(told.map(\.place) == ["/entries/0/isFixed"])
  }

  @Test func aMeetingThatStandsTwiceIsNamed() throws {
    let twice = Timetable(entries: timetable.entries + timetable.entries)
    var told: [DataIssue] = []
    let document = [UInt8](try TimetableDocument.json(twice, of: fullProblem))
    #expect(TimetableDocument.read(document, of: fullProblem).timetable { told.append($0) } == twice)
    #expect(told.map(\.code) == ["timetable.repeated"])
    #expect(told.first?.message.contains("Meeting 2 of lesson 'MA101-L'") == true)
  }
}
