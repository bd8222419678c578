import Instances
import Optimization
import Patterns
import Testing

/// What is left out is what no valid solution can use.
@Suite struct OptionFilterTests {
  /// Two slots long, at one of these starts of the only day; all in rooms 0 and 1 unless said otherwise.
  private func problem(
    _ starts: [[Int]], rooms: [[Int]]? = nil, _ distributions: [Distribution], closed: [MeetingPattern] = []
  ) -> CourseProblem {
    CourseProblem(
      name: "options", days: 1, slotsPerDay: 20, weeks: 1,
      rooms: [CourseRoom(id: "r", capacity: 9, unavailable: closed), CourseRoom(id: "s", capacity: 9)],
      classes: starts.indices.map { index in
        CourseClass(
          id: "k\(index)",
          times: starts[index].map {
            TimeOption(pattern: MeetingPattern(days: 1, weeks: 1, start: $0, length: 2))
          }, rooms: (rooms?[index] ?? [0, 1]).map { RoomOption(room: $0) })
      }, distributions: distributions)
  }

  private func options(_ problem: CourseProblem) -> [(times: [Int], rooms: [Int])] {
    CourseTrial(problem, seed: 1).options
  }

  @Test func aTimeGoesThatFitsWithNoneOfAnotherClassAndSoDoesWhatThatOneHeld() {
    // The second must follow the first, the third share its time with the second.
    let options = options(
      problem(
        [[4], [0, 4, 6, 8], [6, 10]],
        [
          Distribution(.precedence, isRequired: true, classes: [0, 1]),
          Distribution(.sameTime, isRequired: true, classes: [1, 2]),
        ]))
    #expect(options.map(\.times) == [[0], [2], [0]])
  }

  @Test func aPenaltyTakesNoOptionAway() {
    let options = options(
      problem([[4], [0, 4, 6]], [Distribution(.precedence, isRequired: false, penalty: 9, classes: [0, 1])]))
    #expect(options.map(\.times) == [[0], [0, 1, 2]])
  }

  @Test func aTimeGoesAtWhichItsRoomsAreClosedOrTaken() {
    // Room 0 is closed at 0, the first class takes it at 4, and then the second at 8.
    let options = options(
      problem(
        [[4], [0, 5, 8], [4, 8]], rooms: [[0], [0], [0, 1]], [],
        closed: [MeetingPattern(days: 1, weeks: 1, start: 0, length: 1)]))
    #expect(options.map(\.times) == [[0], [2], [0, 1]])
    #expect(options.map(\.rooms) == [[0], [0], [1]])
  }

  @Test func roomsFollowTheRulesOfRooms() {
    let options = options(
      problem(
        [[0], [4, 8], [6, 10]], rooms: [[1], [0, 1], [0, 1]],
        [
          Distribution(.sameRoom, isRequired: true, classes: [0, 1]),
          Distribution(.differentRoom, isRequired: true, classes: [1, 2]),
        ]))
    #expect(options.map(\.rooms) == [[0], [1], [0]])
  }

  @Test func whereNothingValidIsLeftEverythingStays() {
    let options = options(
      problem([[4, 6], [0, 2]], [Distribution(.precedence, isRequired: true, classes: [0, 1])]))
    #expect(options.map(\.times) == [[0, 1], [0, 1]])
    #expect(options.map(\.rooms) == [[0, 1], [0, 1]])
  }

  @Test(arguments: 1..<UInt64(9)) func whatASolutionWithoutViolationsUsesStays(seed: UInt64) throws {
    let catalog = CourseCatalog(try CatalogPlan(classes: 300, students: 300, load: 0.9, seed: seed))
    let options = options(catalog.problem)
    for (index, placement) in catalog.planted.placements.enumerated() {
      let placement = try #require(placement)
      #expect(options[index].times.contains(placement.time))
      if let room = placement.room { #expect(options[index].rooms.contains(room)) }
    }
    let all = catalog.problem.classes.reduce(0) { $0 + $1.times.count }
    #expect(options.reduce(0) { $0 + $1.times.count } < all)
  }
}
