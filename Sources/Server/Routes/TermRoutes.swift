import Foundation
import Hummingbird
import Jobs
import Persistence
import Timetabling

/// The terms an institution has data of.
enum TermRoutes {
  static let all: [Route] = [
    .member(.get, "/v1/terms", .readInstitution, list),
    .member(.delete, "/v1/terms/{term}", .deleteTerm, end),
  ]

  private struct TermDocument: Encodable {
    var id: String
    var name: String
    var firstDay: String
    var weekCount: Int
    var timeZone: String
    var lessons: Int
    var teachers: Int
    var rooms: Int
    var groups: Int
    var students: Int
    /// Counts the imports.
    var revision: Int
    var importedAt: Date
    /// The timetable people see, if one is published.
    var published: String?

    init(_ term: TermSummary) {
      id = term.id.rawValue
      name = term.name
      firstDay = term.firstDay
      weekCount = term.weekCount
      timeZone = term.timeZone
      lessons = term.lessons
      teachers = term.teachers
      rooms = term.rooms
      groups = term.groups
      students = term.students
      revision = term.revision
      importedAt = term.importedAt
      published = term.published?.uuidString.lowercased()
    }
  }

  private static func list(_ call: Call, _ identity: Identity) async throws -> Response {
    struct TermsDocument: Encodable { var terms: [TermDocument] }
    let terms = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) { try await $0.terms() }
    return Reply.json(TermsDocument(terms: terms.map(TermDocument.init)))
  }

  /// With everything that was made for it, as long as nobody needs any of that. If-Match is obeyed where it is sent.
  private static func end(_ call: Call, _ identity: Identity) async throws -> Response {
    let text = try call.parameter("term")
    let term = TermID(text.removingPercentEncoding ?? text)
    let precondition = call.request.headers[.ifMatch] == nil ? Precondition.none : try call.precondition()
    try await call.dependencies.pool.withTransaction(for: identity.tenant, deadline: .seconds(60)) {
      try await $0.deleteTerm(term, if: precondition)
    }
    return Response(status: .noContent)
  }
}
