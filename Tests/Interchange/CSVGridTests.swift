import Interchange
import Testing
import Timetabling

private let day = ["Mon,08:00,08:45", "Mon,09:00,09:45", "Tue,08:00,08:45", "Tue,09:00,09:45", "Wed,09:00,09:45"]

/// A school with these rows in its grid.csv.
private func read(_ rows: [String], header: String = "day,start,end", _ more: [String: String] = [:])
  -> InstitutionReading
{
  var files = [
    "term.csv": "institution,firstDay,weekCount\nSmall School,2026-09-07,4\n",
    "lessons.csv": "id,duration,roomCount\nMaths,45,0\n", "grid.csv": ([header] + rows).joined(separator: "\n") + "\n",
  ]
  files.merge(more) { $1 }
  return CSVFolder.readAndCheck(files.mapValues { Array($0.utf8) })
}

private func days(_ reading: InstitutionReading, grid: Int = 0) throws -> [String] {
  #expect(reading.issues == [])
  let grid = try #require(reading.problem).timeGrids[grid]
  return grid.days.map { "\($0.name) \($0.periods.map { "\($0.start)" }.joined(separator: " "))" }
}

@Suite struct CSVGridTests {
  private let right = ["Mon 480 540", "Tue 480 540", "Wed 540"]

  @Test(arguments: [
    [0, 1, 2, 3, 4], [0, 2, 1, 3, 4], [2, 0, 4, 3, 1], [4, 3, 2, 1, 0], [1, 0, 3, 2, 4], [4, 2, 3, 0, 1],
  ])
  func rowsSayTheSameInAnyOrder(order: [Int]) throws {
    #expect(try days(read(order.map { day[$0] })) == right)
  }

  @Test func aFirstPeriodThatMondayLacksDoesNotMakeTuesdayTheFirstDay() throws {
    let rows = ["Tue,08:00,08:45", "Wed,08:00,08:45", "Mon,09:00,09:45", "Tue,09:00,09:45"]
    #expect(try days(read(rows)) == ["Mon 540", "Tue 480 540", "Wed 480"])
  }

  @Test func aWeekBeginsAfterItsLongestPause() throws {
    let rows = ["Wed,08:00,08:45", "Sun,08:00,08:45", "Mon,08:00,08:45", "Wed,09:00,09:45", "Sun,09:00,09:45"]
    #expect(try days(read(rows)) == ["Sun 480 540", "Mon 480", "Wed 480 540"])
  }

  @Test func daysWithOtherNamesComeInTheOrderThatTheTimesTell() throws {
    let rows = ["B,08:00,08:45", "C,08:00,08:45", "A,09:00,09:45", "B,09:00,09:45", "C,09:00,09:45"]
    #expect(try days(read(rows)) == ["A 540", "B 480 540", "C 480 540"])
    let contradicting = ["B,08:00,08:45", "A,08:00,08:45", "A,09:00,09:45", "B,09:00,09:45"]
    #expect(read(contradicting).issues.map(\.code) == ["csv.day-order"])
  }

  @Test func aCycleOfDaysWithTheSameNamesIsSaid() throws {
    let rows = ["Mon,08:00,08:45", "Tue,08:00,08:45"]
    #expect(read(rows).remarks == [])
    #expect(try days(read(rows + rows)).count == 4)
    #expect(read(rows + rows).remarks.map(\.code) == ["csv.cycle"])
  }

  @Test func daysThatAreNumberedComeInTheOrderOfTheirNumbers() throws {
    let rows = ["Day 1,08:00,08:45", "Day 10,08:00,08:45", "Day 2,08:00,08:45"]
    let right = ["Day 1 480", "Day 2 480", "Day 10 480"]
    #expect(try days(read(rows)) == right)
    #expect(try days(read(rows + ["Day 1,09:00,09:45"])).map { $0.prefix(6) } == right.map { $0.prefix(6) })
    #expect(try days(read(["Day 2,08:00,08:45", "Day 1,08:00,08:45"])) == ["Day 2 480", "Day 1 480"])
  }

  @Test(arguments: [
    (["a,Mon", "a,mon"], "grid.csv:3:day"), (["a,Mon", "a,Monday"], "grid.csv:3:day"),
    (["a,Week 1", "a,\"Week  1\""], "grid.csv:3:day"), (["a,Mon", "A,Mon"], "grid.csv:3:grid"),
  ]) func namesThatDifferInCapitalsOrSpacesAreSlipsOfThePen(rows: [String], place: String) {
    let reading = read(
      rows.enumerated().map { "\($1),0\($0 + 7):00,0\($0 + 7):45" }, header: "grid,day,start,end")
    #expect(reading.problem == nil)
    #expect(reading.issues.contains { $0.place == place && $0.code == "csv.alike" }, "\(reading.issues)")
  }

  @Test func rowsOfTwoGridsMayStandMixed() throws {
    let rows = [
      "a,Mon,08:00,08:45", "b,Tue,10:00,10:45", "a,Tue,08:00,08:45", "b,Mon,11:00,11:45", "b,Mon,10:00,10:45",
    ]
    let reading = read(rows, header: "grid,day,start,end")
    #expect(try days(reading) == ["Mon 480", "Tue 480"])
    #expect(try days(reading, grid: 1) == ["Mon 600 660", "Tue 600"])
  }

