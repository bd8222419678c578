import Foundation
import HTTPTypes
import Interchange
import Persistence
import Tenancy
import Testing
import Timetabling
import Tokens

/// The published week and the data of the day, over HTTP.
@Suite struct PresentTests {
  private static func document(_ change: (inout Timetabling.Problem) -> Void) throws -> String {
    var problem = tinyProblem
    change(&problem)
    return String(decoding: try InstitutionDocument.write(problem), as: UTF8.self)
  }

  private static func blockAda(_ problem: inout Timetabling.Problem) {
    problem.teachers[0].availability = [
      Availability(span: TimeSpan(day: 0, start: 480, end: 540), grade: .blocked)
    ]
  }

  /// A tenant's people, and a workflow that they take on its way.
  private struct Way {
    var world: World
    var scheduler: String
    var approver: String
    var admin: String
    var id = ""

    init(_ world: World) async throws {
      self.world = world
      scheduler = try await world.token(.scheduler)
      approver = try await world.token(.approver)
      admin = try await world.token(.tenantAdmin)
    }

    mutating func select(_ variant: String) async throws -> World.Answer {
      let answer = try await world.send(.post, "/v1/variants/\(variant)/select", token: scheduler)
      id = answer["id"]?.string ?? ""
      return answer
    }

    func act(_ action: String, _ token: String, _ body: String = "{}") async throws -> World.Answer {
      let tag = try await world.send(.get, "/v1/workflows/\(id)", token: admin).headers[.eTag] ?? ""
      return try await world.send(
        .post, "/v1/workflows/\(id)/\(action)", token: token, body, headers: [.ifMatch: tag])
    }

    func put(_ document: String, dryRun: Bool = false, isNew: Bool = false) async throws -> World.Answer {
      let path = "/v1/institution" + (dryRun ? "?dryRun=true" : "")
      return try await world.send(
        .put, path, token: scheduler, document, headers: isNew ? [:] : [.ifMatch: "*"])
    }
  }

  @Test func everyStepNamesWhatTodaysDataForbid() async throws {
    try await World.with { world in
      let (_, _, variant) = try await ApprovalTests.finished(world)
      var way = try await Way(world)
      let illegal = try Self.document(Self.blockAda)
      #expect(try await way.put(illegal).status == 200)

      let selected = try await way.select(variant)
      #expect(selected.status == 201 && selected["outdated"] == .bool(true), "\(selected.text)")
      #expect(selected["standing.judgment"]?.string == "broken" && selected["standing.hardViolations"] == .integer(1))
      let shown = try await world.send(.get, "/v1/variants/\(variant)", token: way.scheduler)
      #expect(shown["outdated"] == .bool(true), "\(shown.text)")

      func isRefused(_ answer: World.Answer) -> Bool {
        answer.status == 409 && answer.code == "workflow.outdated"
          && answer["errors.0.code"]?.string == "teacher-available"
          && answer["errors.0.message"]?.string?.contains("Maths (maths, Mon 08:00–09:00 in r1)") == true
          && answer["detail"]?.string?.contains("baseTimetable") == true
      }
      let submit = try await way.act("submit", way.scheduler)
      #expect(isRefused(submit), "\(submit.text)")
      // The other paths are no way round.
      let alias = try await world.send(
        .post, "/timetable-workflow/\(way.id)/submit_for_review/", token: way.scheduler)
      #expect(isRefused(alias), "\(alias.text)")

      // As long as the data are the old ones it goes on; each step looks again.
      let legal = try Self.document { _ in }
      for (action, token) in [("submit", way.scheduler), ("approve", way.approver)] {
        #expect(try await way.put(illegal).status == 200)
        #expect(isRefused(try await way.act(action, token)))
        #expect(try await way.put(legal).status == 200)
        let done = try await way.act(action, token)
        #expect(done.status == 200 && done["outdated"] == .bool(false), "\(done.text)")
      }
      #expect(try await way.put(illegal).status == 200)
      #expect(isRefused(try await way.act("publish", way.admin)))
      #expect(isRefused(try await world.send(.post, "/timetable-workflow/\(way.id)/publish/", token: way.admin)))
      #expect(try await world.send(.get, "/v1/published", token: way.admin).code == "published.missing")
      let list = try await world.send(.get, "/v1/workflows", token: way.admin)
      #expect(list["workflows.0.outdated"] == .bool(true), "\(list.text)")
    }
  }

