import Testing
import Timetabling
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

  @Test func aDecisionFindsItsJobByTheNameThatItsCallerGave() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.scheduler, .approver)
      #expect(try await world.send(.post, "/api/generate/mine", token: token).status == 202)
      let early = try await world.send(.post, "/api/timetable/approve/mine", token: token, #"{"action":"reject"}"#)
      #expect(early.status == 409 && early.text.contains("No variant of this job"), "\(early.text)")
      let never = try await world.send(.post, "/api/timetable/approve/never", token: token, #"{"action":"reject"}"#)
      #expect(never.status == 404 && never.text.contains("'never'"), "\(never.text)")
    }
  }

  /// Two departments with a class group each, one of two parts.
  private static var university: Timetabling.Problem {
    var problem = tinyProblem
    problem.departments = [Department(id: "CSE", name: "Computing"), Department(id: "ECE", name: "Electronics")]
    problem.groups = [
      ClassGroup(id: "2a", size: 20, department: "CSE"),
      ClassGroup(id: "1a", size: 20, department: "ECE", parts: ["1a1", "1a2"]), ClassGroup(id: "1a1", size: 10),
      ClassGroup(id: "1a2", name: "Second half", size: 10),
    ]
    problem.lessons[0].department = "CSE"
    problem.lessons[0].groups = ["2a"]
    problem.lessons[1].department = "ECE"
    return problem
  }

  @Test func lessThanTheWholeTermIsRefusedByName() async throws {
    try await World.with { world in
      try await world.importTiny(Self.university)
      let token = try await world.token(.scheduler)
      let refused: [(body: String, member: String, names: [String])] = [
        (#""department_id":"CSE""#, "department_id", ["'CSE'", "CSE and ECE", "'all'"]),
        (#""department_id":"never""#, "department_id", ["'never'", "CSE and ECE"]),
        (#""batch_id":"1a""#, "batch_id", ["2a"]), (#""batch_ids":["2a","1a1"]"#, "batch_ids", ["1a and 1a2"]),
        (#""batch_ids":["2a","1a","never"]"#, "batch_ids", ["'never'"]),
        (#""organization_id":"elsewhere""#, "organization_id", ["'elsewhere'"]),
        (#""university_id":7"#, "university_id", ["'7'"]),
      ]
      for (body, member, names) in refused {
        let answer = try await world.send(.post, "/api/generate_variants", token: token, "{\(body)}")
        #expect(answer.status == 422 && answer["errors.0.pointer"]?.string == "/" + member, "\(answer.text)")
        for name in names { #expect(answer["errors.0.message"]?.string?.contains(name) == true, "\(answer.text)") }
      }
      #expect(try await world.send(.get, "/v1/generation-jobs", token: token)["jobs"]?.array == [])

      let tenant = world.installation.tenants[0]
      for body in [
        #""department_id":"all","batch_ids":[]"#, #""batch_ids":["2a","1a1","Second half"]"#,
        #""batch_ids":["1a","2a"]"#,
        #""organization_id":"\#(tenant.id)","university_id":"\#(tenant.name)""#,
      ] {
        let answer = try await world.send(.post, "/api/generate_variants", token: token, "{\(body)}")
        #expect(answer.status == 202, "\(body): \(answer.text)")
      }
    }
  }

  @Test func theOneDepartmentOfATermIsTheWholeOfIt() async throws {
    try await World.with { world in
      var school = Self.university
      for index in school.lessons.indices { school.lessons[index].department = "CSE" }
      try await world.importTiny(school)
      let token = try await world.token(.scheduler)
      for name in ["CSE", "Computing"] {
        let answer = try await world.send(
          .post, "/api/generation-jobs/generate", token: token, #"{"department_id":"\#(name)"}"#)
        #expect(answer.status == 202, "\(answer.text)")
      }
    }
  }

  @Test func aCommentIsKeptWhicheverOfItsNamesItHas() async throws {
    try await World.with { world in
      let (scheduler, _, variant) = try await ApprovalTests.finished(world)
      let approver = try await world.token(.approver)
      let selected = try await world.send(
        .post, "/timetable-variants/select_variant", token: scheduler,
        #"{"variant_id":"\#(variant)","comments":"the calm one"}"#)
      let flow = try #require(selected["workflow_id"]?.string)
      let path = "/timetable-workflow/\(flow)"
      let twice = try await world.send(
        .post, path + "/submit_for_review", token: scheduler, #"{"comment":"a","reason":"b"}"#)
      #expect(twice.status == 422 && twice["errors.0.pointer"]?.string == "/reason", "\(twice.text)")
      #expect(
        try await world.send(.post, path + "/submit_for_review", token: scheduler, #"{"comment":"a"}"#).status == 200)
      #expect(try await world.send(.post, path + "/reject", token: approver, #"{"reason":"late"}"#).status == 200)
      let history = try await world.send(.get, "/v1/workflows/\(flow)", token: scheduler)
      let comments = history["history"]?.array?.compactMap { $0.object?["comment"]?.string }
      #expect(comments == ["the calm one", "a", "late"], "\(history.text)")
    }
  }
}
