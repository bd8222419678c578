import Foundation
import HTTPTypes
import Hummingbird
import Interchange
import Jobs
import Persistence
import Timetabling
import Tokens

/// The institution's data: all of a term at once, in and out.
enum InstitutionRoutes {
  static let all: [Route] = [
    .member(.get, "/v1/institution", .readInstitution, weight: .heavy, query: ["term"], export),
    .member(.put, "/v1/institution", .importInstitution, weight: .heavy, query: ["dryRun"], body: .institution, take),
  ]

  static let csvFolderType = "application/vnd.horarium.csv-folder+json"
  /// For reading and checking together; an institution of 50,000 lessons takes some seconds.
  static let readingPatience = Duration.seconds(30)

  private static func export(_ call: Call, _ identity: Identity) async throws -> Response {
    let wanted = try call.query("term")
    let (term, storedBytes) = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) {
      transaction in
      let term = try await transaction.term(named: wanted)
      return (term, try await transaction.currentSnapshot(term: term)?.storedBytes ?? 0)
    }
    let deadline = WorkDeadline.forDocument(storedBytes: storedBytes)
    let (tag, problem) = try await call.dependencies.pool.withReadTransaction(for: identity.tenant, deadline: deadline)
    { transaction in
      guard let tag = try await transaction.termTag(term), let problem = try await transaction.loadProblem(term: term)
      else { throw Problem.unknown("term", term) }
      return (tag, problem)
    }
    let document = try await call.dependencies.threads.run(for: identity.tenant.tenant) {
      try InstitutionDocument.write(problem)
    }
    return Reply.json(data: document, headers: [.eTag: Precondition.header(tag)])
  }

  /// Reads and checks everything before it touches the database, and stores all of it or nothing.
  private static func take(_ call: Call, _ identity: Identity) async throws -> Response {
    let isDryRun = try call.flag("dryRun")
    let precondition = try call.precondition()
    let type = (call.request.headers[.contentType] ?? "application/json").lowercased()
    let isFolder = type.hasPrefix(csvFolderType)
    guard isFolder || type.hasPrefix("application/json") else {
      throw Problem(.mediaType, "The body is '\(type.cut(to: 100))'.\nMaybe send application/json or \(csvFolderType).")
    }
    let quota = identity.tenant.quotas.lessonsPerJob
    let body = try await call.body(upTo: ReadingLimits(lessons: quota, deadline: nil).bytes)
    let reading = try await call.dependencies.threads.run(for: identity.tenant.tenant) {
      let limits = ReadingLimits(lessons: quota, deadline: .now + readingPatience)
      return try isFolder ? readFolder(body, limits) : readDocument(body, limits)
    }
    try refuseExcess(reading, quota)
    guard let problem = reading.problem, reading.issues.isEmpty else {
      let count = reading.issues.count + reading.omittedIssues
      throw Problem(
        .institutionInvalid,
        """
        \(count) \(count == 1 ? "place is" : "places are") wrong; nothing was stored.
        Maybe correct them all and import again.
        """,
        issues: reading.issues.map(Problem.Issue.init), omittedIssues: reading.omittedIssues)
    }
    // Who may not, or replaces something unseen, has nothing verified for it; the import itself looks again.
    try await call.dependencies.pool.withTransaction(for: identity.tenant, deadline: .seconds(60)) {
      try await $0.demandImport(of: problem)
      if !isDryRun { try await $0.demand(precondition, on: problem.term.id) }
    }
    let prepared = try await call.dependencies.threads.run(for: identity.tenant.tenant) {
      PreparedProblem(problem)
    }
    let foreseen = try await call.dependencies.foreseeImport(of: prepared, for: identity.tenant)
    guard !isDryRun else {
      return Reply.json(
        ImportDocument(
          dryRun: true, term: problem.term.id.rawValue, snapshot: nil, counts: counts(problem),
          impact: foreseen.impact))
    }
    let (summary, tag, impact) = try await call.dependencies.withPresent(
      for: identity.tenant, deadline: prepared.deadline, coming: problem, knowing: foreseen.examined
    ) { transaction, examined in
      let summary = try await transaction.importProblem(prepared, if: precondition)
      let impact = try await transaction.importImpact(of: summary.snapshot, on: summary.term, examined)
      return (summary, try await transaction.termTag(summary.term) ?? "", impact)
    }
    return Reply.json(
      ImportDocument(
        dryRun: false, term: summary.term.rawValue, snapshot: summary.snapshot, counts: summary.counts, impact: impact),
      headers: [.eTag: Precondition.header(tag)])
  }

  /// Limits that ended the reading have problems of their own.
  private static func refuseExcess(_ reading: InstitutionReading, _ quota: Int) throws(Problem) {
    if reading.issues.contains(where: { $0.code == InstitutionReading.tooManyLessons }) {
      throw Problem(
        .tooManyLessons, "There are more than \(quota) lessons, which is what the plan allows; no more was read.")
    }
    if reading.issues.contains(where: { $0.code == InstitutionReading.tookTooLong }) {
      throw Problem(
        .overloaded,
        "The institution was not read in \(readingPatience.components.seconds) s; nothing was stored.\n"
          + "Maybe try again at a quieter time, or import fewer constraints.", headers: [.retryAfter: "60"])
    }
  }

  private struct ImportDocument: Encodable {
    var dryRun: Bool
    var term: String
    var snapshot: String?
    var counts: [String: Int]
    /// Those published or on their way there, nearest first.
    var timetables: [ImpactDocument]
    var omittedTimetables: Int

    init(dryRun: Bool, term: String, snapshot: String?, counts: [String: Int], impact: ImportImpact) {
      (self.dryRun, self.term, self.snapshot, self.counts) = (dryRun, term, snapshot, counts)
      timetables = impact.timetables.map(ImpactDocument.init)
      omittedTimetables = impact.omitted
    }
  }

  private static func counts(_ problem: Timetabling.Problem) -> [String: Int] {
    [
      "rooms": problem.rooms.count, "teachers": problem.teachers.count, "groups": problem.groups.count,
      "students": problem.students.count, "courses": problem.courses.count, "lessons": problem.lessons.count,
      "constraints": problem.constraints.count, "departments": problem.departments.count,
    ]
  }

  private static func readDocument(_ body: [UInt8], _ limits: ReadingLimits) throws -> InstitutionReading {
    guard !body.isEmpty else { throw Problem(.malformed, "The body is empty.\nMaybe send a horarium/1 document.") }
    return InstitutionDocument.readAndCheck(body, limits: limits)
  }

  /// `{"rooms.csv": "id,name\n…", …}`
  private static func readFolder(_ body: [UInt8], _ limits: ReadingLimits) throws -> InstitutionReading {
    let value: StrictJSON
    do throws(StrictJSON.Failure) {
      value = try StrictJSON(body, limits: .init(depth: 2, values: 200))
    } catch {
      throw Problem(.malformed, "The body is not JSON: \(error.reason), at byte \(error.offset).")
    }
    guard let members = value.object else { throw Problem(.malformed, "The body must be an object of file names.") }
    var files: [String: [UInt8]] = [:]
    for (name, text) in members {
      guard let text = text.string else {
        throw Problem(
          .malformed, "'\(name.cut(to: 100))' is \(text.kind), but must be a string.\nMaybe send the file's text.")
      }
      files[name] = Array(text.utf8)
    }
    return CSVFolder.readAndCheck(files, limits: limits)
  }
}

extension TenantTransaction {
  /// The term of that id; without one the only term there is.
  func term(named name: String?) async throws -> TermID {
    if let name { return TermID(name) }
    let terms = try await terms()
    switch terms.count {
    case 0:
      throw Problem(.institutionMissing, "No data has been imported yet.\nMaybe PUT a document to /v1/institution.")
    case 1: return terms[0].id
    default:
      let names = terms.map(\.id.rawValue).joined(separator: ", ")
      throw Problem(.termAmbiguous, "There are several terms: \(names).\nMaybe name one as 'term'.")
    }
  }
}
