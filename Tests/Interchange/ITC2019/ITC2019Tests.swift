import Interchange
import Patterns
import Testing

/// One course with a lecture and two seminars, two rooms, two students.
private let toy = """
  <?xml version="1.0" encoding="UTF-8"?>
  <!DOCTYPE problem PUBLIC "-//ITC 2019//DTD Problem Format/EN" "http://www.itc2019.org/competition-format.dtd">
  <problem name="toy &amp; co" nrDays="7" slotsPerDay="288" nrWeeks="4">
    <!-- A comment. -->
    <optimization time="2" room="1" distribution="3" student="4"/>
    <rooms>
      <room id="1" capacity="50">
        <travel room="2" value="3"/>
        <unavailable days="0000100" start="96" length="24" weeks="1000"/>
      </room>
      <room id="2" capacity="20"/>
    </rooms>
    <courses>
      <course id="1">
        <config id="1">
          <subpart id="1">
            <class id="1" limit="50">
              <room id="1" penalty="0"/>
              <time days="1010000" start="90" length="12" weeks="1111" penalty="0"/>
              <time days="0101000" start="90" length="12" weeks="1010" penalty="6"/>
            </class>
          </subpart>
          <subpart id="2">
            <class id="2" limit="1" parent="1">
              <room id="2" penalty="5"/><room id="1" penalty="0"></room>
              <time days="0000100" start="90" length="12" weeks="1111" penalty="0"/>
            </class>
            <class id='3' room="false">
              <time days="0000001" start="90" length="12" weeks="0001" penalty="1"/>
            </class>
          </subpart>
        </config>
      </course>
    </courses>
    <distributions>
      <distribution type="NotOverlap" required="true"><class id="1"/><class id="2"/></distribution>
      <distribution type="MaxBreaks(1,12)" penalty="9"><class id="3"/><class id="1"/></distribution>
    </distributions>
    <students>
      <student id="11"><course id="1"/></student>
      <student id="12"/>
    </students>
  </problem>
  """

private func reading(_ text: String) -> CourseReading { ITC2019.read(Array(text.utf8)) }
private func toy(_ old: String, _ new: String) -> CourseReading {
  let changed = toy.split(separator: old, maxSplits: 1).joined(separator: new)
  return reading(changed)
}

@Suite struct ITC2019ReadingTests {
  @Test func roomsHaveWaysAndClosures() throws {
    let problem = try #require(reading(toy).problem)
    #expect(problem.name == "toy & co")
    #expect((problem.days, problem.slotsPerDay, problem.weeks) == (7, 288, 4))
    #expect(problem.weights == CostWeights(time: 2, room: 1, distribution: 3, student: 4))
    #expect(problem.rooms.map(\.id) == ["1", "2"])
    #expect(problem.rooms[0].capacity == 50)
    #expect(problem.rooms[0].travel == [.init(room: 1, slots: 3)])
    #expect(problem.rooms[0].unavailable == [MeetingPattern(days: 0b10000, weeks: 0b0001, start: 96, length: 24)])
  }

