import HTTPTypes
import Persistence
import Tenancy
import Testing
import Timetabling
import Tokens

@Suite struct TermTests {
  private static func term(_ id: TermID, from firstDay: String) -> Timetabling.Problem {
    var problem = tinyProblem
    problem.term.id = id
    problem.term.name = id == "2027-spring" ? "Spring Term" : "Autumn Term"
    problem.term.firstDay = firstDay
    return problem
  }

  @Test func theDocumentedPathsSayWhichTermTheyMean() async throws {
    try await World.with { world in
      try await world.importTiny(Self.term("2026-autumn", from: "2026-09-07"))
      let token = try await world.token(.scheduler)
      let path = "/api/generate_variants"
      func term(_ body: String) async throws -> String {
        let answer = try await world.send(.post, path, token: token, body)
        guard let job = answer["job_id"]?.string else { return "\(answer.status) \(answer.text)" }
        return try await world.send(.get, "/v1/generation-jobs/\(job)", token: token)["term"]?.string ?? answer.text
      }
      #expect(try await term(#"{"academic_year":"2024-2025","semester":"odd"}"#) == "2026-autumn", "there is one")
      try await world.installation.transaction { [problem = Self.term("2027-spring", from: "2027-02-01")] in
        _ = try await $0.importProblem(problem)
      }
      for body in [
        #"{"academic_year":"2026-2027","semester":"odd"}"#, #"{"academic_year":"2026-27","semester":1}"#,
        #"{"semester":3}"#, #"{"semester":"Autumn"}"#, #"{"term":"2026-autumn","semester":2}"#,
      ] { #expect(try await term(body) == "2026-autumn", "\(body)") }
      for body in [
        #"{"academic_year":"2026/27","semester":"even"}"#, #"{"academic_year":2026,"semester":"2"}"#,
        #"{"semester":"spring"}"#,
      ] { #expect(try await term(body) == "2027-spring", "\(body)") }

      let none = try await world.send(.post, path, token: token, #"{"academic_year":"2024-2025","semester":"odd"}"#)
      #expect(
        none.status == 404 && none.text.contains("2024-2025") && none.text.contains("2027-spring"), "\(none.text)")
      let several = try await world.send(.post, path, token: token, #"{"academic_year":"2026-27"}"#)
      #expect(several.code == "institution.term-ambiguous" && several.text.contains("2026-autumn"), "\(several.text)")
    }
  }

  @Test func aBaseOfAnotherTermIsRefusedByTheNamesOfBoth() async throws {
    try await World.with { world in
      let (_, _, variant) = try await ApprovalTests.finished(world)
      let token = try await world.token(.scheduler)
      try await world.installation.transaction { [problem = Self.term("2027-spring", from: "2027-02-01")] in
        _ = try await $0.importProblem(problem)
      }
      let base = try #require(
        try await world.send(.get, "/v1/variants/\(variant)", token: token)["timetable"]?.string)

      let foreign = try await world.submit(token, #"{"term":"2027-spring","baseTimetable":"\#(base)"}"#)
      #expect(foreign.status == 422 && foreign["errors.0.pointer"]?.string == "/baseTimetable", "\(foreign.text)")
      let message = foreign["errors.0.message"]?.string ?? ""
      #expect(message.contains("'t1'") && message.contains("'2027-spring'"), "\(message)")
      let jobs = try await world.send(.get, "/v1/generation-jobs?state=queued", token: token)
      #expect(jobs["jobs"]?.array == [], "nothing was queued")
      let own = try await world.submit(token, #"{"term":"t1","baseTimetable":"\#(base)"}"#)
      #expect(own.status == 202, "\(own.text)")
    }
  }

  @Test func aTermGoesWithEverythingThatHangsOnItOnceNobodyNeedsIt() async throws {
    try await World.with { world in
      try await world.importTiny()
      let (admin, dean) = (try await world.token(.tenantAdmin), try await world.token(.approver))
      try await world.installation.transaction { [problem = Self.term("2027-spring", from: "2027-02-01")] in
        _ = try await $0.importProblem(problem)
      }
      let scheduler = try await world.token(.scheduler)
      #expect(try await world.send(.delete, "/v1/terms/t1", token: scheduler).status == 403)
      #expect(try await world.send(.delete, "/v1/terms/never", token: admin).status == 404)

      func isInUse(_ why: String) async throws {
        let answer = try await world.send(.delete, "/v1/terms/t1", token: admin)
        #expect(answer.status == 409 && answer.code == "resource.in-use", "\(answer.text)")
        #expect(answer["errors.0.message"]?.string?.contains(why) == true, "\(answer.text)")
      }
      let job = try #require(try await world.submit(admin, #"{"term":"t1"}"#)["id"]?.string)
      try await isInUse("queued or running")
      try await world.complete(try await world.claim())
      let variants = try await world.send(.get, "/v1/generation-jobs/\(job)/variants", token: admin)
      let variant = try #require(variants["variants.0.id"]?.string)
      let flow = try #require(
        try await world.send(.post, "/v1/variants/\(variant)/select", token: admin)["id"]?.string)
      let any: HTTPFields = [.ifMatch: "*"]
      for (action, token) in [("submit", admin), ("approve", dean), ("publish", admin)] {
        try await isInUse("open")
        let answer = try await world.send(.post, "/v1/workflows/\(flow)/\(action)", token: token, headers: any)
        #expect(answer.status == 200, "\(answer.text)")
      }
      try await isInUse("published")
      _ = try await world.send(
        .post, "/v1/workflows/\(flow)/archive", token: admin, #"{"comment":"over"}"#, headers: any)

      let seen = try await world.send(.get, "/v1/institution?term=t1", token: admin).headers[.eTag] ?? ""
      let stale = try await world.send(.delete, "/v1/terms/t1", token: admin, headers: [.ifMatch: "\"never\""])
      #expect(stale.status == 412 && stale.headers[.eTag] == seen, "\(stale.text)")
      #expect(try await world.send(.delete, "/v1/terms/t1", token: admin, headers: [.ifMatch: seen]).status == 204)
      let terms = try await world.send(.get, "/v1/terms", token: admin)
      #expect(terms["terms"]?.array?.compactMap { $0.object?["id"]?.string } == ["2027-spring"])
      #expect(try await world.send(.get, "/v1/institution", token: admin).status == 200, "one is left, and it is meant")
      #expect(try await world.send(.get, "/v1/workflows/\(flow)", token: admin).status == 404)
      #expect(try await world.send(.get, "/v1/variants/\(variant)", token: admin).status == 404)
      let audit = try await world.send(.get, "/v1/audit?limit=1", token: admin)
      #expect(audit["rows.0.action"]?.string == "term.deleted" && audit["rows.0.subject"]?.string == "term:t1")
      try await world.installation.transaction { _ = try await $0.importProblem(tinyProblem) }
    }
  }
}
