import Interchange
import Tenancy
import Testing
import Tokens

@Suite struct QueryTests {
  @Test func aParameterThatNobodyKnowsIsRefusedBeforeAnythingIsDone() async throws {
    try await World.with { world in
      let admin = try await world.token(.tenantAdmin)
      let document = String(decoding: try InstitutionDocument.write(tinyProblem), as: UTF8.self)
      let imported = try await world.send(.put, "/v1/institution?dryrun=true", token: admin, document)
      #expect(imported.status == 422 && imported["errors.0.pointer"]?.string == "dryrun", "\(imported.text)")
      #expect(imported["errors.0.message"]?.string?.contains("one of: dryRun") == true, "\(imported.text)")
      #expect(try await world.send(.get, "/v1/terms", token: admin)["terms"]?.array == [])

      for path in [
        "/v1/published?grup=1a", "/v1/me?verbose=1", "/v1/generation-jobs/x/events?after=3", "/v1/audit?limit=1&%00=2",
        "/api/timetable/status/x?format=json", "/v1/audit?\(String(repeating: "a", count: 2_000))=1",
      ] {
        let answer = try await world.send(.get, path, token: admin)
        #expect(answer.status == 422 && answer["errors.0.code"]?.string == "parameter.unknown", "\(answer.text)")
        #expect(answer.text.utf8.count < 1_000)
      }
      // Whoever asks whether the server lives may say why.
      #expect(try await world.send(.get, "/healthz?from=balancer").status == 200)
      // Without a token nobody learns more than that.
      #expect(try await world.send(.get, "/v1/me?verbose=1").status == 401)
    }
  }
}