  @Test func classesHaveTimesRoomsLimitsAndParents() throws {
    let problem = try #require(reading(toy).problem)
    #expect(problem.classes.map(\.id) == ["1", "2", "3"])
    #expect(problem.classes.map(\.limit) == [50, 1, nil])
    #expect(problem.classes.map(\.parent) == [nil, 0, nil])
    #expect(problem.classes[1].rooms == [RoomOption(room: 1, penalty: 5), RoomOption(room: 0, penalty: 0)])
    #expect(problem.classes[2].rooms.isEmpty)
    #expect(
      problem.classes[0].times[1]
        == TimeOption(pattern: MeetingPattern(days: 0b1010, weeks: 0b0101, start: 90, length: 12), penalty: 6))
    #expect(
      problem.courses == [
        CourseOffering(
          id: "1",
          configurations: [
            .init(id: "1", subparts: [.init(id: "1", classes: [0]), .init(id: "2", classes: [1, 2])])
          ])
      ])
  }

  @Test func distributionsAndStudentsReferByIndex() throws {
    let problem = try #require(reading(toy).problem)
    #expect(
      problem.distributions == [
        Distribution(.notOverlap, isRequired: true, classes: [0, 1]),
        Distribution(.maxBreaks(1, gap: 12), isRequired: false, penalty: 9, classes: [2, 0]),
      ])
    #expect(problem.students == [CourseStudent(id: "11", courses: [0]), CourseStudent(id: "12", courses: [])])
    #expect(reading(toy).issues.isEmpty)
    #expect(reading(toy).ignored.isEmpty)
  }

  /// A solution names days, weeks and start, and no length: it cannot tell the two apart.
  @Test func ofTimesThatASolutionCannotTellApartTheCheaperStays() throws {
    let old = "<time days=\"0101000\" start=\"90\" length=\"12\" weeks=\"1010\" penalty=\"6\"/>"
    let reading = toy(old, old + old.replacing("\"6\"", with: "\"2\"").replacing("\"12\"", with: "\"9\"") + old)
    let times = try #require(reading.problem).classes[0].times
    #expect(times.map(\.penalty) == [0, 2])
    #expect(times.map(\.pattern.length) == [12, 9])
    #expect(reading.ignored.map(\.place) == ["line 20"])
  }

  @Test func aClosureOnNoDayOrInNoWeekClosesNothing() throws {
    let reading = toy(
      "<room id=\"2\" capacity=\"20\"/>",
      """
      <room id="2"><unavailable days="0000000" start="0" length="9" weeks="1111"/>\
      <unavailable days="1000000" start="0" length="9" weeks="0000"/></room>
      """)
    #expect(try #require(reading.problem).rooms[1].unavailable == [])
  }

  @Test func aByteOrderMarkIsPassedOver() {
    #expect(ITC2019.read([0xEF, 0xBB, 0xBF] + Array(toy.utf8)).problem != nil)
  }

  @Test(arguments: [
    ("<distributions>", "</distributions>", "distributons"), ("required=\"true\"", "", "requird=\"true\""),
    ("required=\"true\"", "", "required=\"TRUE\""),
  ]) func aSlipOfThePenTakesNoRulesAway(text: String, end: String, wrong: String) {
    let changed = end.isEmpty ? wrong : "<\(wrong)>"
    var reading = toy(text, changed)
    if !end.isEmpty {
      reading = ITC2019.read(Array(toy.replacing(text, with: changed).replacing(end, with: "</\(wrong)>").utf8))
    }
    #expect(reading.problem == nil)
    #expect(!reading.issues.isEmpty)
  }

  @Test func whatTheFormatDoesNotKnowIsNamedOnceAndPassedOver() {
    let reading = toy("<optimization", "<note><class id=\"9\"/></note><note/><optimization flavor=\"x\"")
    #expect(reading.problem != nil)
    #expect(reading.ignored.map(\.place) == ["line 5", "line 5"])
    #expect(reading.ignored.map(\.message).contains { $0.contains("'note'") })
    #expect(reading.ignored.map(\.message).contains { $0.contains("'flavor'") })
  }

  @Test(arguments: [
    ("<config id", "<config color=\"x\" id", "'color' of 'config'"),
    ("<subpart id", "<subpart color=\"x\" id", "'color' of 'subpart'"),
    ("<rooms>", "<rooms color=\"x\">", "'color' of 'rooms'"),
    ("<student id=\"11\"><course id", "<student id=\"11\"><course color=\"x\" id", "'color' of 'course'"),
    ("<room id=\"1\" penalty=\"0\"></room>", "<room id=\"1\" penalty=\"0\"><note/></room>", "'note'"),
  ]) func whateverIsNotReadIsNamed(text: String, changed: String, named: String) {
    let reading = toy(text, changed)
    #expect(reading.problem != nil, "\(reading.issues)")
    #expect(reading.ignored.map(\.message).contains { $0.contains(named) }, "\(reading.ignored)")
  }

  @Test func weightsStandOnceAndAreNotMadeUpWithoutAWord() {
    let weights = "<optimization time=\"2\" room=\"1\" distribution=\"3\" student=\"4\"/>"
    #expect(toy(weights, "").ignored.map(\.code) == ["itc2019.no-weights"])
    #expect(toy(weights, weights + weights).issues.map(\.code) == ["itc2019.duplicate"])
  }

  @Test func recognizesItsOwnFilesOnly() {
    #expect(ITC2019.recognizes(Array(toy.utf8)))
    #expect(!ITC2019.recognizes(Array("<fet version=\"6\"></fet>".utf8)))
    #expect(!ITC2019.recognizes(Array("Name: Toy".utf8)))
  }
}

