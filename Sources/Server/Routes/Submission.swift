import Foundation
import Jobs
import Persistence
import Postgres
import Tenancy
import Timetabling

/// What is asked of a generation, before it is a job.
struct Submission: Sendable {
  var term: String?
  /// What the requirements' documents name a term by; looked at where `term` is nil.
  var academic = AcademicTerm()
  /// What of the term they ask for.
  var part = PartOfTerm()
  /// Names or ids; nil: the first ones, as many as the plan allows.
  var presets: [String]?
  var seconds: Double?
  var seed: UInt64?
  var threads: Int?
  var base: UUID?
  var title: String?

  /// Enough for a variant to become good, short enough for a plan of the smallest kind.
  static let defaultSecondsPerVariant = 60.0

  /// Reads the body of `POST /v1/generation-jobs`.
  init(_ fields: inout FieldReader) throws(Problem) {
    term = fields.text("term", limit: 100)
    presets = fields.texts("presets", limit: 5)
    if presets?.isEmpty == true { fields.fail("presets", "value.range", "'presets' must name at least one.") }
    seconds = fields.number("seconds", in: 1...86_400)
    seed = fields.integer("seed", in: 0...Int64.max).map { UInt64($0) }
    threads = fields.integer("threads", in: 1...64).map { Int($0) }
    let base = fields.text("baseTimetable", limit: 36)
    self.base = base.flatMap(UUID.init(uuidString:))
    if base != nil, self.base == nil { fields.fail("baseTimetable", "value.type", "'baseTimetable' must be a UUID.") }
    title = fields.text("title", limit: 200)
  }

  init(term: String?, presets: [String]?, academic: AcademicTerm, part: PartOfTerm) {
    self.term = term
    self.presets = presets
    self.academic = academic
    self.part = part
  }
}

extension Dependencies {
  /// Takes the data as it is, refuses what is proven impossible, and enqueues; a key that was answered before is
  /// answered again, before anything else is looked at.
  ///
  /// - Parameter callerName: what the caller wants to find the job by
  func submit(
    _ submission: Submission, key: IdempotencyKey?, callerName: String? = nil, for tenant: TenantContext
  ) async throws -> EnqueueOutcome {
    guard let key else { return try await generate(submission, answering: nil, callerName: callerName, for: tenant) }
    switch try await take(key, operation: "job.submit", for: tenant) {
    case .held(let hold):
      return try await holding(hold, for: tenant) {
        try await generate(submission, answering: hold, callerName: callerName, for: tenant)
      }
    case .answered(_, let body):
      let job = try await pool.withReadTransaction(for: tenant) { try await queue.job(answeredWith: body, in: $0) }
      guard let job else { throw Problem.unknown("generation job", key.key) }
      return .replayed(job)
    }
  }

  private func generate(
    _ submission: Submission, answering hold: IdempotencyHold?, callerName: String?, for tenant: TenantContext
  ) async throws -> EnqueueOutcome {
    let (term, snapshot, presets) = try await pool.withTransaction(for: tenant) { transaction in
      let isAcademic = submission.term == nil && submission.academic != AcademicTerm()
      let term =
        isAcademic
        ? try await transaction.term(submission.academic) : try await transaction.term(named: submission.term)
      if let base = submission.base { try await transaction.demand(base: base, of: term) }
      guard let snapshot = try await transaction.currentSnapshot(term: term) else {
        throw Problem.unknown("term", term)
      }
      try await transaction.demand(submission.part, of: term)
      try await transaction.demand(.submitJob, ofSnapshot: snapshot.hash)
      return (term, snapshot, try Self.choose(submission.presets, from: try await transaction.presets(), for: tenant))
    }
    try await refuseImpossible(snapshot, for: tenant)
    let now = clock()
    var generator = SystemRandomNumberGenerator()
    let limit = Double(tenant.quotas.solverSecondsPerJob)
    let seconds = submission.seconds ?? min(limit, Submission.defaultSecondsPerVariant * Double(presets.count))
    let payload = GenerationPayload(
      term: term.rawValue, snapshot: snapshot.hash, variants: presets.map(\.request),
      seed: submission.seed ?? UInt64.random(in: 1...UInt64(Int64.max), using: &generator), seconds: seconds,
      threads: submission.threads, base: submission.base, title: submission.title)
    let job = try NewJob.generation(payload, id: .make(at: now, using: &generator), callerName: callerName)
    return try await pool.withTransaction(for: tenant, attempts: 3) { transaction in
      guard try await transaction.hold(term: term) else { throw Problem.unknown("term", term) }
      let outcome = try await queue.enqueue(
        job, answering: hold, requestedSeconds: seconds, variants: presets.count, in: transaction)
      // What is here from this moment on stays as long as the job needs it.
      try await transaction.keepSnapshots()
      guard try await transaction.hasSnapshot(snapshot.hash) else {
        throw Problem(
          .unavailable, "The data was replaced in the meantime.\nMaybe send the same request again.",
          headers: [.retryAfter: "1"])
      }
      return outcome
    }
  }

