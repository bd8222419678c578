import Interchange
import Testing
import Timetabling

private let small = [
  "term.csv": "institution,firstDay,weekCount\nSmall School,2026-09-07,4\n",
  "grid.csv": "day,start,end,isTeaching\nMon,08:00,08:45,yes\nTue,08:00,08:45,\n",
  "rooms.csv": "id,name,capacity\nR1,Room,30\n", "teachers.csv": "id,name\nT1,Ada\n", "groups.csv": "id,size\n1a,25\n",
  "availability.csv": "of,id,day,start,end,grade,weeks\nteacher,T1,Tue,08:00,10:00,-2,0101\n",
  "lessons.csv": "id,duration,groups,teachers,weeks\nMaths,45,1a,T1,0101\n",
  "pins.csv": "lesson,day,start\nMaths,Mon,08:00\n",
  "constraints.csv": "id,kind,times\nc,lessons.allowed-times,Mon 08:00-08:45\n",
]

private func read(_ files: [String: String]) -> InstitutionReading {
  CSVFolder.readAndCheck(files.mapValues { Array($0.utf8) })
}

private func read(_ file: String, _ text: String, _ other: String) throws -> InstitutionReading {
  var files = small
  files[file] = try #require(files[file]).replacing(text, with: other)
  return read(files)
}

@Suite struct CSVTimeTests {
  @Test(arguments: [
    "8.00", "8", "08.00", "0800", "800", "8h00", "8 AM", "8:00 AM", "8,00", "0.333333333", "8:0", "480",
  ])
  func onlyClockTimesAreTimes(time: String) throws {
    let quoted = time.contains(",") ? "\"\(time)\"" : time
    for (file, place) in [
      ("grid.csv", "grid.csv:2:start"), ("availability.csv", "availability.csv:2:start"),
      ("pins.csv", "pins.csv:2:start"),
    ] {
      let reading = try read(file, "08:00", quoted)
      #expect(reading.problem == nil)
      #expect(reading.issues.contains { $0.place == place && $0.message.contains("'\(time)'") }, "\(reading.issues)")
    }
  }

  @Test(arguments: ["8.00", "0800", "8h00", "8 AM", "0.3333333333"])
  func theMessageSaysWhatToWrite(time: String) throws {
    let issues = try read("pins.csv", "08:00", time).issues
    #expect(issues.contains { $0.message.contains("Maybe write 08:00.") }, "\(issues)")
  }

  @Test(arguments: ["8:00", "08:00:00", " 08:00 ", "\u{A0}8:00\u{A0}"]) func whatCanMeanOneTimeOnlyIsRead(time: String)
    throws
  {
    let reading = try read("pins.csv", "08:00", time)
    #expect(reading.issues == [])
    #expect(reading.problem?.lessons[0].pins == [Pin(day: 0, start: 480)])
  }

  @Test(arguments: ["Mon 8-9", "Mon 8.00-8.45", "Mon 0800-0845", "08:00-08:45"]) func timesOfConstraintsToo(
    text: String
  ) throws {
    let issues = try read("constraints.csv", "Mon 08:00-08:45", text).issues
    #expect(issues.map(\.place).first == "constraints.csv:2:times")
    #expect(issues.first?.message.contains("Mon 08:00-09:30") == true)
  }

  @Test func inADocumentADecimalIsNoTimeAndMinutesAre() {
    func availability(_ start: String) -> InstitutionReading {
      InstitutionDocument.read(
        Array(
          """
          {"format": "horarium/1", "name": "S", "term": {"firstDay": "2026-09-07", "weekCount": 1},
          "timeGrids": [{"days": ["Mon"], "periods": ["08:00-08:45"]}],
          "teachers": [{"id": "T", "availability": [{"day": 0, "start": \(start), "end": 600}]}], "lessons": []}
          """.utf8))
    }
    #expect(availability("480").problem?.teachers[0].availability[0].span.start == 480)
    #expect(availability("8.00").issues.map(\.place) == ["/teachers/0/availability/0/start"])
  }
}

@Suite struct WeekPatternTests {
  @Test(arguments: ["101", "1", "01010", "11111"]) func aPatternHasTheTermsLength(pattern: String) throws {
    for file in ["lessons.csv", "availability.csv"] {
      let reading = try read(file, "0101", pattern)
      #expect(reading.problem == nil)
      #expect(
        reading.issues.contains { $0.place == "\(file):2:weeks" && $0.code == "weeks.length" }, "\(reading.issues)")
    }
  }

  @Test func theMessageSaysWhatASpreadsheetTookAway() throws {
    #expect(try read("lessons.csv", "0101", "101").issues[0].message.contains("0101 is meant"))
  }

  @Test func whatIsWrittenHasTheLength() throws {
    let problem = try #require(read(small).problem)
    let document = String(decoding: try InstitutionDocument.write(problem), as: UTF8.self)
    #expect(document.contains("\"0101\""))
    #expect(try CSVFolder.write(problem)["lessons.csv"]?.contains(",0101") == true)
    let short = document.replacing("\"0101\"", with: "\"101\"")
    #expect(Set(InstitutionDocument.read(Array(short.utf8)).issues.map(\.code)) == ["weeks.length"])
  }
}

@Suite struct CSVHabitTests {
  private let right = read(small).problem

