import Foundation
import Hummingbird
import Jobs
import Persistence
import Tenancy
import Timetabling
import Verification

/// Finished variants: what was made, how good it is, why it can be believed.
enum VariantRoutes {
  static let all: [Route] = [
    .member(.get, "/v1/generation-jobs/{id}/variants", .readVariant, ofJob),
    .member(.get, "/v1/generation-jobs/{id}/comparison", .readVariant, weight: .heavy, comparison),
    .member(.get, "/v1/variants/{id}", .readVariant, one),
    .member(
      .get, "/v1/variants/{id}/timetable", .readTimetable, weight: .wholeWeek, query: Call.weekParameters, timetable),
    .member(.get, "/v1/variants/{id}/certificate", .readVariant, certificate),
    .member(.post, "/v1/variants/{id}/select", .selectVariant, weight: .heavy, select),
  ]

  private struct VariantsDocument: Encodable {
    var job: String
    var state: String
    var variants: [VariantDocument]
  }

  private static func ofJob(_ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.job()
    let (job, variants) = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) { transaction in
      let job = try await call.dependencies.queue.existing(id, in: transaction)
      return (job, try await transaction.variants(job: id))
    }
    return Reply.json(
      VariantsDocument(
        job: id.description, state: job.state.rawValue, variants: variants.map(VariantDocument.init)))
  }

  private static func comparison(_ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.job()
    let comparison = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) { transaction in
      let job = try await call.dependencies.queue.existing(id, in: transaction)
      guard job.hasVariants else { throw Problem.notCompleted(job) }
      return try await transaction.compareVariants(job: id)
    }
    return Reply.json(ComparisonDocument(comparison, job: id))
  }

  private static func one(_ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.uuid("id", of: "variant")
    let variant = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) {
      try await $0.existingVariant(id)
    }
    return Reply.json(VariantDocument(variant))
  }

  private static func certificate(_ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.uuid("id", of: "variant")
    let variant = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) {
      try await $0.existingVariant(id)
    }
    guard let certificate = variant.facts.certificate else {
      throw Problem(
        .unknown, "The variant '\(id.uuidString.lowercased())' has no certificate: the verifier found violations.")
    }
    return Reply.json(certificate)
  }

  private static func timetable(_ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.uuid("id", of: "variant")
    let of = try call.week()
    let (variant, rows, unplaced) = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) {
      transaction in
      let variant = try await transaction.existingVariant(id)
      let rows = try await transaction.draftWeek(of, timetable: variant.timetable)
      let unplaced = of.isEverything ? try await transaction.draftUnplaced(timetable: variant.timetable) : nil
      return (variant, rows, unplaced)
    }
    return Reply.json(
      TimetableView(
        timetable: variant.timetable, variant: id, name: variant.name, rows: rows, unplaced: unplaced,
        scope: identity.tenant.principal.scope))
  }

  private static func select(_ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.uuid("id", of: "variant")
    var fields = try await call.fields()
    let comment = fields.text("comment", limit: 2_000, allowsLines: true)
    try fields.finish()
    let (workflow, standing) = try await call.dependencies.select(id, comment: comment, for: identity.tenant)
    return WorkflowRoutes.reply(workflow, standing, status: .created)
  }
}

extension Dependencies {
  /// Makes a draft of a variant, and tells how it stands.
  ///
  /// - Parameter demand: throws where the request does not mean this variant
  func select(
    _ id: UUID, comment: String?, for tenant: TenantContext,
    demand: @Sendable (VariantRow, TenantTransaction) async throws -> Void = { _, _ in }
  ) async throws -> (Workflow, PresentStanding?) {
    let facts = try await pool.withReadTransaction(for: tenant) { transaction in
      let variant = try await transaction.existingVariant(id)
      try await demand(variant, transaction)
      return variant.facts
    }
    // All its rows are copied.
    let deadline = WorkDeadline.forRows(facts.placed + facts.unplaced)
    let workflow = try await pool.withTransaction(for: tenant, deadline: deadline) {
      try await $0.select(variant: id, comment: comment)
    }
    // What only the verifier can tell is told of a draft that is there already.
    let standing = try await withPresent(for: tenant) { transaction, examined in
      try await transaction.standing(workflow, examined)
    }
    return (workflow, standing)
  }
}

extension TenantTransaction {
  func existingVariant(_ id: UUID) async throws -> VariantRow {
    guard let variant = try await variant(id) else { throw Problem.unknown("variant", id.uuidString.lowercased()) }
    return variant
  }
}

extension Job {
  /// Completed, or cancelled with its best so far kept.
  var hasVariants: Bool { state == .completed || state == .cancelled && (ending?.variants ?? 0) > 0 }
}

extension Problem {
  static func notCompleted(_ job: Job) -> Problem {
    Problem(.notCompleted, "The job is \(job.state.rawValue).\nMaybe watch \(JobDocument.path(job.id))/progress.")
  }
}

extension Call {
  static let weekParameters = ["group", "teacher", "room", "student", "department"]

  /// Whose week is asked for: at most one of the parameters.
  func week() throws -> WeekOf {
    let choices: [(String, (String) -> WeekOf)] = [
      ("group", { .group(ClassGroupID($0)) }), ("teacher", { .teacher(TeacherID($0)) }),
      ("room", { .room(RoomID($0)) }), ("student", { .student(StudentID($0)) }),
      ("department", { .department(DepartmentID($0)) }),
    ]
    let chosen = try choices.compactMap { name, make in try query(name).map { (name, make($0)) } }
    guard chosen.count <= 1 else {
      let names = chosen.map(\.0).joined(separator: " and ")
      throw Problem(
        .invalid,
        issues: [.init(pointer: chosen[1].0, code: "parameter.twice", message: "Only one of \(names) may be given.")])
    }
    return chosen.first?.1 ?? .everything
  }
}

extension WeekOf {
  var isEverything: Bool { if case .everything = self { true } else { false } }
}
