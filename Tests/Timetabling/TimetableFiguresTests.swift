import Testing
import Timetabling

/// Two lessons of one hour of teacher T and the 20 people of G, with rooms of 30 and 60 seats.
@Suite struct TimetableFiguresTests {
  private let problem = TinySchool.problem(lessons: TinySchool.lessons(2, room: RoomNeed()))

  private func figures(_ places: [(day: Int, ordinal: Int)], _ rooms: [[RoomID]]) -> TimetableFigures {
    TimetableFigures(TinySchool.timetable(places, rooms: rooms, of: problem), ProblemIndex(problem))
  }

  /// Two hours on one of five days: the mean is 0.4, the squares sum up to 3.2.
  @Test func twoLessonsOnOneDayAreLessEvenThanOnTwo() throws {
    let together = try #require(figures([(0, 0), (0, 1)], [["R1"], ["R1"]]).dailyTeachingDeviation)
    let apart = try #require(figures([(0, 0), (1, 1)], [["R1"], ["R1"]]).dailyTeachingDeviation)

    #expect(abs(together.value - (3.2 / 5).squareRoot()) < 1e-9)
    #expect(abs(apart.value - (1.2 / 5).squareRoot()) < 1e-9)
    #expect(together.attainable == apart.value && apart.attainable == apart.value)
  }

  @Test func smallRoomsAreFullerThanLargeOnes() throws {
    let large = try #require(figures([(0, 0), (0, 1)], [["R2"], ["R2"]]).seatFill)
    let small = try #require(figures([(0, 0), (0, 1)], [["R1"], ["R1"]]).seatFill)

    #expect(abs(large.value - 100.0 / 3) < 1e-9)
    #expect(abs(small.value - 200.0 / 3) < 1e-9)
    #expect(large.attainable == small.value)
  }

  /// 20 people in rooms of 30 and 60 seats, of 10, of 10 and 15, of 18 and 22.
  @Test(
    arguments: [([30, 60], 200.0 / 3), ([10, 10], 100), ([10, 15], 100), ([18, 22], 100)] as [([Int], Double)])
  func nobodySitsOnASeatThatThereIsNot(capacities: [Int], most: Double) throws {
    var problem = problem
    for (room, capacity) in capacities.enumerated() { problem.rooms[room].capacity = capacity }
    problem.constraints.append(Constraint(id: "seats", kind: .roomCapacity, enforcement: .weighted(1)))
    let timetable = TinySchool.timetable([(0, 0), (0, 1)], rooms: [["R1"], ["R2"]], of: problem)
    let seats = try #require(TimetableFigures(timetable, ProblemIndex(problem)).seatFill)
    let taken = capacities.reduce(0) { $0 + min($1, 20) }
    #expect(abs(seats.value - Double(taken) / Double(capacities.reduce(0, +)) * 100) < 1e-9)
    #expect(abs(seats.attainable - most) < 1e-9)
  }

  @Test func everyRoomInUseIsCountedOnce() {
    #expect(figures([(0, 0), (0, 1)], [["R1"], ["R1"]]).roomsOpened.value == 1)
    #expect(figures([(0, 0), (0, 1)], [["R1"], ["R2"]]).roomsOpened.value == 2)
  }

  /// 21 hours do not go into the 20 of one room.
  @Test func asManyRoomsAreNeededAsAllLessonsFill() {
    let full = TinySchool.problem(lessons: TinySchool.lessons(21, room: RoomNeed()))
    let week = (0..<20).map { (day: $0 / 4, ordinal: $0 % 4) } + [(day: 0, ordinal: 0)]
    let timetable = TinySchool.timetable(week, rooms: Array(repeating: ["R1"], count: 20) + [["R2"]], of: full)

    #expect(TimetableFigures(timetable, ProblemIndex(full)).roomsOpened.attainable == 2)
  }

  @Test func withoutMeetingsThereIsNothingToMeasure() {
    let figures = TimetableFigures(Timetable(entries: []), ProblemIndex(problem))
    #expect(figures.dailyTeachingDeviation == nil && figures.seatFill == nil && figures.roomsOpened.value == 0)
  }
}
