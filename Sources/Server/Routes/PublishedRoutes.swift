import Foundation
import Hummingbird
import Jobs
import Persistence
import Timetabling

/// What everybody of the institution sees.
enum PublishedRoutes {
  static let all: [Route] = [
    .member(.get, "/v1/published", .readPublished, published),
    .member(.get, "/v1/me/week", .readPublished, ownWeek),
  ]

  private static func published(_ call: Call, _ identity: Identity) async throws -> Response {
    try await reply(call, identity, try call.week())
  }

  /// The week of the teacher, student or class group that the account is.
  private static func ownWeek(_ call: Call, _ identity: Identity) async throws -> Response {
    let principal = identity.tenant.principal
    let of: WeekOf
    if let teacher = principal.teacher {
      of = .teacher(TeacherID(teacher))
    } else if let student = principal.student {
      of = .student(StudentID(student))
    } else if let group = principal.group {
      of = .group(ClassGroupID(group))
    } else {
      throw Problem(.noWeek, "Your account is no teacher, student or group.\nMaybe ask for /v1/published?group=…")
    }
    return try await reply(call, identity, of)
  }

  private struct PublishedDocument: Encodable {
    var term: String
    var timetable: String
    var publishedAt: Date?
    var rows: [MeetingDocument]
  }

  private static func reply(_ call: Call, _ identity: Identity, _ of: WeekOf) async throws -> Response {
    let wanted = try call.query("term")
    let (header, rows) = try await call.dependencies.pool.withTransaction(for: identity.tenant) { transaction in
      let term = try await transaction.publishedTerm(named: wanted)
      guard let header = try await transaction.publishedTimetable(term: term) else {
        throw Problem(.notPublished, "No timetable is published for '\(term)'.")
      }
      return (header, try await transaction.week(of, timetable: header.id))
    }
    return Reply.json(
      PublishedDocument(
        term: header.term.rawValue, timetable: header.id.uuidString.lowercased(), publishedAt: header.publishedAt,
        rows: rows.map(MeetingDocument.init)))
  }
}

extension TenantTransaction {
  /// The term of that name; without one the latest that has a published timetable.
  fileprivate func publishedTerm(named name: String?) async throws -> TermID {
    if let name { return TermID(name) }
    guard let term = try await terms().first(where: { $0.published != nil }) else {
      throw Problem(.notPublished, "No timetable is published.")
    }
    return term.id
  }
}
