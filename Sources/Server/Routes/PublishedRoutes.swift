import Foundation
import Hummingbird
import Jobs
import Persistence
import Timetabling

/// What everybody of the institution sees. All of it was frozen with the publication: no later import changes it.
enum PublishedRoutes {
  static let all: [Route] = [
    .member(
      .get, "/v1/published", .readPublished, weight: .wholeWeek, query: ["term"] + Call.weekParameters, published),
    .member(.get, "/v1/me/week", .readPublished, query: ["term"], ownWeek),
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
    var calendar: FrozenCalendar
    var rows: [MeetingDocument]
    /// Meetings of the same people that have no place.
    var missing: [StandingDocument.Missing]
    /// Who took that upon them, and why.
    var waiver: Waived?

    struct Waived: Encodable {
      var comment: String
      var by: String
      var at: Date
    }
  }

  private static func reply(_ call: Call, _ identity: Identity, _ of: WeekOf) async throws -> Response {
    let wanted = try call.query("term")
    let now = call.dependencies.clock()
    let document = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) { transaction in
      let term = try await transaction.publishedTerm(named: wanted, at: now)
      guard let header = try await transaction.publishedTimetable(term: term) else {
        throw Problem(.notPublished, "No timetable is published for '\(term)'.")
      }
      let missing = try await transaction.missing(of, timetable: header.id)
      let waiver = missing.isEmpty ? nil : try await transaction.waiver(ofTimetable: header.id)
      return PublishedDocument(
        term: header.term.rawValue, timetable: header.id.uuidString.lowercased(), publishedAt: header.publishedAt,
        calendar: header.calendar,
        rows: try await transaction.week(of, timetable: header.id).map(MeetingDocument.init),
        missing: missing.map { StandingDocument.Missing($0, withReasons: false) },
        waiver: waiver.map { .init(comment: $0.comment, by: $0.actorName, at: $0.at) })
    }
    return Reply.json(document)
  }
}

extension TenantTransaction {
  /// The term of that name; without one the published term of today.
  fileprivate func publishedTerm(named name: String?, at now: Date) async throws -> TermID {
    if let name { return TermID(name) }
    guard let current = PublishedTerm.read(at: now, of: try await publishedTerms()) else {
      throw Problem(.notPublished, "No timetable is published.")
    }
    return current.term
  }
}
