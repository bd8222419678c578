import Foundation
import HTTPTypes
import Hummingbird
import Interchange
import Testing
import Tokens

@Suite struct InstitutionTests {
  private static var document: String {
    get throws { String(decoding: try InstitutionDocument.write(tinyProblem), as: UTF8.self) }
  }

  @Test func whatIsImportedIsExported() async throws {
    try await World.with { world in
      let token = try await world.token(.scheduler)
      let answer = try await world.send(.put, "/v1/institution", token: token, try Self.document)
      #expect(answer.status == 200 && answer["counts.lessons"] == .integer(2), "\(answer.text)")
      let exported = try await world.send(.get, "/v1/institution?term=t1", token: token)
      #expect(InstitutionDocument.read(Array(exported.text.utf8)).problem == tinyProblem)
      #expect(try await world.send(.get, "/v1/terms", token: token)["terms.0.id"]?.string == "t1")
    }
  }

  @Test func aDryRunStoresNothing() async throws {
    try await World.with { world in
      let token = try await world.token(.scheduler)
      let answer = try await world.send(.put, "/v1/institution?dryRun=true", token: token, try Self.document)
      #expect(answer.status == 200 && answer["dryRun"] == .bool(true))
      #expect(try await world.send(.get, "/v1/institution", token: token).code == "institution.missing")
    }
  }

  @Test func everyMistakeIsNamedWithItsPlaceAndNothingIsStored() async throws {
    try await World.with { world in
      let token = try await world.token(.scheduler)
      var problem = tinyProblem
      problem.lessons[0].roomNeed.rooms = ["nowhere"]
      problem.lessons[1].duration = 600
      let wrong = String(decoding: try InstitutionDocument.write(problem), as: UTF8.self)
      let answer = try await world.send(.put, "/v1/institution", token: token, wrong)
      #expect(answer.status == 422 && answer.code == "institution.invalid", "\(answer.text)")
      let places = (answer["errors"]?.array ?? []).compactMap { $0.object?["pointer"]?.string }
      #expect(places.contains { $0.hasPrefix("/lessons/0") } && places.contains { $0.hasPrefix("/lessons/1") })
      #expect(try await world.send(.get, "/v1/institution", token: token).status == 404)
    }
  }

  @Test func unreadableBodiesAreRefused() async throws {
    try await World.with { world in
      let token = try await world.token(.scheduler)
      let bodies: [ByteBuffer] = [
        ByteBuffer(), ByteBuffer(string: "{"), ByteBuffer(string: "[]"),
        ByteBuffer(bytes: [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]),
        ByteBuffer(string: String(repeating: "[", count: 100_000)),
        ByteBuffer(string: #"{"format":"horarium/1","name":7}"#),
      ]
      for body in bodies {
        let response = try await world.client.execute(
          uri: "/v1/institution", method: .put, headers: [.authorization: "Bearer " + token], body: body)
        #expect([400, 422].contains(response.status.code))
        #expect(response.headers[.contentType] == "application/problem+json")
      }
      let text = try await world.send(
        .put, "/v1/institution", token: token, "x", headers: [.contentType: "text/plain"])
      #expect(text.status == 415)
    }
  }

  @Test func aBodyBeyondTheLimitIsRefused() async throws {
    try await World.with { world in
      let token = try await world.token(.scheduler)
      let document = try await world.client.execute(
        uri: "/v1/institution", method: .put, headers: [.authorization: "Bearer " + token],
        body: ByteBuffer(repeating: 0x20, count: (64 << 20) + 1))
      #expect(document.status.code == 413)
      let job = try await world.send(
        .post, "/v1/generation-jobs", token: token, #"{"title":""# + String(repeating: "x", count: 300_000) + #""}"#,
        headers: [.idempotencyKey: "k"])
      #expect(job.status == 413)
    }
  }

  @Test func aFolderOfCSVIsTakenAsOneDocument() async throws {
    try await World.with { world in
      let token = try await world.token(.scheduler)
      let files = try CSVFolder.write(tinyProblem)
      let body = String(decoding: try JSONEncoder().encode(files), as: UTF8.self)
      let type: HTTPFields = [.contentType: "application/vnd.horarium.csv-folder+json"]
      let answer = try await world.send(.put, "/v1/institution", token: token, body, headers: type)
      #expect(answer.status == 200, "\(answer.text)")
      let exported = try await world.send(.get, "/v1/institution", token: token)
      #expect(InstitutionDocument.read(Array(exported.text.utf8)).problem == tinyProblem)
    }
  }
}
