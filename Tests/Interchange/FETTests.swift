import Interchange
import Testing
import Timetabling

/// Two days of four hours, two classes of which one has two halves, two teachers, two rooms, five activities.
private func school(time: String = "", space: String = "", mode: String = "Official") -> String {
  """
  <?xml version="1.0" encoding="UTF-8"?>
  <fet version="6.8.5">
  <Mode>\(mode)</Mode>
  <Institution_Name>Tiny &amp; Small</Institution_Name>
  <Days_List><Day><Name>Mon</Name></Day><Day><Name>Tue</Name></Day></Days_List>
  <Hours_List><Hour><Name>1</Name></Hour><Hour><Name>2</Name></Hour><Hour><Name>3</Name></Hour>
  <Hour><Name>4</Name></Hour></Hours_List>
  <Subjects_List><Subject><Name>Maths</Name></Subject><Subject><Name>Art</Name></Subject></Subjects_List>
  <Activity_Tags_List><Activity_Tag><Name>double</Name></Activity_Tag></Activity_Tags_List>
  <Teachers_List><Teacher><Name>Ada</Name></Teacher><Teacher><Name>Bob</Name></Teacher></Teachers_List>
  <Students_List>
  <Year><Name>1</Name><Number_of_Students>20</Number_of_Students>
    <Group><Name>1a</Name><Number_of_Students>12</Number_of_Students></Group>
    <Group><Name>1b</Name><Number_of_Students>8</Number_of_Students></Group>
  </Year>
  <Year><Name>2</Name><Number_of_Students>15</Number_of_Students></Year>
  </Students_List>
  <Buildings_List><Building><Name>House</Name></Building></Buildings_List>
  <Rooms_List>
  <Room><Name>R1</Name><Building>House</Building><Capacity>30</Capacity></Room>
  <Room><Name>R2</Name><Building></Building><Capacity>30</Capacity></Room>
  </Rooms_List>
  <Activities_List>
  <Activity><Teacher>Ada</Teacher><Subject>Maths</Subject><Students>1</Students><Duration>1</Duration>
    <Id>1</Id><Activity_Group_Id>1</Activity_Group_Id><Active>true</Active></Activity>
  <Activity><Teacher>Ada</Teacher><Subject>Maths</Subject><Students>1</Students><Duration>1</Duration>
    <Id>2</Id><Activity_Group_Id>1</Activity_Group_Id><Active>true</Active></Activity>
  <Activity><Teacher>Ada</Teacher><Teacher>Bob</Teacher><Subject>Art</Subject><Activity_Tag>double</Activity_Tag>
    <Students>1a</Students><Students>2</Students><Duration>2</Duration>
    <Id>3</Id><Activity_Group_Id>0</Activity_Group_Id><Active>true</Active></Activity>
  <Activity><Teacher>Bob</Teacher><Subject>Art</Subject><Students>2</Students><Duration>1</Duration>
    <Id>4</Id><Activity_Group_Id>0</Activity_Group_Id><Active>true</Active></Activity>
  <Activity><Teacher>Bob</Teacher><Subject>Art</Subject><Students>2</Students><Duration>1</Duration>
    <Id>5</Id><Activity_Group_Id>0</Activity_Group_Id><Active>false</Active></Activity>
  </Activities_List>
  <Time_Constraints_List>\(time)</Time_Constraints_List>
  <Space_Constraints_List>\(space)</Space_Constraints_List>
  </fet>
  """
}

private func constraint(_ kind: String, _ body: String = "", weight: String = "100", active: Bool = true) -> String {
  "<Constraint\(kind)><Weight_Percentage>\(weight)</Weight_Percentage>\(body)<Active>\(active)</Active></Constraint\(kind)>"
}

private func read(time: String = "", space: String = "") throws -> Problem {
  let reading = FET.read(Array(school(time: time, space: space).utf8))
  #expect(reading.issues == [])
  #expect(reading.unsupported == [])
  let problem = try #require(reading.problem)
  #expect(ProblemCheck.issues(in: problem) == [])
  return problem
}

