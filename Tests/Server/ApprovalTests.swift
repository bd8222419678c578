import HTTPTypes
import Testing
import Tokens

/// From a finished job to the week that people see.
@Suite struct ApprovalTests {
  static func finished(_ world: World) async throws -> (token: String, job: String, variant: String) {
    try await world.importTiny()
    let token = try await world.token(.scheduler)
    let job = try #require(try await world.submit(token)["id"]?.string)
    try await world.complete(try await world.claim())
    let variants = try await world.send(.get, "/v1/generation-jobs/\(job)/variants", token: token)
    return (token, job, try #require(variants["variants.0.id"]?.string))
  }

  @Test func variantsAreComparedCriterionByCriterion() async throws {
    try await World.with { world in
      let (token, job, variant) = try await Self.finished(world)
      let comparison = try await world.send(.get, "/v1/generation-jobs/\(job)/comparison", token: token)
      #expect(comparison["variants"]?.array?.count == 2 && comparison["criteria"]?.array?.count == 12)
      #expect(comparison["differences.0.moved"] == .integer(2), "\(comparison.text)")
      #expect(comparison["variants.0.dominatedBy"]?.array != nil, "\(comparison.text)")
      let certificate = try await world.send(.get, "/v1/variants/\(variant)/certificate", token: token)
      #expect(certificate["placed"] == .integer(2))
      let week = try await world.send(.get, "/v1/variants/\(variant)/timetable?teacher=bob", token: token)
      #expect(week["rows"]?.array?.count == 1 && week["rows.0.start"]?.string == "09:00", "\(week.text)")
      let two = try await world.send(.get, "/v1/variants/\(variant)/timetable?teacher=bob&room=r1", token: token)
      #expect(two.status == 422)
    }
  }

  @Test func aVariantBecomesThePublishedWeek() async throws {
    try await World.with { world in
      let (scheduler, _, variant) = try await Self.finished(world)
      let approver = try await world.token(.approver)
      let admin = try await world.token(.tenantAdmin)
      let student = try await world.token(.student, group: "1a")
      let teacher = try await world.token(.teacher, teacher: "ada")
      #expect(try await world.send(.get, "/v1/me/week", token: student).code == "published.missing")

      let selected = try await world.send(.post, "/v1/variants/\(variant)/select", token: scheduler)
      #expect(selected.status == 201 && selected["state"]?.string == "draft", "\(selected.text)")
      let id = try #require(selected["id"]?.string)
      var tag = try #require(selected.headers[.eTag])
      func act(_ action: String, _ token: String, _ body: String = "{}") async throws -> World.Answer {
        let answer = try await world.send(
          .post, "/v1/workflows/\(id)/\(action)", token: token, body, headers: [.ifMatch: tag])
        if let next = answer.headers[.eTag] { tag = next }
        return answer
      }

      #expect(try await world.send(.post, "/v1/workflows/\(id)/submit", token: scheduler).status == 428)
      #expect(
        try await world.send(.post, "/v1/workflows/\(id)/submit", token: scheduler, headers: [.ifMatch: "\"99\""])
          .status == 412)
      #expect(try await act("publish", admin).code == "workflow.wrong-state")
      #expect(try await act("submit", scheduler)["state"]?.string == "pending_review")
      #expect(try await act("approve", scheduler).status == 403)
      #expect(try await act("reject", approver).code == "workflow.comment-missing")
      #expect(try await act("request-revision", approver, #"{"comment":"later, please"}"#)["state"]?.string == "draft")
      #expect(try await act("submit", scheduler)["state"]?.string == "pending_review")
      #expect(try await act("approve", approver, #"{"comment":"good"}"#)["state"]?.string == "approved")
      #expect(try await act("publish", admin)["state"]?.string == "published")

      let flow = try await world.send(.get, "/v1/workflows/\(id)", token: approver)
      let actions = flow["history"]?.array?.compactMap { $0.object?["action"]?.string }
      #expect(actions == ["select", "submit", "request_revision", "submit", "approve", "publish"], "\(flow.text)")

      let week = try await world.send(.get, "/v1/me/week", token: student)
      #expect(week.status == 200 && week["rows"]?.array?.count == 2, "\(week.text)")
      #expect(try await world.send(.get, "/v1/me/week", token: teacher)["rows"]?.array?.count == 1)
      #expect(try await world.send(.get, "/v1/published?room=r2", token: student)["rows"] == .array([]))
      #expect(try await world.send(.get, "/v1/me/week", token: admin).code == "published.no-person")
      let audit = try await world.send(.get, "/v1/audit", token: admin)
      #expect(audit["rows"]?.array?.isEmpty == false)
    }
  }

