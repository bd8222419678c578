import HTTPTypes
import Persistence
import Tenancy
import Testing
import Tokens

/// Nobody approves their own, by whatever path and with whatever roles.
@Suite struct FourEyesTests {
  private static func finished(_ world: World) async throws -> (job: String, variant: String) {
    try await world.importTiny()
    let admin = try await world.token(.tenantAdmin, name: "importer")
    let job = try #require(try await world.submit(admin)["id"]?.string)
    try await world.complete(try await world.claim())
    let variants = try await world.send(.get, "/v1/generation-jobs/\(job)/variants", token: admin)
    return (job, try #require(variants["variants.0.id"]?.string))
  }

  private static let anyVersion: HTTPFields = [.ifMatch: "*"]

  @Test(arguments: [[Role.tenantAdmin], [.scheduler, .approver], [.scheduler, .approver, .tenantAdmin]])
  func anOwnSubmissionIsApprovedByNoPath(_ roles: [Role]) async throws {
    try await World.with { world in
      let (job, variant) = try await Self.finished(world)
      let me = try await world.token(of: Set(roles), name: "me")
      let flow = try #require(
        try await world.send(.post, "/v1/variants/\(variant)/select", token: me)["id"]?.string)
      func approvals() async throws -> [World.Answer] {
        [
          try await world.send(.post, "/v1/workflows/\(flow)/approve", token: me, headers: Self.anyVersion),
          try await world.send(.post, "/timetable-workflow/\(flow)/approve", token: me),
          try await world.send(.post, "/api/timetable/approve/\(job)", token: me, #"{"action":"approve"}"#),
          try await world.send(.post, "/api/generation-jobs/\(job)/approve/", token: me, #"{"action":"approve"}"#),
        ]
      }
      for answer in try await approvals() {
        #expect(answer.status == 403 && answer.code == "workflow.own-approval", "\(answer.text)")
      }
      #expect(try await world.send(.get, "/v1/workflows/\(flow)", token: me)["state"]?.string == "draft")
      let submitted = try await world.send(.post, "/v1/workflows/\(flow)/submit", token: me, headers: Self.anyVersion)
      #expect(submitted["state"]?.string == "pending_review")
      for answer in try await approvals() { #expect(answer.code == "workflow.own-approval", "\(answer.text)") }
      let unchanged = try await world.send(.get, "/v1/workflows/\(flow)", token: me)
      #expect(unchanged["version"] == submitted["version"])

      let other = try await world.token(.approver, name: "other")
      let approved = try await world.send(
        .post, "/v1/workflows/\(flow)/approve", token: other, headers: Self.anyVersion)
      #expect(approved["state"]?.string == "approved", "\(approved.text)")
    }
  }

  /// Who selected is an author, and so is who submitted what another had selected.
  @Test func everyAuthorIsOne() async throws {
    try await World.with { world in
      let (_, variant) = try await Self.finished(world)
      let (first, second) = (
        try await world.token(.tenantAdmin, name: "first"), try await world.token(.tenantAdmin, name: "second")
      )
      let flow = try #require(
        try await world.send(.post, "/v1/variants/\(variant)/select", token: first)["id"]?.string)
      let path = "/v1/workflows/\(flow)/"
      _ = try await world.send(.post, path + "submit", token: second, headers: Self.anyVersion)
      for token in [first, second] {
        let answer = try await world.send(.post, path + "approve", token: token, headers: Self.anyVersion)
        #expect(answer.code == "workflow.own-approval", "\(answer.text)")
      }
      let withdrawn = try await world.send(
        .post, path + "request-revision", token: second, #"{"comment":"not yet"}"#, headers: Self.anyVersion)
      #expect(withdrawn["state"]?.string == "draft", "\(withdrawn.text)")
    }
  }

  @Test func aTenantOfOnePersonAllowsIt() async throws {
    try await World.with { world in
      let (job, variant) = try await Self.finished(world)
      try await world.installation.transaction { try await $0.setAllowsOwnApproval(true) }
      let me = try await world.token(.tenantAdmin, name: "me")
      _ = try await world.send(.post, "/v1/variants/\(variant)/select", token: me)
      let done = try await world.send(.post, "/api/timetable/approve/\(job)", token: me, #"{"action":"approve"}"#)
      #expect(done["message"]?.string == "Timetable approved and published", "\(done.text)")
    }
  }

  @Test func whatIsPublishedIsTakenBackByWhoMayPublishAndWithAReason() async throws {
    try await World.with { world in
      let (job, variant) = try await Self.finished(world)
      let scheduler = try await world.token(.scheduler)
      let admin = try await world.token(.tenantAdmin)
      let flow = try #require(
        try await world.send(.post, "/v1/variants/\(variant)/select", token: scheduler)["id"]?.string)
      let archive = "/v1/workflows/\(flow)/archive"
      _ = try await world.send(.post, "/timetable-workflow/\(flow)/submit_for_review", token: scheduler)
      let decided = try await world.send(.post, "/api/timetable/approve/\(job)", token: admin, #"{"action":"approve"}"#)
      #expect(decided["message"]?.string == "Timetable approved and published", "\(decided.text)")
      let reason = #"{"comment":"The bell times were wrong."}"#
      let refused = try await world.send(.post, archive, token: scheduler, reason, headers: Self.anyVersion)
      #expect(refused.status == 403 && refused.code == "auth.forbidden", "\(refused.text)")
      #expect(
        try await world.send(.post, archive, token: admin, headers: Self.anyVersion).code == "workflow.comment-missing")
      #expect(try await world.send(.get, "/v1/published", token: scheduler).status == 200)
      let archived = try await world.send(.post, archive, token: admin, reason, headers: Self.anyVersion)
      #expect(archived["state"]?.string == "archived", "\(archived.text)")
    }
  }

  @Test func aDraftIsStillForASchedulerToArchive() async throws {
    try await World.with { world in
      let (_, variant) = try await Self.finished(world)
      let scheduler = try await world.token(.scheduler)
      let flow = try #require(
        try await world.send(.post, "/v1/variants/\(variant)/select", token: scheduler)["id"]?.string)
      let answer = try await world.send(
        .post, "/v1/workflows/\(flow)/archive", token: scheduler, headers: Self.anyVersion)
      #expect(answer["state"]?.string == "archived", "\(answer.text)")
    }
  }
}
