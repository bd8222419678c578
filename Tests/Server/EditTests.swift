import Foundation
import HTTPTypes
import Interchange
import Persistence
import Postgres
import Tenancy
import Testing
import Timetabling
import Tokens

/// Several people change the same thing at once: one after the other, and nobody's change is lost unseen.
@Suite struct EditTests {
  /// Large enough that two imports meet in the middle.
  private static func document(_ name: String) throws -> String {
    var problem = tinyProblem
    problem.name = name
    problem.term.weekCount = 12
    problem.groups = (0..<30).map { ClassGroup(id: .init("g\($0)"), size: 20) }
    problem.teachers = (0..<30).map { Teacher(id: .init("t\($0)"), name: name) }
    problem.lessons = (0..<60).map { number in
      Lesson(
        id: .init("l\(number)"), duration: 60, groups: [.init("g\(number / 2)")], teachers: [.init("t\(number / 2)")])
    }
    problem.constraints = [
      Constraint(id: "k", kind: .teacherMaxGapsPerDay, parameters: ["max": 1], enforcement: .weighted(7))
    ]
    return String(decoding: try InstitutionDocument.write(problem), as: UTF8.self)
  }

  private static func race(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws -> World.Answer
  ) async throws -> [World.Answer] {
    try await withThrowingTaskGroup(of: World.Answer.self) { group in
      for number in 0..<count { group.addTask { try await body(number) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  private static let deadlocks = Statement<Void, Int64>(
    "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
  ) { (row: inout RowReader) throws(RowError) in try row.int() }

  @Test func importsOfOneTermComeOneAfterTheOther() async throws {
    var generous = QuotaOverrides()
    generous.requestsPerSecond = 100_000
    try await World.with(quotas: generous) { world in
      let token = try await world.token(.scheduler)
      for round in 0..<5 {
        // In the first round none of them knows of a term that could be named.
        let tag = try await world.send(.get, "/v1/institution", token: token).headers[.eTag]
        let answers = try await Self.race(8) { number in
          var headers: HTTPFields = [:]
          if let tag { headers[.ifMatch] = number % 2 == 0 ? "*" : tag }
          return try await world.send(
            .put, "/v1/institution", token: token, try Self.document("\(round)-\(number)"), headers: headers)
        }
        let statuses = answers.map(\.status)
        #expect(statuses.allSatisfy { [200, 409, 412, 428].contains($0) }, "\(statuses) \(answers.map(\.code))")
        #expect(statuses.contains(200))
        if tag == nil { #expect(statuses.count { $0 == 200 } == 1, "the others would have replaced it unseen") }
        let stored = try await world.send(.get, "/v1/institution", token: token)
        let last = answers.filter { $0.status == 200 }.contains { $0.headers[.eTag] == stored.headers[.eTag] }
        #expect(last, "what is there is what one of them was told")
        #expect(InstitutionDocument.read(Array(stored.text.utf8)).problem?.lessons.count == 60)
      }
      let deadlocks = try await world.installation.pool.withControlTransaction { try await $0.first(Self.deadlocks) }
      #expect(deadlocks == 0)
    }
  }

  @Test func anImportReplacesOnlyWhatWasRead() async throws {
    try await World.with { world in
      let token = try await world.token(.scheduler)
      func put(_ name: String, _ ifMatch: String?) async throws -> World.Answer {
        var headers: HTTPFields = [:]
        headers[.ifMatch] = ifMatch
        return try await world.send(.put, "/v1/institution", token: token, try Self.document(name), headers: headers)
      }
      #expect(try await put("a", "*").status == 412, "there is nothing yet")
      let first = try await put("a", nil)
      let tag = try #require(first.headers[.eTag], "\(first.text)")
      #expect(try await world.send(.get, "/v1/institution", token: token).headers[.eTag] == tag)

      let blind = try await put("b", nil)
      #expect(blind.status == 428 && blind.headers[.eTag] == tag && blind.text.contains("If-Match"), "\(blind.text)")
      let second = try await put("b", tag)
      #expect(second.status == 200 && second.headers[.eTag] != tag)
      let late = try await put("c", tag)
      #expect(late.status == 412 && late.code == "request.stale" && late.headers[.eTag] == second.headers[.eTag])
      for text in ["W/" + tag, "nonsense", "\"1\", \"2\""] {
        #expect(try await put("c", text).status == 412, "\(text)")
      }
      #expect(try await put("c", "\"1\", " + (second.headers[.eTag] ?? "")).status == 200)
      #expect(try await put("a", "*").status == 200)
    }
  }

  private static func list(_ names: [String]) -> String {
    let items = names.map { #"{"name":"\#($0)","strategy":"org.horarium.balanced"}"# }
    return #"{"presets":[\#(items.joined(separator: ","))]}"#
  }

  private static func names(_ answer: World.Answer) -> [String] {
    (answer["presets"]?.array ?? []).compactMap { $0.object?["name"]?.string }
  }

  @Test func ofTwoEditorsOfThePresetsNoneIsLostUnseen() async throws {
    try await World.with { world in
      let token = try await world.token(.tenantAdmin)
      let path = "/v1/variant-presets"
      #expect(try await world.send(.put, path, token: token, Self.list(["A"])).status == 200, "nothing to lose yet")
      for round in 0..<5 {
        let read = try await world.send(.get, path, token: token)
        let tag = try #require(read.headers[.eTag])
        let blind = try await world.send(.put, path, token: token, Self.list(["blind"]))
        #expect(blind.status == 428 && blind.headers[.eTag] == tag, "\(blind.text)")
        let answers = try await Self.race(6) { editor in
          try await world.send(
            .put, path, token: token, Self.list(["B\(round)-\(editor)", "C\(round)-\(editor)"]),
            headers: [.ifMatch: tag])
        }
        #expect(answers.map(\.status).sorted() == [200] + Array(repeating: 412, count: 5), "\(answers.map(\.text))")
        let winner = try #require(answers.first { $0.status == 200 })
        let now = try await world.send(.get, path, token: token)
        #expect(Self.names(now) == Self.names(winner) && now.headers[.eTag] == winner.headers[.eTag])
        #expect(answers.filter { $0.status == 412 }.allSatisfy { $0.headers[.eTag] == now.headers[.eTag] })
      }
      let answers = try await Self.race(6) { editor in
        try await world.send(
          .put, path, token: token, Self.list(["D\(editor)", "E\(editor)"]), headers: [.ifMatch: "*"])
      }
      #expect(answers.allSatisfy { $0.status == 200 }, "\(answers.map(\.text))")
      #expect(try await Self.names(world.send(.get, path, token: token)).count == 2, "one list, not two in one")
    }
  }

  @Test func aListThatIsSentBackAsItWasReadChangesNothing() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.tenantAdmin)
      let path = "/v1/variant-presets"
      let before = try await world.installation.transaction { try await $0.presets() }
      #expect(before.map(\.position) == [1, 2])
      let read = try await world.send(.get, path, token: token)
      let same = try await world.send(.put, path, token: token, read.text, headers: [.ifMatch: "*"])
      #expect(same.status == 200 && same.json == read.json, "\(same.text)")
      #expect(try await world.installation.transaction { try await $0.presets() } == before)

      // Names may pass from one to another, and the order may change.
      let swapped = read.text.replacing("Balanced", with: "X").replacing("Compact", with: "Balanced")
        .replacing("\"X\"", with: "\"Compact\"")
      let answer = try await world.send(.put, path, token: token, swapped, headers: [.ifMatch: "*"])
      #expect(Self.names(answer) == ["Compact", "Balanced"], "\(answer.text)")
      let after = try await world.installation.transaction { try await $0.presets() }
      #expect(after.map(\.position) == [1, 2] && after.map(\.id) == before.map(\.id))
      #expect(after.map(\.version) == [2, 2])
    }
  }
}
