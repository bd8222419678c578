import Foundation
import HTTPTypes
import Tenancy
import Testing
import Tokens

/// Ids are in lower case and times are ISO 8601, in every answer and in what the audit log keeps.
@Suite struct AnswerFormTests {
  private static func isID(_ text: Substring) -> Bool { text.count == 36 && UUID(uuidString: String(text)) != nil }

  /// Every place where a value has another form.
  private static func odd(_ value: StrictJSON, at path: String = "") -> [String] {
    switch value {
    case .string(let text):
      let words = text.split { !$0.isHexDigit && $0 != "-" }
      return words.contains { isID($0) && $0 != $0.lowercased() } ? ["\(path): \(text)"] : []
    case .integer, .number:
      let name = path.split(separator: "/").last ?? ""
      return name.hasSuffix("At") || name == "at" ? ["\(path): a number"] : []
    case .array(let items): return items.enumerated().flatMap { odd($1, at: "\(path)/\($0)") }
    case .object(let members):
      return members.flatMap { odd(.string($0.key), at: path) + odd($0.value, at: "\(path)/\($0.key)") }
    case .null, .bool: return []
    }
  }

  @Test func idsAreInLowerCaseAndTimesInWords() async throws {
    try await World.with { world in
      try await world.importTiny()
      let (admin, dean) = (try await world.token(.tenantAdmin), try await world.token(.approver, group: "1a"))
      let any: HTTPFields = [.ifMatch: "*"]
      let presets = try await world.send(.get, "/v1/variant-presets", token: admin).text
      _ = try await world.send(
        .put, "/v1/variant-presets", token: admin, presets.replacing("Compact", with: "Close"), headers: any)
      let job = try #require(try await world.submit(admin)["id"]?.string)
      try await world.complete(try await world.claim())
      let variants = try await world.send(.get, "/v1/generation-jobs/\(job)/variants", token: admin)
      let variant = try #require(variants["variants.0.id"]?.string)
      let flow = try #require(try await world.send(.post, "/v1/variants/\(variant)/select", token: admin)["id"]?.string)
      for (action, token) in [("submit", admin), ("approve", dean), ("publish", admin)] {
        let answer = try await world.send(.post, "/v1/workflows/\(flow)/\(action)", token: token, headers: any)
        #expect(answer.status == 200, "\(answer.text)")
      }
      let paths = [
        "/v1/me", "/v1/terms", "/v1/variant-presets", "/v1/generation-jobs", "/v1/generation-jobs/\(job)",
        "/v1/generation-jobs/\(job)/progress", "/v1/generation-jobs/\(job)/variants",
        "/v1/generation-jobs/\(job)/comparison", "/v1/variants/\(variant)", "/v1/variants/\(variant)/timetable",
        "/v1/variants/\(variant)/certificate", "/v1/workflows", "/v1/workflows/\(flow)", "/v1/published", "/v1/audit",
        "/api/variants/\(job)", "/api/timetable/status/\(job)", "/api/timetable/progress/\(job)",
        "/api/timetable/result/\(job)", "/v1/variants/\(variant)/lessons/maths/meetings/0/places",
      ]
      for path in paths {
        let answer = try await world.send(.get, path, token: admin)
        #expect(answer.status == 200, "\(path): \(answer.text)")
        #expect(Self.odd(answer.json) == [], "\(path)")
      }
      let unknown = UUID()
      let missing = try await world.send(.get, "/v1/variants/\(unknown.uuidString)", token: admin)
      #expect(missing.status == 404)
    }
  }
}
