import Foundation
import Hummingbird
import Persistence
import Tenancy
import Testing
import Tokens

@Suite struct JobTests {
  @Test func aJobIsAcceptedAndFound() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      let answer = try await world.submit(token, #"{"presets":["Balanced"],"seconds":5,"seed":7,"title":"first"}"#)
      #expect(answer.status == 202, "\(answer.text)")
      #expect(answer["seed"] == .integer(7) && answer["variants"] == .array([.string("Balanced")]))
      let location = try #require(answer.headers[.location])
      let found = try await world.send(.get, location, token: token)
      #expect(found["state"]?.string == "queued" && found["position.ahead"] == .integer(0), "\(found.text)")
    }
  }

  @Test func theSameKeyMakesOneJob() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      let ids = try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 0..<10 {
          group.addTask { try await world.submit(token, key: "once", #"{"seconds":5}"#)["id"]?.string }
        }
        return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
      }
      #expect(ids.count == 1 && !ids.contains(nil))
      let other = try await world.submit(token, key: "once", #"{"seconds":6}"#)
      #expect(other.status == 422 && other.code == "request.idempotency-key-reused")
      let without = try await world.send(.post, "/v1/generation-jobs", token: token, "{}")
      #expect(without.status == 400 && without.code == "request.idempotency-key-missing")
    }
  }

  @Test func aFullQueueSaysWhenToComeBack() async throws {
    var quotas = QuotaOverrides()
    quotas.queuedJobs = 1
    try await World.with(quotas: quotas) { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      #expect(try await world.submit(token).status == 202)
      let answer = try await world.submit(token)
      #expect(answer.status == 429 && answer.code == "quota.queue-full")
      #expect(answer.headers[.retryAfter].flatMap(Int.init) ?? 0 > 0)
      #expect(answer["errors.0.code"]?.string == "quota.position")
    }
  }

  @Test func whatIsProvenImpossibleIsNotQueued() async throws {
    try await World.with { world in
      try await world.importTiny()
      try await world.importCrowded()
      let token = try await world.token(.scheduler)
      let answer = try await world.submit(token)
      #expect(answer.status == 422 && answer.code == "generation.impossible", "\(answer.text)")
      #expect(answer["errors"]?.array?.isEmpty == false)
      #expect(try await world.send(.get, "/v1/generation-jobs", token: token)["jobs"]?.array == [])
    }
  }

  @Test func pagesNeitherSkipNorRepeat() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      var made: [String] = []
      for _ in 0..<5 { made.append(try #require(try await world.submit(token)["id"]?.string)) }
      var seen: [String] = []
      var cursor = ""
      repeat {
        let page = try await world.send(.get, "/v1/generation-jobs?limit=2" + cursor, token: token)
        seen += (page["jobs"]?.array ?? []).compactMap { $0.object?["id"]?.string }
        cursor = page["next"]?.string.map { "&cursor=" + $0 } ?? ""
      } while !cursor.isEmpty
      #expect(seen == made.reversed())
    }
  }

  @Test func aQueuedJobIsCancelledOnce() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      let id = try #require(try await world.submit(token)["id"]?.string)
      let first = try await world.send(.post, "/v1/generation-jobs/\(id)/cancel", token: token)
      #expect(first.status == 202 && first["state"]?.string == "cancelled")
    }
  }

  @Test func whatACancelKeepsIsMarkedComparedAndSelected() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      let path = "/v1/generation-jobs/" + (try #require(try await world.submit(token)["id"]?.string))
      let claim = try await world.claim()
      let wrong = try await world.send(.post, path + "/cancel", token: token, #"{"keep":"yes","save":true}"#)
      #expect(wrong.code == "request.invalid" && wrong["errors"]?.array?.count == 2, "\(wrong.text)")
      let asked = try await world.send(.post, path + "/cancel", token: token, #"{"keep":true}"#)
      #expect(asked.status == 202 && asked["state"]?.string == "running" && asked["keepsBest"] == .bool(true))
      #expect(try await world.send(.get, path + "/comparison", token: token).code == "generation.not-completed")

      try await world.complete(claim, kept: Kept(at: .cancel, after: 42, of: 300))

      let job = try await world.send(.get, path, token: token)
      #expect(job["state"]?.string == "cancelled" && job["outcome.variants"] == .integer(2), "\(job.text)")
      #expect(job["message"]?.string == "Cancelled; the best so far was kept: 2 variants.")
      let variants = try await world.send(.get, path + "/variants", token: token)
      #expect(variants["variants.0.kept.at"]?.string == "cancel" && variants["variants.0.kept.after"] == .integer(42))
      #expect(variants["variants.1.certified"] == .bool(true), "\(variants.text)")
      #expect(try await world.send(.get, path + "/comparison", token: token).status == 200)
      let id = try #require(variants["variants.0.id"]?.string)
      #expect(try await world.send(.post, "/v1/variants/\(id)/select", token: token).status == 201)
    }
  }

  @Test func unknownPresetsAndTermsAreNamed() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      #expect(try await world.submit(token, #"{"presets":["King"]}"#).code == "preset.unknown")
      #expect(try await world.submit(token, #"{"term":"never"}"#).status == 404)
      #expect(try await world.submit(token, #"{"seconds":0}"#).code == "request.invalid")
      #expect(try await world.submit(token, #"{"seconds":80000}"#).code == "quota.seconds-per-job")
    }
  }
}
