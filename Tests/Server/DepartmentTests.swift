import HTTPTypes
import Interchange
import Tenancy
import Testing
import Timetabling
import Tokens

/// Maths and Ada are d1's, music and Bob d2's; rooms, bell times and the class are everybody's.
private let twoDepartments: Timetabling.Problem = {
  var problem = tinyProblem
  problem.departments = [Department(id: "d1", name: "One"), Department(id: "d2", name: "Two")]
  problem.teachers[0].department = "d1"
  problem.teachers[1].department = "d2"
  problem.lessons[0].department = "d1"
  // By its course, as most lessons have theirs.
  problem.courses = [Course(id: "singing", name: "Singing", department: "d2")]
  problem.lessons[1].course = "singing"
  return problem
}()

private func document(_ problem: Timetabling.Problem) throws -> String {
  String(decoding: try InstitutionDocument.write(problem), as: UTF8.self)
}

/// Schedulers and approvers act for their departments, on every path there is to a thing.
@Suite struct DepartmentTests {
  private static let anyVersion: HTTPFields = [.ifMatch: "*"]

  private static func missing(_ answer: World.Answer) -> String? {
    answer.status == 403 && answer.code == "auth.department" ? answer["errors.0.message"]?.string : answer.text
  }

  private static func finished(_ world: World) async throws -> (job: String, variant: String) {
    try await world.importTiny(twoDepartments)
    let admin = try await world.token(.tenantAdmin)
    let job = try #require(try await world.submit(admin)["id"]?.string)
    try await world.complete(try await world.claim(), twoDepartments)
    let variants = try await world.send(.get, "/v1/generation-jobs/\(job)/variants", token: admin)
    return (job, try #require(variants["variants.0.id"]?.string))
  }

  @Test func aTimetableOfTwoDepartmentsIsNotForOneToSelectOrDecide() async throws {
    try await World.with { world in
      let (job, variant) = try await Self.finished(world)
      let one = try await world.token(.scheduler, .approver, name: "one", departments: ["d1"])
      let stranger = try await world.token(.scheduler, .approver, name: "stranger", departments: ["d1", "d9"])
      let both = try await world.token(.scheduler, name: "both", departments: ["d2", "d1"])
      let two = "You do not act for the department 'd2'."

      for token in [one, stranger] {
        #expect(Self.missing(try await world.send(.post, "/v1/variants/\(variant)/select", token: token)) == two)
        let alias = try await world.send(
          .post, "/timetable-variants/select_variant", token: token, #"{"variant_id":"\#(variant)"}"#)
        #expect(Self.missing(alias) == two)
      }
      let selected = try await world.send(.post, "/v1/variants/\(variant)/select", token: both)
      #expect(selected.status == 201, "\(selected.text)")
      let flow = try #require(selected["id"]?.string)
      let comment = #"{"comment":"c"}"#
      func isRefused(_ actions: [String], _ aliases: [String]) async throws {
        for action in actions {
          let answer = try await world.send(
            .post, "/v1/workflows/\(flow)/\(action)", token: one, comment, headers: Self.anyVersion)
          #expect(Self.missing(answer) == two, "\(action)")
        }
        for alias in aliases {
          let answer = try await world.send(.post, "/timetable-workflow/\(flow)/\(alias)", token: one, comment)
          #expect(Self.missing(answer) == two, "\(alias)")
        }
        for path in ["/api/timetable/approve/\(job)", "/api/generation-jobs/\(job)/approve"] {
          for action in ["approve", "reject"] {
            let body = #"{"action":"\#(action)","comments":"c"}"#
            #expect(Self.missing(try await world.send(.post, path, token: one, body)) == two, "\(path) \(action)")
          }
        }
      }
      try await isRefused(["submit", "archive"], ["submit_for_review"])
      let submitted = try await world.send(
        .post, "/v1/workflows/\(flow)/submit", token: both, headers: Self.anyVersion)
      #expect(submitted.status == 200, "\(submitted.text)")
      try await isRefused(["approve", "reject", "request-revision"], ["approve", "reject", "request_revision"])
      let unchanged = try await world.send(.get, "/v1/workflows/\(flow)", token: one)
      #expect(unchanged["state"]?.string == "pending_review" && unchanged["version"] == submitted["version"])

      let dean = try await world.token(.approver, name: "dean", departments: ["d1", "d2"])
      let approved = try await world.send(
        .post, "/v1/workflows/\(flow)/approve", token: dean, headers: Self.anyVersion)
      #expect(approved["state"]?.string == "approved", "\(approved.text)")
    }
  }

  @Test func aGenerationOfTheWholeTermIsNotForOneDepartment() async throws {
    try await World.with { world in
      try await world.importTiny(twoDepartments)
      let one = try await world.token(.scheduler, name: "one", departments: ["d1"])
      let both = try await world.token(.scheduler, name: "both", departments: ["d1", "d2"])
      let two = "You do not act for the department 'd2'."
      #expect(Self.missing(try await world.submit(one)) == two)
      for path in [
        "/api/timetable/generate", "/api/generation-jobs/generate", "/api/generate_variants", "/api/generate/x",
      ] {
        #expect(Self.missing(try await world.send(.post, path, token: one, "{}")) == two, "\(path)")
      }
      let job = try #require(try await world.submit(both)["id"]?.string)
      #expect(Self.missing(try await world.send(.post, "/v1/generation-jobs/\(job)/cancel", token: one)) == two)
      #expect(try await world.send(.get, "/v1/generation-jobs/\(job)", token: one)["state"]?.string == "queued")
      #expect(try await world.send(.post, "/v1/generation-jobs/\(job)/cancel", token: both).status == 202)
    }
  }

  @Test func anImportChangesNothingOfAnotherDepartment() async throws {
    try await World.with { world in
      try await world.importTiny(twoDepartments)
      let one = try await world.token(.scheduler, name: "one", departments: ["d1"])
      func put(_ change: (inout Timetabling.Problem) -> Void, token: String? = nil, dry: Bool = false) async throws
        -> World.Answer
      {
        var problem = twoDepartments
        change(&problem)
        return try await world.send(
          .put, "/v1/institution" + (dry ? "?dryRun=true" : ""), token: token ?? one, try document(problem),
          headers: Self.anyVersion)
      }
      let two = "You do not act for the department 'd2'."
      let foreign: [(inout Timetabling.Problem) -> Void] = [
        { $0.lessons.removeLast() }, { $0.lessons[1].duration = 120 }, { $0.teachers[1].name = "Robert" },
        { $0.departments[1].name = "Zwei" }, { $0.courses[0].department = "d1" }, { $0.lessons[0].department = "d2" },
        // What is everybody's.
        { $0.rooms[0].capacity = 25 }, { $0.groups[0].size = 19 }, { $0.name = "Other" }, { $0.lessons.reverse() },
        { $0.term.name = "Other" }, { $0.lessons[0].department = nil },
        { $0.term.id = "t2" },
      ]
      for (number, change) in foreign.enumerated() {
        #expect(Self.missing(try await put(change)) == two, "\(number)")
        #expect(Self.missing(try await put(change, dry: true)) == two, "\(number)")
      }
      let admin = try await world.token(.tenantAdmin, departments: ["d1"])
      let kept = try await world.send(.get, "/v1/institution", token: admin)
      #expect(InstitutionDocument.read(Array(kept.text.utf8)).problem == twoDepartments)

      #expect(try await put({ _ in }).status == 200)
      let own = try await put({
        $0.lessons[0].name = "Mathematics"
        $0.teachers[0].name = "Ada L."
        $0.teachers.append(Teacher(id: "eve", name: "Eve", department: "d1"))
      })
      #expect(own.status == 200, "\(own.text)")
      #expect(try await put({ $0.rooms[0].capacity = 25 }, token: admin).status == 200, "an admin is for all")
    }
  }

  /// What is not published is read by department; what is published by everybody.
  @Test func ofAVariantOnlyTheOwnMeetingsAreRead() async throws {
    try await World.with { world in
      let (job, variant) = try await Self.finished(world)
      let one = try await world.token(.approver, name: "one", departments: ["d1"])
      let path = "/v1/variants/\(variant)/timetable"
      func lessons(_ answer: World.Answer, _ rows: String = "rows") -> [String] {
        (answer[rows]?.array ?? []).compactMap { $0.object?["lesson"]?.string }
      }
      let whole = try await world.send(.get, path, token: one)
      #expect(lessons(whole) == ["maths"] && whole["departments"] == .array([.string("d1")]), "\(whole.text)")
      #expect(lessons(try await world.send(.get, path + "?group=1a", token: one)) == ["maths"])
      #expect(lessons(try await world.send(.get, path + "?teacher=bob", token: one)) == [])
      #expect(try await world.send(.get, path + "?department=d2", token: one).code == "auth.department")
      for alias in ["/api/timetable/result/\(job)", "/api/generation-jobs/\(job)/result", "/api/result/\(job)"] {
        #expect(lessons(try await world.send(.get, alias, token: one), "timetables.0.slots") == ["maths"], "\(alias)")
      }
      #expect(
        lessons(try await world.send(.get, "/api/variants/\(job)", token: one), "variants.0.entries") == ["maths"])
      let places = "/v1/variants/\(variant)/lessons/%/meetings/0/places"
      #expect(try await world.send(.get, places.replacing("%", with: "maths"), token: one).status == 200)
      #expect(try await world.send(.get, places.replacing("%", with: "music"), token: one).code == "auth.department")
      let all = try await world.send(.get, path, token: try await world.token(.approver, name: "dean"))
      #expect(lessons(all) == ["maths", "music"] && all["departments"] == nil)
    }
  }
}