  @Test func capitalsOfFilesAndColumnsDoNotMatter() throws {
    var files = small
    files["CONSTRAINTS.CSV"] = files.removeValue(forKey: "constraints.csv")
    files["teachers.csv"] = "ID, Name \nT1,Ada\n"
    #expect(try #require(right).constraints.count == 1)
    #expect(read(files).problem == right)
  }

  @Test func twoFilesOfOneTableAreRefused() {
    #expect(
      read(small.merging(["ROOMS.CSV": "id,capacity\nR2,20\n"]) { $1 }).issues.map(\.code) == ["csv.duplicate-file"])
  }

  @Test(arguments: ["constraints.txt", "constraint.csv", "Constraints.xlsx"]) func aNearNameIsRefusedWithTheRightOne(
    name: String
  ) {
    var files = small
    files[name] = files.removeValue(forKey: "constraints.csv")
    let issues = read(files).issues
    #expect(issues.map(\.place) == [name])
    #expect(issues.first?.message.contains("Maybe you meant 'constraints.csv'") == true)
  }

  @Test(arguments: [
    "sep=;\r\nid;name\r\nT1;Ada\r\n", "id\tname\nT1\tAda\n", "\u{FEFF}id,name\rT1,Ada\r",
    "id,name,,\nT1,Ada,,\n,,,\n,,,\n",
    "\n\nid,name\n\nT1,Ada\n", "id,name\nT1 ,\u{A0}Ada\n", "id,name,\nT1,Ada\n", "id,name\nT1,Ada,,\n",
    "sep=,\nID,NAME\nT1,Ada",
  ]) func otherWaysToWriteTheSameAreTaken(text: String) {
    let reading = read(small.merging(["teachers.csv": text]) { $1 })
    #expect(reading.issues == [])
    #expect(reading.problem == right)
  }

  @Test(arguments: [true, false]) func aSpreadsheetsUnicodeTextIsTaken(isLittle: Bool) {
    var files = small.mapValues { Array($0.utf8) }
    files["teachers.csv"] = "\u{FEFF}id\tname\r\nT1\tAda\r\n".utf16.flatMap { unit in
      isLittle ? [UInt8(unit & 255), UInt8(unit >> 8)] : [UInt8(unit >> 8), UInt8(unit & 255)]
    }
    #expect(CSVFolder.readAndCheck(files).problem == right)
  }

  @Test(arguments: [
    ("rooms.csv", ",30", ",1.000", "rooms.csv:2:capacity"), ("rooms.csv", ",30", ",\"1,000\"", "rooms.csv:2:capacity"),
    ("rooms.csv", ",30", ",1 000", "rooms.csv:2:capacity"), ("rooms.csv", ",30", ",30.5", "rooms.csv:2:capacity"),
    ("rooms.csv", ",30", ",1E+03", "rooms.csv:2:capacity"), ("lessons.csv", ",45,", ",0:45,", "lessons.csv:2:duration"),
    ("term.csv", "2026-09-07", "07/09/2026", "term.csv:2:firstDay"),
    ("term.csv", "2026-09-07", "2026-09-07 00:00:00", "term.csv:2:firstDay"),
    ("grid.csv", ",yes", ",WAHR", "grid.csv:2:isTeaching"),
    ("rooms.csv", "R1,Room,30", "R1,Room,30,x", "rooms.csv:2"),
    ("rooms.csv", "id,name,capacity\nR1,Room,30", "id,name,capacity,\nR1,Room,30,x", "rooms.csv:2"),
  ]) func whatMayMeanSeveralThingsIsRefused(file: String, text: String, wrong: String, place: String) throws {
    let reading = try read(file, text, wrong)
    #expect(reading.problem == nil)
    #expect(reading.issues.contains { $0.place == place }, "\(reading.issues)")
  }

  @Test(arguments: [(",30", ",30.0"), (",30", ",030"), (",30", ", 30 ")]) func aWholeNumberIsTakenAsItIs(
    text: String, other: String
  ) throws {
    #expect(try read("rooms.csv", text, other).problem == right)
  }

  @Test(arguments: [("T1,Ada", "\"T1 \",Ada", "a space at its end"), ("T1,Ada", "\"T1\u{A0}\",Ada", "no-break space")])
  func anIdThatOnlyLooksTheSameIsShown(text: String, other: String, word: String) throws {
    let issues = try read("teachers.csv", text, other).issues
    #expect(issues.contains { $0.code == "reference.unknown" && $0.message.contains(word) }, "\(issues)")
  }

  @Test func zerosThatASpreadsheetTookAwayAreSuggested() throws {
    let files = small.merging([
      "teachers.csv": "id\n007\n", "lessons.csv": "id,duration,teachers\nMaths,45,7\n",
      "availability.csv": "of,id,day\n",
    ]) { $1 }
    #expect(read(files).issues.first?.message.contains("Maybe '007' is meant") == true)
  }

  @Test func twoIdsThatLookTheSameAreRefused() {
    let document = """
      {"format": "horarium/1", "name": "S", "term": {"firstDay": "2026-09-07", "weekCount": 1},
      "timeGrids": [{"days": ["Mon"], "periods": ["08:00-08:45"]}], "teachers": [{"id": "T1"}, {"id": "T1 "}], "lessons": []}
      """
    #expect(InstitutionDocument.readAndCheck(Array(document.utf8)).issues.map(\.code) == ["id.look-alike"])
  }
}
