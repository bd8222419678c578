import Interchange
import Testing
import Timetabling

private let small = [
  "term.csv": "institution,firstDay,weekCount\nSmall School,2026-09-07,4\n",
  "grid.csv": """
  grid,day,start,end,isTeaching
  main,Mon,08:00,08:45,
  main,Mon,08:45,09:00,no
  main,Mon,09:00,09:45,yes
  main,Tue,08:00,08:45,

  """,
  "rooms.csv": "id,name,capacity,features\nR1,\"Room \"\"One\"\", first floor\",30,beamer; piano\n",
  "teachers.csv": "id,name\nAda,Ada Lovelace\n",
  "groups.csv": "id,size\n1a,25\n",
  "availability.csv": "of,id,day,start,end,grade,weeks\nteacher,Ada,Tue,08:00,10:00,-2,odd\nroom,R1,0,,,,\n",
  "lessons.csv": "id,duration,groups,teachers,roomFeatures\nMaths 1a,45,1a,Ada,piano\n",
  "pins.csv": "lesson,day,start\nMaths 1a,Mon,09:00\n",
  "constraints.csv": "id,kind,parameters,times,enforcement\nc,teacher.max-gaps-per-day,max=1,,20\n"
    + "d,lessons.allowed-times,,Mon 08:00-09:45; 1 08:00-08:45,hard\n",
]

private func read(_ files: [String: String]) -> InstitutionReading {
  CSVFolder.read(files.mapValues { Array($0.utf8) })
}

@Suite struct CSVFolderTests {
  @Test func aFolderIsReadWithTheDefaultsOfTheDocument() throws {
    let reading = read(small)
    #expect(reading.issues == [])
    let problem = try #require(reading.problem)
    #expect(problem.name == "Small School")
    #expect(problem.timeGrids[0].days.map(\.name) == ["Mon", "Tue"])
    #expect(problem.timeGrids[0].days[0].periods.map(\.isTeaching) == [true, false, true])
    #expect(problem.rooms[0].name == "Room \"One\", first floor")
    #expect(problem.rooms[0].features == ["beamer", "piano"])
    #expect(
      problem.rooms[0].availability == [
        Availability(span: TimeSpan(day: 0, start: 0, end: 1440), grade: .blocked)
      ])
    #expect(
      problem.teachers[0].availability == [
        Availability(span: TimeSpan(day: 1, start: 480, end: 600), grade: .wish(-2), weeks: WeekSet(pattern: "101"))
      ])
    #expect(problem.lessons[0].roomNeed == RoomNeed(features: ["piano"]))
    #expect(problem.lessons[0].pins == [Pin(day: 0, start: 540)])
    #expect(problem.constraints[0].enforcement == .weighted(20))
    #expect(
      problem.constraints[1].times == [
        TimeSpan(day: 0, start: 480, end: 585), TimeSpan(day: 1, start: 480, end: 525),
      ])
  }

  @Test func whatIsWrittenIsReadTheSame() throws {
    let reading = read(try CSVFolder.write(fullProblem))
    #expect(reading.issues == [])
    #expect(reading.problem == fullProblem)
  }

  @Test(arguments: [
    ("rooms.csv", ",30,", ",many,", "rooms.csv:2:capacity", "json.type"),
    ("rooms.csv", ",30,", ",-1,", "rooms.csv:2:capacity", "json.range"),
    ("rooms.csv", ",30,", ",30", "rooms.csv:2", "csv.cells"),
    ("rooms.csv", "\"\"One", "\"One", "rooms.csv:2", "csv.syntax"),
    ("rooms.csv", "first floor\"", "first floor", "rooms.csv:2", "csv.syntax"),
    ("rooms.csv", "capacity", "capacty", "rooms.csv:1:capacty", "csv.unknown-column"),
    ("teachers.csv", "id,name", "id,id", "teachers.csv:1:id", "csv.duplicate-column"),
    ("lessons.csv", "45", "", "lessons.csv:2", "json.missing-member"),
    ("lessons.csv", "Maths 1a", "", "lessons.csv:2", "json.missing-member"),
    ("grid.csv", "09:45", "9h45", "grid.csv:4:end", "json.value"),
    ("grid.csv", ",no", ",nope", "grid.csv:3:isTeaching", "json.type"),
    ("availability.csv", "Tue", "Tuesday", "availability.csv:2:day", "json.type"),
    ("availability.csv", "teacher,Ada", "teacher,Bob", "availability.csv:2", "reference.unknown"),
    ("availability.csv", "teacher,Ada", "student,Ada", "availability.csv:2:of", "csv.value"),
    ("constraints.csv", "max=1", "max=one", "constraints.csv:2:parameters", "json.type"),
    ("constraints.csv", "Mon 08:00-09:45", "Mon 8-9", "constraints.csv:3:times", "json.type"),
    ("term.csv", "Small School,2026-09-07,4", "", "term.csv:1", "csv.rows"),
  ])
  func whatIsWrongIsToldWithFileLineAndColumn(
    file: String, text: String, wrong: String, place: String, code: String
  ) throws {
    var files = small
    files[file] = try #require(files[file]).replacing(text, with: wrong)
    let reading = read(files)
    #expect(reading.problem == nil)
    #expect(reading.issues.contains { $0.place == place && $0.code == code }, "\(reading.issues)")
  }

  @Test func missingAndUnknownFilesAreTold() {
    var files = small
    files["lesson.csv"] = files.removeValue(forKey: "lessons.csv")
    let issues = read(files).issues
    #expect(issues.map(\.place).prefix(2) == ["lesson.csv", "lessons.csv"])
    #expect(issues.map(\.code).prefix(2) == ["csv.unknown-file", "csv.missing-file"])
    #expect(issues[0].message.contains("Maybe you meant 'lessons.csv'"))
  }

  @Test func whatMakesNoSenseIsToldInTheFilesPlacesToo() throws {
    var files = small
    files["lessons.csv"] = try #require(files["lessons.csv"]).replacing(",Ada,", with: ",Bob,")
    let issues = CSVFolder.readAndCheck(files.mapValues { Array($0.utf8) }).issues
    #expect(issues.map(\.place) == ["lessons.csv:2:teachers"])
  }

  @Test func semicolonsCarriageReturnsAndAByteOrderMarkAreTaken() throws {
    var files = small
    files["teachers.csv"] = "\u{FEFF}id;name\r\nAda;\"Ada\nLovelace\"\r\n\r\nEmmy;Noether"
    let problem = try #require(read(files).problem)
    #expect(problem.teachers.map(\.id) == ["Ada", "Emmy"])
    #expect(problem.teachers.map(\.name) == ["Ada\nLovelace", "Noether"])
  }

  @Test func bytesThatAreNotUTF8AreToldWithTheirLine() {
    var files = small.mapValues { Array($0.utf8) }
    files["teachers.csv"] = Array("id\nAda\n".utf8) + [0xE9]
    #expect(CSVFolder.read(files).issues.first?.place == "teachers.csv:3")
    #expect(CSVFolder.read(files).issues.first?.code == "csv.utf8")
  }

  @Test func sizeIsLimited() {
    let reading = CSVFolder.read(["term.csv": Array(repeating: 0x61, count: 11)], limits: ReadingLimits(bytes: 10))
    #expect(reading.issues.map(\.code) == ["csv.too-large"])
  }
}