private let pair = "<Activity_Id>1</Activity_Id><Activity_Id>2</Activity_Id>"

@Suite struct FETTests {
  @Test func activitiesBecomeLessonsWithoutRooms() throws {
    let problem = try read()
    #expect(problem.name == "Tiny & Small")
    #expect(problem.lessons.map(\.id) == ["1", "2", "3", "4"])
    let double = problem.lessons[2]
    #expect(double.duration == 120)
    #expect(double.teachers == ["Ada", "Bob"])
    #expect(double.groups == ["1a", "2"])
    #expect(double.tags == ["double"])
    #expect(double.course == "Art")
    #expect(double.roomNeed.count == 0)
    #expect(problem.groups.first { $0.id == "1" }?.parts == ["1a", "1b"])
    #expect(problem.timeGrids[0].days[0].periods.map(\.start) == [480, 540, 600, 660])
  }

  @Test func breaksAndUnavailableTimesBecomeBreaksAndBlocks() throws {
    let slot = { (tag: String, day: String, hour: Int) in "<\(tag)><Day>\(day)</Day><Hour>\(hour)</Hour></\(tag)>" }
    let problem = try read(
      time: constraint("BreakTimes", slot("Break_Time", "Mon", 3))
        + constraint(
          "TeacherNotAvailableTimes",
          "<Teacher>Ada</Teacher>" + slot("Not_Available_Time", "Tue", 1) + slot("Not_Available_Time", "Tue", 2))
        + constraint("StudentsSetNotAvailableTimes", "<Students>1a</Students>" + slot("Not_Available_Time", "Tue", 4)),
      space: constraint("RoomNotAvailableTimes", "<Room>R2</Room>" + slot("Not_Available_Time", "Mon", 1)))
    #expect(problem.timeGrids[0].days[0].periods.map(\.isTeaching) == [true, true, false, true])
    #expect(
      problem.teachers[0].availability == [
        Availability(span: TimeSpan(day: 1, start: 480, end: 600), grade: .blocked)
      ])
    #expect(
      problem.groups.first { $0.id == "1a" }?.availability.map(\.span) == [TimeSpan(day: 1, start: 660, end: 720)])
    #expect(problem.rooms[1].availability.map(\.span) == [TimeSpan(day: 0, start: 480, end: 540)])
  }

  @Test func aHardStartIsAPinAndASoftOneASetOfStarts() throws {
    let wish = { (id: Int, weight: String) in
      constraint(
        "ActivityPreferredStartingTime",
        "<Activity_Id>\(id)</Activity_Id><Preferred_Day>Tue</Preferred_Day><Preferred_Hour>2</Preferred_Hour>",
        weight: weight)
    }
    let problem = try read(time: wish(1, "100") + wish(2, "90"))
    #expect(problem.lessons[0].pins == [Pin(day: 1, start: 540)])
    #expect(problem.lessons[1].pins == [])
    #expect(problem.constraints.map(\.enforcement) == [.weighted(90)])
    #expect(problem.constraints[0].times == [TimeSpan(day: 1, start: 540, end: 600)])
  }

  @Test func timeSlotsAreJoinedSoThatLongLessonsFit() throws {
    let slot = { (hour: Int) in
      "<Preferred_Time_Slot><Preferred_Day>Mon</Preferred_Day><Preferred_Hour>\(hour)</Preferred_Hour></Preferred_Time_Slot>"
    }
    let problem = try read(
      time: constraint(
        "ActivitiesPreferredTimeSlots",
        "<Teacher_Name>Bob</Teacher_Name><Students_Name></Students_Name><Subject_Name>Art</Subject_Name>"
          + "<Activity_Tag_Name></Activity_Tag_Name>" + slot(1) + slot(2) + slot(4)))
    #expect(problem.constraints[0].kind == .lessonsAllowedTimes)
    #expect(problem.constraints[0].selector.lessons == ["3", "4"])
    #expect(
      problem.constraints[0].times == [TimeSpan(day: 0, start: 480, end: 600), TimeSpan(day: 0, start: 660, end: 720)])
  }

  /// Activities 1 and 2 are of year 1, activity 3 of its group 1a and of year 2.
  @Test(arguments: [("1", ["1", "2", "3"]), ("1a", ["1", "2", "3"]), ("1b", ["1", "2"]), ("2", ["3", "4"])])
  func studentsStandForAllWhoHaveSomeInCommon(students: String, lessons: [LessonID]) throws {
    let problem = try read(
      time: constraint(
        "ActivitiesPreferredTimeSlots",
        "<Students_Name>\(students)</Students_Name><Preferred_Time_Slot><Preferred_Day>Mon</Preferred_Day>"
          + "<Preferred_Hour>1</Preferred_Hour></Preferred_Time_Slot>"))
    #expect(problem.constraints[0].selector.lessons == lessons)
  }

  @Test func aComponentIsTheNthOfItsSplitActivity() throws {
    let problem = try read(
      time: constraint(
        "SubactivitiesPreferredStartingTimes",
        "<Component_Number>2</Component_Number><Subject_Name>Maths</Subject_Name><Preferred_Starting_Time>"
          + "<Preferred_Starting_Day>Mon</Preferred_Starting_Day><Preferred_Starting_Hour>1</Preferred_Starting_Hour>"
          + "</Preferred_Starting_Time>"))
    #expect(problem.constraints[0].selector.lessons == ["2"])
  }

  @Test func softDaysBetweenMayShareADayOnlyBackToBack() throws {
    let body = "<Consecutive_If_Same_Day>true</Consecutive_If_Same_Day>\(pair)<MinDays>1</MinDays>"
    let soft = try read(time: constraint("MinDaysBetweenActivities", body, weight: "95")).constraints
    #expect(soft.map(\.enforcement) == [.weighted(95), .hard])
    #expect(soft.map { $0.parameter("consecutive") } == [0, 1])
    let hard = try read(time: constraint("MinDaysBetweenActivities", body)).constraints
    #expect(hard.map(\.enforcement) == [.hard])
    #expect(hard[0].parameter("consecutive") == 0)
  }

  @Test(arguments: [
    ("ActivitiesSameStartingTime", pair, ConstraintKind.lessonsSameStart),
    ("ActivitiesSameStartingDay", pair, .lessonsSameDay),
    ("ActivitiesSameStartingHour", pair, .lessonsSameStartOfDay),
    ("ActivitiesNotOverlapping", pair, .lessonsNotOverlapping),
    ("MinGapsBetweenActivities", pair + "<MinGaps>1</MinGaps>", .lessonsMinGap),
    (
      "TwoActivitiesOrdered", "<First_Activity_Id>1</First_Activity_Id><Second_Activity_Id>2</Second_Activity_Id>",
      .lessonsOrdered
    ),
    (
      "TwoActivitiesOrderedIfSameDay",
      "<First_Activity_Id>1</First_Activity_Id><Second_Activity_Id>2</Second_Activity_Id>", .lessonsOrdered
    ),
    ("MaxDaysBetweenActivities", pair + "<MaxDays>0</MaxDays>", .lessonsMaxDaysBetween),
    ("ActivityEndsStudentsDay", "<Activity_Id>1</Activity_Id>", .lessonsEndDay),
    ("TeachersMaxGapsPerWeek", "<Max_Gaps>2</Max_Gaps>", .teacherMaxGapsPerWeek),
    (
      "TeacherMaxDaysPerWeek", "<Teacher_Name>Ada</Teacher_Name><Max_Days_Per_Week>1</Max_Days_Per_Week>",
      .teacherMaxDaysPerWeek
    ),
    (
      "StudentsSetMaxHoursDaily", "<Maximum_Hours_Daily>3</Maximum_Hours_Daily><Students>1</Students>",
      .groupMaxPeriodsPerDay
    ),
    (
      "StudentsEarlyMaxBeginningsAtSecondHour", "<Max_Beginnings_At_Second_Hour>0</Max_Beginnings_At_Second_Hour>",
      .groupMaxLateStarts
    ),
  ])
  func constraintsBecomeTheirKind(name: String, body: String, kind: ConstraintKind) throws {
    let problem = try read(time: constraint(name, body))
    #expect(problem.constraints.map(\.kind) == [kind])
    #expect(problem.constraints.map(\.enforcement) == [.hard])
  }

  private static func interval(_ first: String, _ last: String) -> String {
    "<Interval_Start_Hour>\(first)</Interval_Start_Hour><Interval_End_Hour>\(last)</Interval_End_Hour>"
  }

  /// The hour at an interval's end is no part of it; without one it lasts as long as the day.
  @Test(arguments: [
    ("TeachersMaxHoursDailyInInterval", "", ConstraintKind.teacherMaxPeriodsPerDayInTimes, Selector()),
    (
      "TeacherMaxHoursDailyInInterval", "<Teacher>Ada</Teacher>", .teacherMaxPeriodsPerDayInTimes,
      Selector(teachers: ["Ada"])
    ),
    ("StudentsMaxHoursDailyInInterval", "", .groupMaxPeriodsPerDayInTimes, Selector()),
    (
      "StudentsSetMaxHoursDailyInInterval", "<Students>1</Students>", .groupMaxPeriodsPerDayInTimes,
      Selector(groups: ["1"])
    ),
    ("TeachersIntervalMaxDaysPerWeek", "", .teacherMaxDaysPerWeekInTimes, Selector()),
    (
      "TeacherIntervalMaxDaysPerWeek", "<Teacher_Name>Ada</Teacher_Name>", .teacherMaxDaysPerWeekInTimes,
      Selector(teachers: ["Ada"])
    ),
    ("StudentsIntervalMaxDaysPerWeek", "", .groupMaxDaysPerWeekInTimes, Selector()),
    (
      "StudentsSetIntervalMaxDaysPerWeek", "<Students>1</Students>", .groupMaxDaysPerWeekInTimes,
      Selector(groups: ["1"])
    ),
  ])
  func intervalsAreTimesOfEveryDay(name: String, whom: String, kind: ConstraintKind, selector: Selector) throws {
    let most = "<Maximum_Hours_Daily>1</Maximum_Hours_Daily><Max_Days_Per_Week>1</Max_Days_Per_Week>"
    let problem = try read(
      time: constraint(name, whom + Self.interval("2", "4") + most)
        + constraint(name, whom + Self.interval("3", "") + most))
    #expect(problem.constraints.map(\.kind) == [kind, kind])
    #expect(problem.constraints.map(\.selector) == [selector, selector])
    #expect(problem.constraints.map { $0.parameter("max") } == [1, 1])
    #expect(problem.constraints[0].times == (0...1).map { TimeSpan(day: $0, start: 540, end: 660) })
    #expect(problem.constraints[1].times == (0...1).map { TimeSpan(day: $0, start: 600, end: 720) })
  }

  @Test func anIntervalThatTheWeekKeepsAnywayIsNoConstraint() throws {
    let body = Self.interval("2", "4") + "<Maximum_Hours_Daily>2</Maximum_Hours_Daily>"
    #expect(try read(time: constraint("StudentsMaxHoursDailyInInterval", body)).constraints == [])
  }

  @Test(arguments: [("2", "5", "reference.unknown"), ("3", "3", "fet.interval"), ("", "3", "fet.interval")])
  func whatIsNoIntervalIsTold(first: String, last: String, code: String) {
    let body = Self.interval(first, last) + "<Max_Days_Per_Week>1</Max_Days_Per_Week>"
    let reading = FET.read(Array(school(time: constraint("TeachersIntervalMaxDaysPerWeek", body)).utf8))
    #expect(reading.issues.map(\.code) == [code])
  }

  @Test func anOrderOnOneDayIsNoOrderOfDays() throws {
    let body = "<First_Activity_Id>2</First_Activity_Id><Second_Activity_Id>1</Second_Activity_Id>"
    let problem = try read(
      time: constraint("TwoActivitiesOrdered", body) + constraint("TwoActivitiesOrderedIfSameDay", body))
    #expect(problem.constraints.map { $0.parameter("sameDay") } == [0, 1])
    #expect(problem.constraints.map(\.selector.lessons) == [["2", "1"], ["2", "1"]])
  }

  @Test func hardRoomWishesIntersectAndHomesGiveWay() throws {
    let preferred = { (rooms: [String]) in rooms.map { "<Preferred_Room>\($0)</Preferred_Room>" }.joined() }
    let problem = try read(
      space: constraint("SubjectPreferredRooms", "<Subject>Art</Subject>" + preferred(["R1", "R2"]))
        + constraint("ActivityPreferredRoom", "<Activity_Id>3</Activity_Id><Room>R2</Room>")
        + constraint("StudentsSetHomeRoom", "<Students>2</Students><Room>R1</Room>")
        + constraint("StudentsSetHomeRoom", "<Students>1</Students><Room>R1</Room>", weight: "95"))
    #expect(problem.lessons.map(\.roomNeed.count) == [1, 1, 1, 1])
    #expect(problem.lessons[2].roomNeed.rooms == ["R2"])
    #expect(problem.lessons[3].roomNeed.rooms == ["R1", "R2"])
    #expect(problem.lessons[0].roomNeed.rooms == [])
    let soft = try #require(problem.constraints.first)
    #expect(soft.kind == .lessonsAllowedRooms)
    #expect(soft.enforcement == .weighted(95))
    #expect(soft.selector.lessons == ["1", "2"])
  }

  /// With rooms R1 and R2, and these virtual ones.
  private func virtual(_ rooms: [(String, [[String]])], space: String) -> String {
    let list = rooms.map { name, sets in
      let sets = sets.map { set in
        "<Set_of_Real_Rooms>" + set.map { "<Real_Room>\($0)</Real_Room>" }.joined() + "</Set_of_Real_Rooms>"
      }
      return "<Room><Name>\(name)</Name><Capacity>40</Capacity><Virtual>true</Virtual>\(sets.joined())</Room>"
    }
    return school(space: space).replacing("<Rooms_List>", with: "<Rooms_List>" + list.joined())
      .replacing("<Capacity>30</Capacity>", with: "<Capacity>12</Capacity>")
  }

  @Test func aVirtualRoomIsOneRealRoomOfEachSet() throws {
    let file = virtual(
      [("both", [["R1"], ["R1", "R2"]]), ("any", [["R1", "R2"], ["R2", "R1"]]), ("unused", [])],
      space: constraint("ActivityPreferredRoom", "<Activity_Id>1</Activity_Id><Room>both</Room>")
        + constraint("ActivityPreferredRooms", "<Activity_Id>2</Activity_Id><Preferred_Room>any</Preferred_Room>")
        + constraint(
          "ActivityPreferredRoom",
          "<Activity_Id>4</Activity_Id><Room>any</Room><Real_Room>R2</Real_Room><Real_Room>R1</Real_Room>"))
    let problem = try #require(FET.readAndCheck(Array(file.utf8)).problem)
    #expect(problem.rooms.map(\.id) == ["R1", "R2"])
    #expect(problem.lessons.map(\.roomNeed.count) == [2, 2, 0, 2])
    #expect(problem.lessons.map(\.roomNeed.rooms) == [["R1", "R2"], ["R1", "R2"], [], ["R2", "R1"]])
    #expect(problem.constraints.map(\.kind) == [.lessonsAllowedRooms, .lessonsAllowedRooms])
    #expect(problem.constraints.map(\.selector.lessons) == [["1"], ["1"]])
    #expect(problem.constraints.map(\.rooms) == [["R1"], ["R1", "R2"]])
    // Twenty students in a virtual room of 40 seats: FET does not ask how many the real ones have.
    #expect(problem.lessons[0].size == nil)
    let narrow = file.replacing("<Capacity>12</Capacity>", with: "<Capacity>9</Capacity>")
    #expect(try #require(FET.readAndCheck(Array(narrow.utf8)).problem).lessons[0].size == 18)
  }

  @Test(arguments: [
    ([["R1"], ["R2"]], ["v", "R1"], "100", "one of several"),
    ([["R1"], ["R2"], ["R1", "R2"]], ["v"], "100", "sets that overlap"),
    ([["R1"], ["R2"]], ["v"], "95", "'ActivityPreferredRooms'"),
  ])
  func whatAVirtualRoomCannotSayIsRefusedByName(sets: [[String]], wish: [String], weight: String, named: String) {
    let rooms = wish.map { "<Preferred_Room>\($0)</Preferred_Room>" }.joined()
    let file = virtual(
      [("v", sets)],
      space: constraint("ActivityPreferredRooms", "<Activity_Id>1</Activity_Id>" + rooms, weight: weight))
    let reading = FET.read(Array(file.utf8))
    #expect(reading.unsupported.count == 1 && reading.unsupported[0].message.contains(named), "\(reading)")
  }

  @Test func aVirtualRoomNeedsRealRoomsAndSeats() {
    let wish = constraint("ActivityPreferredRoom", "<Activity_Id>3</Activity_Id><Room>v</Room>")
    let unknown = FET.read(Array(virtual([("v", [["R1"], ["R9"]])], space: wish).utf8))
    #expect(unknown.issues.map(\.code) == ["reference.unknown"])
    let full = virtual([("v", [["R1"], ["R2"]])], space: wish).replacing("<Capacity>40", with: "<Capacity>26")
    #expect(FET.read(Array(full.utf8)).issues.map(\.code) == ["fet.rooms"])
  }

  @Test func constraintsNotUnderstoodAreCountedUnlessTheyAreOff() {
    let file = school(
      time: constraint("TeachersMaxAfternoonsPerWeek") + constraint("TeachersMaxAfternoonsPerWeek")
        + constraint("StudentsMaxThings", active: false) + constraint("StudentsMaxThings", weight: "0")
        + constraint(
          "StudentsMaxSpanPerDay",
          "<Max_Span>2</Max_Span><Allow_One_Day_Exception_of_Plus_One>true</Allow_One_Day_Exception_of_Plus_One>"))
    let reading = FET.read(Array(file.utf8))
    #expect(reading.problem == nil)
    #expect(reading.issues == [])
    #expect(reading.unsupported.map(\.code) == ["fet.unsupported", "fet.unsupported"])
    #expect(reading.unsupported[0].message.hasPrefix("'StudentsMaxSpanPerDay' is not understood."))
    #expect(reading.unsupported[1].message.hasPrefix("'TeachersMaxAfternoonsPerWeek' is not understood, 2 times."))
    let named = ProblemFile.read(name: "School.FET", bytes: Array(file.utf8))
    #expect(named.problem == nil)
    #expect(named.unsupported.map { $0.place.prefix(11) } == ["School.FET:", "School.FET:"])
  }

  @Test func anotherModeIsRefusedByName() {
    let reading = FET.read(Array(school(mode: "Mornings_Afternoons").utf8))
    #expect(reading.problem == nil)
    #expect(reading.unsupported.first?.message.contains("Mornings_Afternoons") == true)
  }

  @Test func aVariantOfFETThatWroteNoModeIsRefusedByItsVersion() {
    let file = school().replacing("version=\"6.8.5\"", with: "version=\"5.27.3-ma10\"")
      .replacing("<Mode>Official</Mode>", with: "")
    let reading = FET.read(Array(file.utf8))
    #expect(reading.problem == nil)
    #expect(reading.unsupported.first?.message.contains("5.27.3-ma10") == true)
    #expect(FET.read(Array(file.replacing("-ma10", with: "").utf8)).problem != nil)
  }

  /// Each would bind nobody, or somebody else, without a word.
  @Test(arguments: [
    ("MinDaysBetweenActivities", pair + "<MinDays>1</MinDays>", "95,5", "fet.number", "95,5"),
    (
      "MinDaysBetweenActivities", "<Activity_Id>1</Activity_Id><Activity_Id>99</Activity_Id><MinDays>1</MinDays>",
      "100",
      "reference.unknown", "'99'"
    ),
    (
      "TeacherNotAvailableTimes",
      "<Teacher>Ada</Teacher><Not_Available_Time><Day>Mon</Day><Hour>9</Hour></Not_Available_Time>", "100",
      "reference.unknown", "'Mon 9'"
    ),
    ("ActivitiesPreferredTimeSlots", "<Teacher_Name>Eve</Teacher_Name>", "100", "reference.unknown", "'Eve'"),
    ("ActivityPreferredRoom", "<Activity_Id>1</Activity_Id><Room>R9</Room>", "100", "reference.unknown", "'R9'"),
  ])
  func whatAConstraintNamesMustBeThere(kind: String, body: String, weight: String, code: String, named: String) {
    let reading = FET.read(Array(school(time: constraint(kind, body, weight: weight)).utf8))
    #expect(reading.problem == nil)
    #expect(reading.issues.contains { $0.code == code && $0.message.contains(named) }, "\(reading.issues)")
  }

  @Test(arguments: [("Time_Constraint_List", "fet.part"), ("Time_Rules", "fet.unsupported")])
  func aPartThatNobodyReadsIsNamed(name: String, code: String) {
    let file = school(time: constraint("BasicCompulsoryTime")).replacing("Time_Constraints_List", with: name)
    let reading = FET.read(Array(file.utf8))
    #expect(reading.problem == nil)
    #expect((reading.issues + reading.unsupported).map(\.code) == [code])
  }

  @Test func hoursOfADayAreAskedForWithOrWithoutEmptyDays() throws {
    func least(_ hours: Int, _ mayBeEmpty: Bool) -> String {
      constraint(
        "StudentsMinHoursDaily",
        "<Minimum_Hours_Daily>\(hours)</Minimum_Hours_Daily><Allow_Empty_Days>\(mayBeEmpty)</Allow_Empty_Days>")
    }
    let problem = try read(time: least(2, true) + least(2, false) + least(1, true) + least(1, false) + least(0, false))
    #expect(problem.constraints.map { $0.parameter("min") } == [2, 2, 1])
    #expect(problem.constraints.map { $0.parameter("everyDay") } == [0, 1, 1])
  }

  @Test func whatIsListedTwiceIsPassedOverAsFETDoes() throws {
    let file = school().replacing(
      "<Subject><Name>Art</Name></Subject>",
      with: "<Subject><Name>Art</Name></Subject><Subject><Name>Art</Name></Subject>"
    )
    .replacing("</Activity_Tags_List>", with: "<Activity_Tag><Name>double</Name></Activity_Tag></Activity_Tags_List>")
    #expect(try #require(FET.readAndCheck(Array(file.utf8)).problem).courses.map(\.id) == ["Maths", "Art"])
  }

  @Test func whatMakesNoSenseIsToldWithItsLine() throws {
    let file = school().replacing("<Duration>2</Duration>", with: "<Duration>5</Duration>")
    let issue = try #require(FET.readAndCheck(Array(file.utf8)).issues.first)
    #expect(issue.code == "lesson.no-placement")
    #expect(issue.place.hasPrefix("line "))
  }
}