  @Test func theDocumentedPathsAnswerInTheirShapes() async throws {
    try await World.with { world in
      try await world.importTiny()
      let (scheduler, admin) = (try await world.token(.scheduler), try await world.token(.tenantAdmin))
      let tenant = world.installation.tenants[0].slug
      func keys(_ answer: World.Answer, _ path: String = "") -> Set<String> {
        Set((path.isEmpty ? answer.json : answer[path])?.object?.keys.map { $0 } ?? [])
      }
      let started = try await world.send(
        .post, "/api/timetable/generate/", token: scheduler,
        #"{"academic_year":"2024-2025","semester":"odd","university_id":"\#(tenant)"}"#)
      #expect(started.status == 202 && keys(started) == ["success", "job_id", "estimated_time"], "\(started.text)")
      let job = try #require(started["job_id"]?.string)
      let named =
        #"{"job_id":"tt_abc123","organization_id":"\#(tenant)","department_id":"all","batch_ids":["1a"],"semester":1}"#
      let queued = try await world.send(.post, "/api/generate_variants", token: scheduler, named)
      #expect(keys(queued) == ["job_id", "status", "message", "estimated_time_seconds"])
      let again = try await world.send(.post, "/api/generate_variants", token: scheduler, named)
      #expect(again["job_id"] == queued["job_id"] && queued["job_id"]?.string != job)
      _ = try await world.send(.post, "/v1/generation-jobs/\(queued["job_id"]?.string ?? "")/cancel", token: scheduler)

      let status = try await world.send(.get, "/api/timetable/status/\(job)/", token: scheduler)
      #expect(keys(status, "job") == ["job_id", "status", "progress", "created_at"])
      #expect(try await world.send(.get, "/api/variants/\(job)", token: scheduler).status == 409)
      try await world.complete(try await world.claim())
      for path in ["/api/timetable/progress/\(job)/", "/api/generation-jobs/\(job)/progress/", "/api/progress/\(job)"] {
        let answer = try await world.send(.get, path, token: scheduler)
        #expect(keys(answer) == ["success", "job_id", "status", "progress", "updated_at"])
        #expect(answer["progress"] == .integer(100))
      }
      for path in ["/api/timetable/result/\(job)/", "/api/generation-jobs/\(job)/result/", "/api/result/\(job)"] {
        let answer = try await world.send(.get, path, token: scheduler)
        #expect(keys(answer) == ["success", "job_id", "status", "timetables"])
        #expect(keys(answer, "timetables.0") == ["id", "name", "slots"])
        #expect(answer["timetables.0.slots"]?.array?.count == 2)
      }
      let variants = try await world.send(.get, "/api/variants/\(job)", token: scheduler)
      #expect(keys(variants).isSuperset(of: ["variants", "comparison", "generation_time"]))
      #expect(keys(variants, "variants.0").isSuperset(of: ["name", "entries", "score"]))

      #expect(
        try await world.send(.post, "/api/timetable/approve/\(job)/", token: admin, #"{"action":"approve"}"#).status
          == 409)
      let selected = try await world.send(
        .post, "/timetable-variants/select_variant/", token: scheduler,
        #"{"variant_id":"\#(variants["variants.0.id"]?.string ?? "")"}"#)
      #expect(selected["status"]?.string == "draft", "\(selected.text)")
      let flow = try #require(selected["workflow_id"]?.string)
      let submitted = try await world.send(.post, "/timetable-workflow/\(flow)/submit_for_review/", token: scheduler)
      #expect(submitted["status"]?.string == "pending_review")
      let stale = try await world.send(
        .post, "/api/timetable/approve/\(job)/", token: admin, #"{"action":"approve"}"#, headers: [.ifMatch: "\"1\""])
      #expect(stale.status == 412, "\(stale.text)")
      let version = try #require(try await world.send(.get, "/v1/workflows/\(flow)", token: admin).headers[.eTag])
      let decided = try await world.send(
        .post, "/api/timetable/approve/\(job)/", token: admin, #"{"action":"approve","comments":"Looks good"}"#,
        headers: [.ifMatch: version])
      #expect(decided["message"]?.string == "Timetable approved and published", "\(decided.text)")

      let health = try await world.send(.get, "/health")
      #expect(keys(health) == ["service", "status", "redis", "version"] && health["redis"]?.string == "connected")
      #expect(try await world.send(.get, "/readyz")["status"]?.string == "ready")
    }
  }
}
