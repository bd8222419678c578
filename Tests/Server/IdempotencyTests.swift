import Foundation
import Hummingbird
import Jobs
import Server
import Tenancy
import Testing

@Suite struct IdempotencyTests {
  @Test func aRetryIsAnsweredWhereTheSameRequestWouldBeRefusedByNow() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      let first = try await world.submit(token, key: "once", #"{"presets":["Balanced"]}"#)
      #expect(first.status == 202 && first.headers[.init("Idempotency-Replayed")!] == nil)
      try await world.importCrowded()
      let again = try await world.submit(token, key: "once", #"{"presets":["Balanced"]}"#)
      #expect(again.status == 202 && again["id"] == first["id"], "\(again.text)")
      #expect(again.headers[.init("Idempotency-Replayed")!] == "true")
      #expect(try await world.submit(token, key: "twice", #"{"presets":["Balanced"]}"#).code == "generation.impossible")
    }
  }

  @Test func aRefusedRequestMayBeSentAgainWithItsKey() async throws {
    try await World.with { world in
      try await world.importTiny()
      try await world.importCrowded()
      let token = try await world.token(.scheduler)
      #expect(try await world.submit(token, key: "once").status == 422)
      try await world.importTiny(presets: [])
      #expect(try await world.submit(token, key: "once").status == 202)
    }
  }

  @Test func whatCountsIsWhatABodyMeans() throws {
    func print(_ body: String) throws -> [UInt8] { try FieldReader(Array(body.utf8)).fingerprint(without: "job_id") }
    let same = try print(#"{"seconds":60,"presets":["A","B"],"title":"é"}"#)
    for body in [
      #"{ "title" : "é", "presets" : [ "A", "B" ], "seconds" : 60 }"#,
      #"{"seconds":6e1,"presets":["A","B"],"title":"é"}"#,
      #"{"seconds":60.0,"presets":["\u0041","B"],"title":"\u00e9"}"#,
      #"{"seconds":60,"presets":["A","B"],"title":"é","term":null,"job_id":"x"}"#,
    ] { #expect(try print(body) == same, "\(body)") }
    for body in [
      #"{"seconds":61,"presets":["A","B"],"title":"é"}"#, #"{"seconds":60,"presets":["B","A"],"title":"é"}"#,
      #"{"seconds":"60","presets":["A","B"],"title":"é"}"#, #"{"seconds":60,"presets":["AB"],"title":"é"}"#,
      #"{"seconds":60,"presets":["A","B"]}"#, #"{"seconds":60.5,"presets":["A","B"],"title":"é"}"#,
    ] { #expect(try print(body) != same, "\(body)") }
  }

  @Test func aKeyIsItsAccounts() async throws {
    try await World.with { world in
      try await world.importTiny()
      let (one, other) = (try await world.token(.scheduler), try await world.token(.scheduler, name: "other"))
      let first = try await world.submit(one, key: "once", #"{"seconds":5}"#)
      let second = try await world.submit(other, key: "once", #"{"seconds":6}"#)
      #expect(first.status == 202 && second.status == 202 && first["id"] != second["id"])
      #expect(first["number"] == .integer(1) && second["number"] == .integer(2), "numbers are the tenant's own")
    }
  }

  @Test func aHundredEqualRequestsAtOnceAreOneJob() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      let answers = try await withThrowingTaskGroup(of: World.Answer.self) { group in
        for _ in 0..<100 { group.addTask { try await world.submit(token, key: "once", #"{"seconds":5}"#) } }
        return try await group.reduce(into: [World.Answer]()) { $0.append($1) }
      }
      #expect(Set(answers.compactMap { $0["id"]?.string }).count == 1)
      #expect(answers.filter { $0.status == 202 }.count + answers.filter { $0.status == 429 }.count == 100)
      #expect(try await world.send(.get, "/v1/generation-jobs", token: token)["jobs"]?.array?.count == 1)
    }
  }

  @Test func aCallersNameIsAKeyAndFindsTheJob() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      let first = try await world.send(
        .post, "/api/generate_variants", token: token, #"{"job_id":"tt_abc123","semester":1,"presets":["Compact"]}"#)
      let again = try await world.send(
        .post, "/api/generate/tt_abc123", token: token, #"{"presets":["Compact"], "semester":1}"#)
      #expect(first.status == 202 && again["job_id"] == first["job_id"], "\(again.text)")
      #expect(again.headers[.init("Idempotency-Replayed")!] == "true")
      for path in ["/api/timetable/status/tt_abc123", "/api/progress/tt_abc123", "/api/result/tt_abc123"] {
        let found = try await world.send(.get, path, token: token)
        #expect(found.status == 200 && (found["job_id"] ?? found["job.job_id"]) == first["job_id"], "\(found.text)")
      }
      #expect(try await world.send(.get, "/api/progress/tt_other", token: token).status == 404)
      let other = try await world.send(
        .post, "/api/generate_variants", token: token, #"{"job_id":"tt_abc123","presets":["Balanced"]}"#)
      #expect(other.code == "request.idempotency-key-reused")
    }
  }

  @Test func theWaitIsWhatTheWorkersHaveToDo() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler)
      _ = try await world.submit(token, #"{"seconds":300}"#)
      let waiting = try await world.submit(token, #"{"seconds":40}"#)
      let path = try #require(waiting.headers[.location])
      #expect(try await world.send(.get, path, token: token)["position.estimatedWait"] == nil, "no worker lives")
      _ = try await world.claim()
      let wait = try await world.send(.get, path, token: token)["position.estimatedWait"]?.double
      #expect(wait.map { $0 > 280 && $0 <= 300 } == true, "\(String(describing: wait))")
      let alias = try await world.send(.post, "/api/generate_variants", token: token, #"{"job_id":"n"}"#)
      #expect(alias["estimated_time_seconds"]?.integer.map { $0 > 320 } == true, "\(alias.text)")
    }
  }
}