  @Test func anImportSaysWhatItMakesIllegal() async throws {
    try await World.with { world in
      let (_, _, variant) = try await ApprovalTests.finished(world)
      var way = try await Way(world)
      _ = try await way.select(variant)
      for (action, token) in [("submit", way.scheduler), ("approve", way.approver), ("publish", way.admin)] {
        #expect(try await way.act(action, token).status == 200)
      }
      let before = try await world.send(.get, "/v1/published", token: way.admin)
      for dryRun in [true, false] {
        let answer = try await way.put(try Self.document(Self.blockAda), dryRun: dryRun)
        #expect(answer["timetables.0.workflow"]?.string == way.id, "\(answer.text)")
        #expect(answer["timetables.0.state"]?.string == "published" && answer["timetables.1"] == nil)
        #expect(answer["timetables.0.judgment"]?.string == "broken")
        #expect(answer["timetables.0.hardViolations"] == .integer(1))
        #expect(answer["timetables.0.violations.0.rule"]?.string == "teacher-available")
      }
      // What people see is as it was, and says of itself what it was published as.
      #expect(try await world.send(.get, "/v1/published", token: way.admin).text == before.text)
      let workflow = try await world.send(.get, "/v1/workflows/\(way.id)", token: way.admin)
      #expect(workflow["outdated"] == .bool(true) && workflow["standing.judgment"]?.string == "broken")
      let added = try await way.put(
        try Self.document {
          $0.lessons.append(Lesson(id: "art", name: "Art", duration: 60, groups: ["1a"], teachers: ["bob"]))
        })
      #expect(added["timetables.0.judgment"]?.string == "legal", "\(added.text)")
      #expect(added["timetables.0.missing.0.name"]?.string == "Art")
      #expect(try await way.put(try Self.document { _ in })["timetables.0.outdated"] == .bool(false))
    }
  }

