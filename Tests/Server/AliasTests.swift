import Testing
import Tokens

/// What the documented paths take: all of it is used, or refused by name.
@Suite struct AliasTests {
  @Test func idsThatBelongToDifferentJobsAreRefused() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      let twice = try await world.send(.post, "/api/generate/one", token: token, #"{"job_id":"two"}"#)
      #expect(twice.status == 422 && twice["errors.0.pointer"]?.string == "/job_id", "\(twice.text)")
      let made = try await world.send(.post, "/api/generate/one", token: token, #"{"job_id":"one"}"#)
      #expect(made.status == 202, "\(made.text)")
      try await world.complete(try await world.claim())
      let other = try await world.send(.post, "/api/generate/other", token: token)
      #expect(other.status == 202, "\(other.text)")

      let variants = try await world.send(.get, "/api/variants/one", token: token)
      let variant = try #require(variants["variants.0.id"]?.string)
      let sibling = try #require(variants["variants.1.id"]?.string)
      func select(_ more: String) async throws -> World.Answer {
        try await world.send(
          .post, "/timetable-variants/select_variant/", token: token, #"{"variant_id":"\#(variant)",\#(more)}"#)
      }
      for name in ["other", "never", try #require(other["job_id"]?.string)] {
        let answer = try await select(#""job_id":"\#(name)""#)
        #expect(answer.status == 422 && answer["errors.0.pointer"]?.string == "/job_id", "\(answer.text)")
        #expect(answer.text.contains("'\(name)'"), "\(answer.text)")
      }
      let foreign = try await select(#""timetable_id":"\#(sibling)""#)
      #expect(foreign.status == 422 && foreign["errors.0.pointer"]?.string == "/timetable_id", "\(foreign.text)")
      let own = try await select(#""job_id":"one","timetable_id":"\#(variant)""#)
      #expect(own.status == 201, "\(own.text)")
    }
  }
}