  private static func choose(
    _ wanted: [String]?, from all: [VariantPreset], for tenant: TenantContext
  ) throws -> [VariantPreset] {
    guard let wanted else {
      let first = Array(all.prefix(min(5, tenant.quotas.variantsPerJob)))
      guard !first.isEmpty else {
        throw Problem(.presetUnknown, "There is no preset.\nMaybe PUT some to /v1/variant-presets.")
      }
      return first
    }
    return try wanted.map { name in
      guard let preset = all.first(where: { $0.name == name || $0.id.uuidString.lowercased() == name.lowercased() })
      else {
        let names = all.map(\.name).joined(separator: ", ")
        throw Problem(.presetUnknown, "There is no preset '\(name.cut(to: 100))'.\nMaybe one of: \(names).")
      }
      return preset
    }
  }

  /// How long a pre-check may look for a proof: what it does not find in this time, the solver will.
  private static let precheckPatience = Duration.seconds(10)

  /// Reads and looks at the data outside of any transaction.
  private func refuseImpossible(_ snapshot: SnapshotReference, for tenant: TenantContext) async throws {
    guard !provenPossible.contains(snapshot.hash) else { return }
    let deadline = WorkDeadline.forDocument(storedBytes: snapshot.storedBytes)
    let stored = try await pool.withTransaction(for: tenant, deadline: deadline) {
      try await $0.storedSnapshot(snapshot.hash)
    }
    guard let stored else { throw Problem.unknown("snapshot", snapshot.hash) }
    let findings = try await threads.run(for: tenant.tenant) {
      Precheck.findings(in: try stored.problem(), until: .now + Self.precheckPatience)
    }
    guard findings.isEmpty else {
      throw Problem(
        .impossible, "\(findings.count) reasons rule out every timetable.\nMaybe follow one of the repairs of each.",
        issues: findings.prefix(200).map { finding in
          let repairs = finding.repairs.map { "\nMaybe \($0)" }.joined()
          return .init(pointer: finding.subject, code: finding.code, message: finding.message + repairs)
        }, omittedIssues: max(0, findings.count - 200))
    }
    provenPossible.insert(snapshot.hash)
  }
}

extension TenantTransaction {
  fileprivate func demand(_ part: PartOfTerm, of term: TermID) async throws {
    guard !part.isWhole, let outline = try await outline(of: term) else { return }
    let issues = part.issues(in: outline, of: term)
    guard issues.isEmpty else { throw Problem(.invalid, issues: issues) }
  }

  /// What is measured against a timetable of other lessons measures nothing.
  fileprivate func demand(base: UUID, of term: TermID) async throws {
    guard let header = try await timetableHeader(base) else {
      throw Problem.unknown("timetable", base.uuidString.lowercased())
    }
    guard header.term == term else {
      throw Problem.mismatch(
        "baseTimetable",
        "'baseTimetable' is a timetable of the term '\(header.term)', and the job is for the term '\(term)'.\n"
          + "Maybe name a timetable of '\(term)', or '\(header.term)' as 'term'.")
    }
  }
}