@Suite struct FETClockTests {
  private func grid(_ hours: [String], duration: Int = 2) throws -> (grid: TimeGrid, double: Lesson) {
    let list = hours.map { "<Hour><Name>\($0)</Name></Hour>" }.joined()
    var file = school().replacing("<Duration>2</Duration>", with: "<Duration>\(duration)</Duration>")
    let (start, end) = try (
      #require(file.range(of: "<Hours_List>")), #require(file.range(of: "</Hours_List>"))
    )
    file.replaceSubrange(start.upperBound..<end.lowerBound, with: list)
    let problem = try #require(FET.readAndCheck(Array(file.utf8)).problem)
    return (problem.timeGrids[0], problem.lessons[2])
  }

  @Test func startsAreTimesAndLastToTheNext() throws {
    let (grid, double) = try grid(["08:00", "08:30", "9:00", "10:00"])
    #expect(grid.days[0].periods.map(\.start) == [480, 510, 540, 600] && grid.hasClockTimes)
    #expect(grid.days[0].periods.map(\.name) == ["08:00", "08:30", "9:00", "10:00"])
    #expect(grid.days[0].periods.map(\.minutes) == [30, 30, 30, 30])
    #expect(double.duration == 60)
    #expect(grid.placements(duration: 60).filter { $0.day == 0 }.map(\.start) == [480, 510, 540])
  }