  @Test func whatHasNoPlaceIsWaivedByNameOrNotPublished() async throws {
    try await World.with { world in
      try await world.importTiny()
      var way = try await Way(world)
      let job = try #require(try await world.submit(way.scheduler)["id"]?.string)
      try await world.complete(try await world.claim(), leavingOut: "music")
      let variants = try await world.send(.get, "/v1/generation-jobs/\(job)/variants", token: way.scheduler)
      let variant = try #require(variants["variants.0.id"]?.string)
      let selected = try await way.select(variant)
      #expect(selected["standing.missing.0.name"]?.string == "Music", "\(selected.text)")

      // Whoever acts for one department only learns how much is missing, and not what others teach.
      let head = try await world.token(.approver, name: "head", departments: ["chem"])
      let seen = try await world.send(.get, "/v1/workflows/\(way.id)", token: head)
      #expect(seen["standing.missingMeetings"] == .integer(1) && seen["standing.missing"] == .array([]), "\(seen.text)")

      func isRefused(_ answer: World.Answer) -> Bool {
        answer.status == 409 && answer.code == "workflow.incomplete"
          && answer["errors.0.pointer"]?.string == "music"
          && answer["errors.0.message"]?.string?.contains("Music") == true
      }
      let waiver = #"{"waiver":{"lessons":["music"],"comment":"The choir rehearses instead."}}"#
      #expect(isRefused(try await way.act("submit", way.scheduler)))
      #expect(
        isRefused(try await world.send(.post, "/timetable-workflow/\(way.id)/submit_for_review", token: way.scheduler)))
      #expect(
        isRefused(
          try await world.send(.post, "/api/timetable/approve/\(job)", token: way.admin, #"{"action":"approve"}"#)))
      #expect(try await way.act("submit", way.scheduler, waiver).status == 403)
      #expect(try await way.act("waive", way.scheduler, #"{"lessons":["music"],"comment":"c"}"#).status == 403)
      let wrong = try await way.act("submit", way.admin, #"{"waiver":{"lessons":["maths"],"comment":"c"}}"#)
      #expect(wrong.code == "workflow.waiver-mismatch" && wrong["errors"]?.array?.count == 2, "\(wrong.text)")
      for body in [
        #"{"waiver":{}}"#, #"{"waiver":{"lessons":["music"]}}"#, #"{"waiver":{"lessons":"x","comment":"c","k":1}}"#,
      ] {
        #expect(try await way.act("submit", way.admin, body).code == "request.invalid")
      }
      #expect(try await way.act("reject", way.admin, waiver).code == "request.invalid", "nothing to waive there")

      let waived = try await way.act(
        "waive", way.admin, #"{"lessons":["music"],"comment":"The choir rehearses instead."}"#)
      #expect(waived["state"]?.string == "draft" && waived["standing.waiver.covers"] == .bool(true), "\(waived.text)")
      for (action, token) in [("submit", way.scheduler), ("approve", way.approver), ("publish", way.admin)] {
        let answer = try await way.act(action, token)
        #expect(answer.status == 200, "\(answer.text)")
      }
      let week = try await world.send(.get, "/v1/me/week", token: try await world.token(.teacher, teacher: "bob"))
      #expect(week["rows"] == .array([]) && week["missing.0.name"]?.string == "Music", "\(week.text)")
      #expect(week["waiver.comment"]?.string == "The choir rehearses instead." && week["missing.0.reasons"] == nil)
      let ada = try await world.send(.get, "/v1/me/week", token: try await world.token(.teacher, teacher: "ada"))
      #expect(ada["missing"] == .array([]) && ada["waiver"] == nil)
      let audit = try await world.send(.get, "/v1/audit", token: way.admin)
      #expect(audit.text.contains("workflow.waive"))
    }
  }

  @Test func aStudentsPublishedWeekIsNotMovedByAnImport() async throws {
    try await World.with { world in
      let students = try Self.document { problem in
        problem.groups.append(ClassGroup(id: "1b", size: 20))
        problem.students = [Student(id: "s1", name: "Sam", group: "1a"), Student(id: "s2", name: "Kim")]
        problem.lessons[1].students = ["s2"]
      }
      try await world.importTiny()
      var way = try await Way(world)
      #expect(try await way.put(students).status == 200)
      let job = try #require(try await world.submit(way.scheduler)["id"]?.string)
      try await world.complete(try await world.claim())
      let variants = try await world.send(.get, "/v1/generation-jobs/\(job)/variants", token: way.scheduler)
      _ = try await way.select(try #require(variants["variants.0.id"]?.string))
      for (action, token) in [("submit", way.scheduler), ("approve", way.approver), ("publish", way.admin)] {
        let answer = try await way.act(action, token)
        #expect(answer.status == 200, "\(answer.text)")
      }
      let sam = try await world.token(.student, name: "sam", student: "s1")
      let kim = try await world.token(.student, name: "kim", student: "s2")
      let before = [
        try await world.send(.get, "/v1/me/week", token: sam), try await world.send(.get, "/v1/me/week", token: kim),
      ]
      #expect(before[0]["rows"]?.array?.count == 2 && before[1]["rows"]?.array?.count == 1, "\(before[0].text)")
      #expect(before[0]["calendar.days"] == .array([.string("Mon")]))
      let moved = try Self.document { problem in
        problem.groups.append(ClassGroup(id: "1b", size: 20))
        problem.students = [Student(id: "s1", name: "Sam", group: "1b")]
        problem.term.firstDay = "2027-09-06"
        problem.timeGrids[0].days[0].name = "Montag"
      }
      #expect(try await way.put(moved).status == 200)
      #expect(try await world.send(.get, "/v1/me/week", token: sam).text == before[0].text)
      #expect(try await world.send(.get, "/v1/me/week", token: kim).text == before[1].text)
    }
  }

  /// Next term's week is published while this one's is taught.
  @Test func publishingNextTermSwitchesNobody() async throws {
    try await World.with { world in
      func publish(_ id: TermID, startingIn days: Int) async throws {
        var problem = tinyProblem
        let first = Date(timeIntervalSinceNow: Double(days) * 86_400)
        problem.term = Term(
          id: id, name: id.rawValue, firstDay: first.formatted(.iso8601.year().month().day()), weekCount: 2)
        let term = problem
        let document = String(decoding: try InstitutionDocument.write(term), as: UTF8.self)
        var way = try await Way(world)
        #expect(try await way.put(document, isNew: true).status == 200)
        let job = try #require(try await world.submit(way.scheduler, #"{"term":"\#(id)"}"#)["id"]?.string)
        try await world.complete(try await world.claim())
        let variants = try await world.send(.get, "/v1/generation-jobs/\(job)/variants", token: way.scheduler)
        _ = try await way.select(try #require(variants["variants.0.id"]?.string))
        for (action, token) in [("submit", way.scheduler), ("approve", way.approver), ("publish", way.admin)] {
          let answer = try await way.act(action, token)
          #expect(answer.status == 200, "\(answer.text)")
        }
      }
      try await world.importTiny()
      let teacher = try await world.token(.teacher, teacher: "ada")
      try await publish("past", startingIn: -100)
      #expect(try await world.send(.get, "/v1/me/week", token: teacher)["term"]?.string == "past")
      try await publish("now", startingIn: -10)
      try await publish("next", startingIn: 60)
      for path in ["/v1/me/week", "/v1/published"] {
        #expect(try await world.send(.get, path, token: teacher)["term"]?.string == "now")
        #expect(try await world.send(.get, path + "?term=next", token: teacher)["term"]?.string == "next")
      }
    }
  }
}