@Suite struct ITC2019HostileTests {
  /// What is written wrongly, and the line and code that the reader answers.
  @Test(arguments: [
    ("nrDays=\"7\"", "nrDays=\"17\"", "line 3", "itc2019.number"),
    ("nrWeeks=\"4\"", "", "line 3", "itc2019.number"),
    ("days=\"1010000\"", "days=\"101000\"", "line 19", "itc2019.days"),
    ("days=\"1010000\"", "days=\"1020000\"", "line 19", "itc2019.days"),
    ("weeks=\"1010\"", "weeks=\"0000\"", "line 20", "itc2019.weeks"),
    ("length=\"24\"", "length=\"0\"", "line 9", "itc2019.number"),
    ("start=\"96\"", "start=\"99999999999999999999\"", "line 9", "itc2019.number"),
    ("penalty=\"6\"", "penalty=\"-6\"", "line 20", "itc2019.number"),
    ("travel room=\"2\"", "travel room=\"7\"", "line 8", "itc2019.reference"),
    ("parent=\"1\"", "parent=\"x\"", "line 24", "itc2019.reference"),
    ("parent=\"1\"", "parent=\"2\"", "line 24", "itc2019.parent"),
    ("<room id=\"2\" capacity=\"20\"/>", "<room id=\"1\" capacity=\"20\"/>", "line 11", "itc2019.duplicate"),
    ("<class id=\"2\" limit", "<class id=\"1\" limit", "line 24", "itc2019.duplicate"),
    ("<room id=\"1\" penalty=\"0\"></room>", "<room id=\"2\"/>", "line 25", "itc2019.duplicate"),
    ("NotOverlap", "NeverOverlap", "line 36", "itc2019.distribution"),
    ("<class id=\"3\"/><class id=\"1\"/>", "<class id=\"3\"/><class id=\"3\"/>", "line 37", "itc2019.duplicate"),
    ("<student id=\"11\"><course id=\"1\"/>", "<student id=\"11\"><course id=\"2\"/>", "line 40", "itc2019.reference"),
    (" room=\"false\"", "", "line 28", "itc2019.no-room"),
    (
      "<time days=\"0000001\" start=\"90\" length=\"12\" weeks=\"0001\" penalty=\"1\"/>", "", "line 28",
      "itc2019.no-time"
    ),
    ("id=\"12\"/>", "id=\"12\">", "line 42", "xml.syntax"),
    ("</problem>", "", "line 43", "xml.syntax"),
    ("</problem>", "</problem><problem/>", "line 43", "xml.syntax"),
    ("<rooms>", "<rooms>text", "line 6", "xml.syntax"),
    ("capacity=\"50\"", "capacity=\"50\" capacity=\"51\"", "line 7", "xml.syntax"),
    ("capacity=\"50\"", "capacity=50", "line 7", "xml.syntax"),
    ("-->", "", "line 43", "xml.syntax"),
    ("room=\"1\" distribution", "room=\"1001\" distribution", "line 5", "itc2019.number"),
    ("\"toy &amp; co\"", "\"toy &bad; co\"", "line 3", "itc2019.attribute"),
    ("\"http://www.itc2019.org/competition-format.dtd\"", "[<!ENTITY a \"b\">]", "line 2", "xml.syntax"),
  ])
  func aMistakeIsNamedWithItsLine(old: String, new: String, line: String, code: String) {
    let reading = toy(old, new)
    #expect(reading.problem == nil)
    #expect(reading.issues.first?.place == line)
    #expect(reading.issues.first?.code == code)
  }

  @Test func aProblemIsReportedForEachPlace() {
    let changed = toy.replacing("days=\"0000", with: "days=\"x000")
    #expect(reading(changed).issues.map(\.place) == ["line 9", "line 26", "line 29"])
  }