  @Test func stretchesAreTimesWithPausesThatAnActivityRunsAcross() throws {
    let (grid, double) = try grid(["17:00-18:30", "18:40 - 20:10"])
    #expect(grid.days[0].periods.map(\.start) == [1020, 1120])
    #expect(grid.days[0].periods.map(\.end) == [1110, 1210])
    #expect(double.duration == 180)
    #expect(grid.placements(duration: 180).filter { $0.day == 0 }.count == 1)
  }

  @Test func aTimetableNamesTheHoursAsTheFileDoes() throws {
    let reading = FET.readAndCheck(Array(school().utf8))
    let problem = try #require(reading.problem)
    #expect(problem.timeGrids[0].days[1].periods.map(\.name) == ["1", "2", "3", "4"])
    #expect(!problem.timeGrids[0].hasClockTimes)
    #expect(reading.remarks.map(\.code) == ["fet.hours-without-times"])
    let entry = Entry(
      lesson: "1", meeting: 0, weeks: .first(1), time: TimeSpan(day: 0, start: 600, end: 660), rooms: [],
      teachers: ["Ada"])
    let csv = TimetableDocument.csv(Timetable(entries: [entry]), of: problem)
    #expect(
      csv == "lesson,meeting,name,course,day,period,periods,weeks,rooms,teachers,groups,kind\n"
        + "1,0,Maths 1,Maths,Mon,3,1,1,,Ada,1,regular\n")
  }

  @Test(arguments: [
    ["P1", "P2", "Lunch"], ["1", "2", "3"], ["08:00", "09:00", "Lunch"], ["11:00", "12:00", "01:00"],
    // Two short hours take no longer than a long one: no number of minutes says "two hours" here.
    ["08:00-08:20", "08:20-09:20", "09:20-10:20", "10:20-10:40", "10:40-11:00"],
  ]) func otherNamesAreNoTimes(hours: [String]) throws {
    let (grid, double) = try grid(hours)
    #expect(Set(grid.days[0].periods.map(\.minutes)) == [60])
    #expect(grid.days[0].periods.map(\.name) == hours && !grid.hasClockTimes)
    #expect(double.duration == 120)
  }
}

@Suite struct HostileXMLTests {
  @Test(arguments: [
    ("", "xml.syntax"), ("<fet>", "xml.syntax"), ("<fet></feet>", "xml.syntax"), ("<fet>&boom;</fet>", "xml.syntax"),
    ("<school></school>", "fet.root"),
    ("<!DOCTYPE fet [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n<fet>&b;</fet>", "xml.document-type"),
    (String(repeating: "<a>", count: 40), "xml.too-deep"),
  ])
  func whatIsWrongIsTold(text: String, code: String) {
    let reading = FET.read(Array(text.utf8))
    #expect(reading.problem == nil)
    #expect(reading.issues.map(\.code) == [code])
  }

  @Test func unknownNamesAreToldWithTheirLine() {
    let file = school().replacing("<Teacher>Bob</Teacher><Subject>Art", with: "<Teacher>Eve</Teacher><Subject>Art")
    let issues = FET.read(Array(file.utf8)).issues
    #expect(issues.map(\.code) == ["reference.unknown", "reference.unknown"])
    #expect(issues.allSatisfy { $0.place.hasPrefix("line ") && $0.message.contains("'Eve'") })
  }
}