  @Test func aGridWithoutSomeDaysHasTheOthersWhereTheyBelong() throws {
    let rows = day.map { "a,\($0)" } + ["b,Wed,10:00,10:45"]
    #expect(try days(read(rows, header: "grid,day,start,end"), grid: 1) == ["Mon ", "Tue ", "Wed 600"])
    let foreign = day.map { "a,\($0)" } + ["b,Thu,10:00,10:45"]
    #expect(read(foreign, header: "grid,day,start,end").issues.map(\.place) == ["grid.csv:7:day"])
  }

  @Test(arguments: [
    (["Mon,08:00,08:45", "Mon,08:00,08:45"], "grid.csv:3", "csv.duplicate-row"),
    (["Mon,08:00,08:45", "Tue,08:00,08:45", "Mon,08:00,08:45"], "grid.csv:4", "csv.duplicate-row"),
    (["Mon,08:00,08:45", "Mon,08:30,09:15"], "grid.csv:3", "period.overlap"),
    (["Mon,08:30,09:15", "Tue,08:00,08:45", "Mon,08:00,08:45"], "grid.csv:2", "period.overlap"),
    (["Mon,08:00,", "Tue,08:00,08:45"], "grid.csv:2", "json.missing-member"),
  ]) func periodsThatMeetAreRefused(rows: [String], place: String, code: String) {
    let reading = read(rows)
    #expect(reading.problem == nil)
    #expect(reading.issues.contains { $0.place == place && $0.code == code }, "\(reading.issues)")
  }

  @Test func pausesThatContradictEachOtherAreRefused() {
    let reading = read(["Mon,08:00,08:45,10", "Mon,09:00,09:45,15"], header: "day,start,end,longestBridgedPause")
    #expect(reading.issues.map(\.place) == ["grid.csv:3:longestBridgedPause"])
  }
}

@Suite struct CSVCycleTests {
  private let week = ["Mon,08:00,08:45", "Mon,09:00,09:45", "Tue,08:00,08:45"]

  @Test func aWholeListOfDaysThatComesAgainIsACycle() throws {
    #expect(try days(read(week + week)) == ["Mon 480 540", "Tue 480", "Mon 480 540", "Tue 480"])
  }

  @Test func numbersSayItInAnyOrder() throws {
    let rows = ["Mon#2,08:00,08:45", "Mon#1,09:00,09:45", "Tue,08:00,08:45", "Mon#2,09:00,09:45"]
    let problem = try #require(read(rows).problem)
    #expect(problem.timeGrids[0].days.map(\.name) == ["Mon", "Mon", "Tue"])
  }

  @Test func whatIsPartOfACycleOnlyIsRefusedWithAdvice() {
    let issues = read(week + ["Mon,08:00,08:45"]).issues
    #expect(issues.first?.code == "csv.duplicate-row")
    #expect(issues.first?.message.contains("Mon#1") == true)
  }

  @Test func aNameOfSeveralDaysMustSayWhich() throws {
    let files = ["teachers.csv": "id\nAda\n", "availability.csv": "of,id,day,start,end\nteacher,Ada,Mon,08:00,09:00\n"]
    let issue = try #require(read(week + week, files).issues.first)
    #expect(issue.place == "availability.csv:2:day")
    #expect(issue.message.contains("Mon#1 or Mon#2"))
    let told = files.mapValues { $0.replacing(",Mon,", with: ",Mon#2,") }
    #expect(try #require(read(week + week, told).problem).teachers[0].availability[0].span.day == 2)
  }

  @Test(arguments: [
    ["Mon", "Tue", "Mon", "Tue"], ["1", "2", "3", "4"], ["0", "0", "1", "2"], ["A", "B", "C", "Mon#1"],
  ])
  func aCycleIsWrittenAndReadTheSame(names: [String]) throws {
    var problem = fullProblem
    problem.timeGrids = problem.timeGrids.map { grid in
      var grid = grid
      grid.days = names.enumerated().map { GridDay(name: $1, periods: grid.days[$0 % 2].periods) }
      return grid
    }
    problem.teachers[0].availability[1].span.day = 3
    let files = try CSVFolder.write(problem).mapValues { Array($0.utf8) }
    #expect(CSVFolder.read(files).issues == [])
    #expect(CSVFolder.read(files).problem == problem)
  }

  @Test func wordsTellTheDaysApart() {
    let days = DayNames(["Mon", "Tue", "Mon"])
    #expect(days.labels == ["Mon#1", "Tue", "Mon#2"])
    #expect(days.meaning(of: "Tue") == .day(1))
    #expect(days.meaning(of: "Mon") == .several(["Mon#1", "Mon#2"]))
    #expect(days.meaning(of: "2") == .day(2))
    #expect(DayNames(["1", "2"]).meaning(of: "0") == .unknown)
    #expect(days.meaning(of: "3") == .unknown)
  }
}