  @Test func anotherRootIsRefused() {
    #expect(reading("<fet/>").issues.map(\.code) == ["itc2019.root"])
    #expect(reading("").issues.map(\.code) == ["xml.syntax"])
    #expect(reading("no xml").issues.map(\.code) == ["xml.syntax"])
  }

  @Test func sizeAndDepthAreBounded() {
    let small = ITC2019.read(Array(toy.utf8), limits: ReadingLimits(bytes: 100))
    #expect(small.issues.map(\.code) == ["file.too-large"])
    let deep = String(repeating: "<rooms>", count: 5_000)
    let reading = toy("<rooms>", deep)
    // Rooms within rooms are told once, before the depth ends the reading.
    #expect(reading.issues.map(\.code) == ["itc2019.element", "xml.syntax"])
  }

  @Test func roomsAndCoursesOfAStudentAreBounded() {
    let rooms = (10...5_010).map { "<room id=\"\($0)\" capacity=\"1\"/>" }.joined()
    #expect(toy("<room id=\"2\"", rooms + "<room id=\"2\"").issues.map(\.code) == ["itc2019.too-large"])
    let wishes = String(repeating: "<course id=\"1\"/>", count: 101)
    #expect(
      toy("<student id=\"12\"/>", "<student id=\"12\">\(wishes)</student>").issues.first?.code == "itc2019.too-large")
  }

  @Test func issuesBeyondTheLimitAreCounted() {
    let changed = toy.replacing("days=\"0000", with: "days=\"x000")
    let reading = ITC2019.read(Array(changed.utf8), limits: ReadingLimits(issues: 2))
    #expect(reading.issues.count == 2)
    #expect(reading.omittedIssues == 1)
  }

  /// Whatever byte goes wrong, reading ends, with a problem or with issues.
  @Test func damagedBytesNeverPassUnnoticedOrCrash() {
    let bytes = Array(toy.utf8)
    for position in stride(from: 0, to: bytes.count, by: 7) {
      for byte in [0, 0x22, 0x3C, 0x3E, 0x26, 0xFF] as [UInt8] {
        var damaged = bytes
        damaged[position] = byte
        let reading = ITC2019.read(damaged)
        #expect((reading.problem == nil) == !reading.issues.isEmpty)
      }
      let cut = ITC2019.read(Array(bytes[..<position]))
      #expect(cut.problem == nil)
    }
  }
}

@Suite struct ITC2019WritingTests {
  @Test func aSolutionIsWrittenAsTheCompetitionAsks() throws {
    let problem = try #require(reading(toy).problem)
    let solution = CourseSolution(
      placements: [.init(time: 1, room: 0), .init(time: 0, room: 0), nil], enrollments: [[0, 1], []])
    let text = ITC2019.write(
      solution, of: problem, by: SolutionSource(runtime: 12.4, cores: 2, technique: "Annealing <2>"))
    #expect(
      text == """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE solution PUBLIC "-//ITC 2019//DTD Problem Format/EN" \
        "http://www.itc2019.org/competition-format.dtd">
        <solution name="toy &amp; co" runtime="12" cores="2" technique="Annealing &lt;2&gt;" author="Horarium" \
        institution="Horarium" country="-">
          <class id="1" days="0101000" start="90" weeks="1010" room="1">
            <student id="11"/>
          </class>
          <class id="2" days="0000100" start="90" weeks="1111" room="2">
            <student id="11"/>
          </class>
        </solution>

        """)
  }

  @Test func aProblemIsReadAsItWasWritten() throws {
    let problem = try #require(reading(toy).problem)
    let again = reading(ITC2019.write(problem))
    #expect(again.problem == problem)
    #expect(again.ignored.isEmpty)
  }

  @Test func aClassWithoutARoomIsWrittenWithoutOne() throws {
    let problem = try #require(reading(toy).problem)
    let solution = CourseSolution(placements: [nil, nil, .init(time: 0)], enrollments: [[], []])
    let text = ITC2019.write(solution, of: problem, by: SolutionSource(runtime: 0, cores: 1, technique: "none"))
    #expect(text.contains("  <class id=\"3\" days=\"0000001\" start=\"90\" weeks=\"0001\"/>\n"))
  }
}
