import Foundation
import Hummingbird
import Jobs
import Persistence
import Tokens

/// Who did what, newest first, each row hashed together with the one before it.
enum AuditRoutes {
  static let all: [Route] = [.member(.get, "/v1/audit", .readAudit, query: ["cursor", "limit"], list)]

  private struct RowDocument: Encodable {
    var number: Int64
    var at: Date
    var actor: String
    var action: String
    var subject: String
    var detail: StrictJSON
    var hash: String
  }

  private struct AuditDocument: Encodable {
    var rows: [RowDocument]
    var next: String?
  }

  private static func list(_ call: Call, _ identity: Identity) async throws -> Response {
    let limit = Int(try call.query("limit", in: 1...200) ?? 50)
    let before = try call.query("cursor", in: 1...Int64.max)
    let rows = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) {
      try await $0.audit(before: before, limit: limit)
    }
    let documents = rows.map {
      RowDocument(
        number: $0.number, at: $0.at, actor: $0.actor, action: $0.action, subject: $0.subject,
        detail: (try? StrictJSON($0.detail)) ?? .null, hash: $0.hash)
    }
    return Reply.json(
      AuditDocument(rows: documents, next: rows.count == limit ? rows.last.map { String($0.number) } : nil))
  }
}

extension StrictJSON: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
