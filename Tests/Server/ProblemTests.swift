import HTTPTypes
import Testing

@Suite struct ProblemTests {
  @Test func everyFailureIsAProblemDocument() async throws {
    try await World.with { world in
      let token = try await world.token(.tenantAdmin)
      let requests: [(World.Answer, Int, String)] = [
        (try await world.send(.get, "/nowhere"), 404, "resource.unknown"),
        (try await world.send(.get, "/v1/me"), 401, "auth.required"),
        (try await world.send(.get, "/v1/me", token: "x.y.z"), 401, "auth.required"),
        (try await world.send(.post, "/v1/sessions", "{"), 400, "request.malformed"),
        (try await world.send(.post, "/v1/sessions", "[]"), 400, "request.malformed"),
        (try await world.send(.post, "/v1/sessions", #"{"email":"a","email":"b"}"#), 400, "request.malformed"),
        (try await world.send(.post, "/v1/sessions", #"{"email":7,"king":1}"#), 422, "request.invalid"),
        (try await world.send(.get, "/v1/variants/x", token: token), 404, "resource.unknown"),
        (try await world.send(.get, "/v1/generation-jobs?limit=0", token: token), 422, "request.invalid"),
        (try await world.send(.get, "/v1/generation-jobs?limit=1&limit=2", token: token), 422, "request.invalid"),
        (try await world.submit(token), 404, "institution.missing"),
      ]
      for (answer, status, code) in requests {
        #expect(answer.status == status && answer.code == code, "\(answer.text)")
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(answer["type"]?.string == "https://horarium.org/problems/" + code)
        #expect(answer["instance"]?.string?.hasPrefix("urn:horarium:request:") == true)
      }
    }
  }

  @Test func everyWrongMemberIsNamedAtOnce() async throws {
    try await World.with { world in
      let answer = try await world.send(.post, "/v1/sessions", #"{"email":7,"king":1,"password":""}"#)
      let pointers = answer["errors"]?.array?.compactMap { $0.object?["pointer"]?.string }
      #expect(pointers == ["/tenant", "/email", "/password", "/king"], "\(answer.text)")
    }
  }

  /// However much is quoted, the advice behind it is still there.
  @Test func ofLongInputOnlyTheBeginningIsQuoted() async throws {
    try await World.with { world in
      try await world.importTiny()
      let token = try await world.token(.tenantAdmin)
      let long = String(repeating: "x", count: 5_000)
      let workflow = "/v1/workflows/00000000-0000-7000-8000-000000000000"
      let answers = [
        try await world.send(.put, "/v1/variant-presets", token: token, "{}", headers: [.ifMatch: long]),
        try await world.send(.put, "/v1/institution", token: token, "{}", headers: [.ifMatch: long]),
        try await world.send(.post, workflow + "/submit", token: token, headers: [.ifMatch: long]),
        try await world.send(
          .post, workflow + "/publish", token: token, #"{"waiver":{"\#(long)":1}}"#, headers: [.ifMatch: "*"]),
        try await world.send(.put, "/v1/variant-presets", token: token, #"{"presets":[{"\#(long)":1}]}"#),
        try await world.send(
          .put, "/v1/institution", token: token, #"{"\#(long)":1}"#,
          headers: [.contentType: "application/vnd.horarium.csv-folder+json"]),
        try await world.send(
          .post, workflow + "/submit", token: token, "{}", headers: [.ifMatch: "*", .contentType: long]),
        try await world.submit(token, #"{"presets":["\#(long)"]}"#), try await world.submit(token, #"{"\#(long)":1}"#),
        try await world.send(.get, "/v1/audit?\(long)=1", token: token),
      ]
      for answer in answers {
        #expect((400..<500).contains(answer.status) && answer.text.utf8.count < 2_000, "\(answer.text)")
        #expect(answer.text.contains("Maybe ") && !answer.text.contains(long.prefix(101)), "\(answer.text)")
      }
    }
  }

  @Test func answersCarryProtectiveHeaders() async throws {
    try await World.with { world in
      let answer = try await world.send(.get, "/healthz")
      #expect(answer.status == 200)
      #expect(answer.headers[.init("X-Content-Type-Options")!] == "nosniff")
      #expect(answer.headers[.cacheControl] == "no-store")
      #expect(answer.headers[.init("X-Request-Id")!] != nil)
    }
  }

  @Test func refusedTokensAllLookTheSame() async throws {
    try await World.with { world in
      var answers: Set<String> = []
      for token in ["", "x", "a.b.c", String(repeating: "a", count: 9_000)] {
        let answer = try await world.send(.get, "/v1/me", token: token)
        var members = answer.json.object ?? [:]
        members["instance"] = nil
        answers.insert("\(answer.status) \(members.sorted { $0.key < $1.key })")
      }
      #expect(answers.count == 1)
    }
  }
}
