import HTTPTypes
import Testing
import Timetabling
import Tokens

/// Where a meeting of a variant could be, over HTTP.
@Suite struct PlaceTests {
  private static func variant(
    _ world: World, _ problem: Timetabling.Problem = tinyProblem
  ) async throws -> (token: String, variant: String) {
    try await world.importTiny(problem)
    let token = try await world.token(.scheduler)
    let job = try #require(try await world.submit(token)["id"]?.string)
    try await world.complete(try await world.claim())
    let variants = try await world.send(.get, "/v1/generation-jobs/\(job)/variants", token: token)
    return (token, try #require(variants["variants.0.id"]?.string))
  }

  /// Maths stands at 8:00 and music, of the same class group, at 9:00.
  @Test func eachTimeIsAllowedAtACostOrSaysWhoIsInTheWay() async throws {
    try await World.with { world in
      let (token, variant) = try await Self.variant(world)
      let path = "/v1/variants/\(variant)/lessons/maths/meetings/0/places"

      let map = try await world.send(.get, path, token: token)

      #expect(map.status == 200, "\(map.text)")
      #expect(map["places"]?.array?.count == 3 && map["costExact"] == .bool(true))
      #expect(map["unplaced"] == .integer(0) && map["hardViolations"] == .integer(0))
      #expect(map["places.0.current"] == .bool(true) && map["places.0.costChange"] == .integer(0))
      #expect(map["places.1.allowed"] == .bool(false))
      #expect(map["places.1.conflicts.0.kind"]?.string == "group-clash")
      #expect(map["places.2.allowed"] == .bool(true) && map["places.2.start"]?.string == "10:00")
      let rooms = try await world.send(.get, path + "?detail=rooms", token: token)
      #expect(rooms["places"]?.array?.count == 6)
    }
  }

  /// An institution that knows its periods by name only is told no times that it does not have.
  @Test func withoutClockTimesPeriodsAreNamedAndNoTimesAreSaid() async throws {
    try await World.with { world in
      var problem = tinyProblem
      problem.timeGrids[0].hasClockTimes = false
      for period in 0..<3 { problem.timeGrids[0].days[0].periods[period].name = "Hour \(period + 1)" }
      let (token, variant) = try await Self.variant(world, problem)

      let map = try await world.send(
        .get, "/v1/variants/\(variant)/lessons/maths/meetings/0/places", token: token)
      let week = try await world.send(.get, "/v1/variants/\(variant)/timetable", token: token)

      #expect(map["places.2.period"]?.string == "Hour 3" && map["places.2.periods"] == .integer(1))
      #expect(week["rows.0.period"]?.string == "Hour 1" && week["rows.0.periods"] == .integer(1))
      for answer in [map, week] {
        #expect(answer.status == 200)
        #expect(
          !answer.text.contains("\"start\"") && answer.text.firstMatch(of: /[0-9]:[0-9][0-9]/) == nil, "\(answer.text)")
      }
    }
  }

  @Test func whatDoesNotExistIsNotFoundAndWhatMakesNoSenseIsNamed() async throws {
    try await World.with(tenants: 2) { world in
      let (token, variant) = try await Self.variant(world)
      func status(_ path: String, _ token: String) async throws -> Int {
        try await world.send(.get, "/v1/variants/\(variant)/lessons/" + path, token: token).status
      }
      #expect(try await status("art/meetings/0/places", token) == 404)
      #expect(try await status("maths/meetings/1/places", token) == 404)
      #expect(try await status("maths/meetings/x/places", token) == 404)
      #expect(try await status("maths/meetings/0/places?detail=walls", token) == 422)
      #expect(try await status("m%61ths/meetings/0/places", token) == 200)
      #expect(try await status("maths/meetings/0/places", try await world.token(.student)) == 403)
      #expect(try await status("maths/meetings/0/places", try await world.token(.scheduler, tenant: 1)) == 404)
    }
  }
}
