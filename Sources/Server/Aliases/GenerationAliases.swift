import Foundation
import Hummingbird
import Jobs
import Persistence
import Tenancy
import Timetabling

/// The generation paths of the requirements' documents, with their shapes. What they do is what `/v1` does.
///
/// Three things differ, and must: the tenant comes from the token, and an `organization_id` or `university_id` of
/// another one is refused; a job makes a whole term (`PartOfTerm`); and the job's id is given out by the server, so the
/// `job_id` of a request to generate is a name: sent again it is the same job (an idempotency key), and the paths below
/// find the job by it as well as by its id. The callback of the documents is absent: workers share the database.
enum GenerationAliases {
  static let all: [Route] =
    [
      .member(.post, "/api/timetable/generate", .submitJob, weight: .heavy) { try await generate($0, $1) },
      .member(.post, "/api/generation-jobs/generate", .submitJob, weight: .heavy) { try await generate($0, $1) },
      .member(.post, "/api/generate_variants", .submitJob, weight: .heavy, generateVariants),
      .member(.post, "/api/generate/{job}", .submitJob, weight: .heavy, generateVariants),
      .member(.get, "/api/variants/{job}", .readVariant, weight: .heavy, variants),
    ]
    + ["/api/timetable/status/{job}", "/api/generation-jobs/{job}/status"].map { .member(.get, $0, .readJob, status) }
    + ["/api/timetable/progress/{job}", "/api/generation-jobs/{job}/progress", "/api/progress/{job}"].map {
      .member(.get, $0, .readJob, progress)
    }
    + ["/api/timetable/result/{job}", "/api/generation-jobs/{job}/result", "/api/result/{job}"].map {
      .member(.get, $0, .readVariant, weight: .heavy, result)
    }

  // MARK: Starting

  private struct Started: Encodable {
    var success = true
    var job_id: String
    var estimated_time: String
  }

  private static func generate(_ call: Call, _ identity: Identity) async throws -> Response {
    let outcome = try await submit(call, identity)
    let seconds = try await secondsUntilEnd(of: outcome.job, call)
    return Reply.json(
      Started(job_id: outcome.job.id.description, estimated_time: words(seconds)), status: .accepted,
      headers: Call.replayMark(outcome))
  }

  private struct Queued: Encodable {
    var job_id: String
    var status: String
    var message: String
    /// Null while no worker lives: nobody can say.
    var estimated_time_seconds: Int?

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(job_id, forKey: .job_id)
      try container.encode(status, forKey: .status)
      try container.encode(message, forKey: .message)
      try container.encode(estimated_time_seconds, forKey: .estimated_time_seconds)
    }

    private enum CodingKeys: CodingKey { case job_id, status, message, estimated_time_seconds }
  }

  private static func generateVariants(_ call: Call, _ identity: Identity) async throws -> Response {
    let outcome = try await submit(call, identity)
    let order = try outcome.job.generation()
    let seconds = try await secondsUntilEnd(of: outcome.job, call)
    return Reply.json(
      Queued(
        job_id: outcome.job.id.description, status: outcome.job.state.rawValue,
        message: "Generating \(order.variants.count) variants for \(order.term)...",
        estimated_time_seconds: seconds.map { Int($0.rounded(.up)) }),
      status: .accepted, headers: Call.replayMark(outcome))
  }

  private static func submit(_ call: Call, _ identity: Identity) async throws -> EnqueueOutcome {
    var fields = try FieldReader(try await call.body())
    let name = try name(of: call, &fields)
    let presets = fields.texts("presets", limit: 5)
    let term = fields.text("term", limit: 100)
    let academic = AcademicTerm(
      year: fields.word("academic_year", limit: 20), semester: fields.word("semester", limit: 40))
    let part = PartOfTerm(&fields)
    for member in ["organization_id", "university_id"] { fields.demand(identity.tenant.entry, at: member) }
    try fields.finish()
    // The name is the key, and no part of what is asked for: in the path or in the body it means the same.
    let key = try (call.idempotencyKey() ?? name).map {
      IdempotencyKey(key: $0, requestHash: fields.fingerprint(without: "job_id"))
    }
    return try await call.dependencies.submit(
      Submission(term: term, presets: presets, academic: academic, part: part), key: key, callerName: name,
      for: identity.tenant)
  }

  /// What the caller calls the job, in the path or in the body.
  private static func name(of call: Call, _ fields: inout FieldReader) throws -> String? {
    let member = fields.text("job_id", limit: 100)
    guard call.context.parameters.get("job") != nil else { return member }
    let name = try call.parameter("job")
    if let member, member != name {
      fields.fail(
        "job_id", "value.mismatch",
        "'job_id' is '\(member)', and the path names the job '\(name.cut(to: 100))'.\nMaybe leave it out of the body.")
    }
    return name
  }

  /// What it has to wait for, and its own seconds.
  private static func secondsUntilEnd(of job: Job, _ call: Call) async throws -> Double? {
    let ordered = try job.generation().seconds
    switch job.state {
    case .queued: return try await call.dependencies.secondsUntilStart(of: job.id).map { $0 + ordered }
    case .running: return max(0, ordered - call.dependencies.clock().timeIntervalSince(job.claimedAt ?? job.createdAt))
    default: return 0
    }
  }

  private static func words(_ seconds: Double?) -> String {
    guard let seconds else { return "unknown: no worker is at work" }
    let minutes = max(1, Int((seconds / 60).rounded(.up)))
    return "\(minutes)-\(minutes + 1) minutes"
  }

  // MARK: Watching

  private struct Status: Encodable {
    struct JobStatus: Encodable {
      var job_id: String
      var status: String
      var progress: Int
      var created_at: Date
    }
    var success = true
    var job: JobStatus
  }

  private static func status(_ call: Call, _ identity: Identity) async throws -> Response {
    let job = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) {
      try await call.namedJob(in: $0)
    }
    let reading = try await call.dependencies.progress(of: job.id, for: identity.tenant)
    return Reply.json(
      Status(
        job: .init(
          job_id: job.id.description, status: reading.state.rawValue, progress: Int(reading.percent),
          created_at: job.createdAt)))
  }

  private struct ProgressShape: Encodable {
    var success = true
    var job_id: String
    var status: String
    var progress: Int
    var updated_at: Date
  }

  private static func progress(_ call: Call, _ identity: Identity) async throws -> Response {
    let job = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) {
      try await call.namedJob(in: $0)
    }
    let reading = try await call.dependencies.progress(of: job.id, for: identity.tenant)
    return Reply.json(
      ProgressShape(
        job_id: reading.job.description, status: reading.state.rawValue, progress: Int(reading.percent),
        updated_at: reading.updatedAt))
  }

  // MARK: Results

  private struct Result: Encodable {
    struct Variant: Encodable {
      var id: String
      var name: String
      var slots: [MeetingDocument]
    }
    var success = true
    var job_id: String
    var status: String
    var timetables: [Variant]
  }

  private static func result(_ call: Call, _ identity: Identity) async throws -> Response {
    let result = try await call.dependencies.pool.withReadTransaction(for: identity.tenant, deadline: .seconds(20)) {
      transaction in
      let job = try await call.namedJob(in: transaction)
      var timetables: [Result.Variant] = []
      for variant in try await transaction.variants(job: job.id) {
        timetables.append(
          Result.Variant(
            id: variant.id.uuidString.lowercased(), name: variant.name,
            slots: try await transaction.draftWeek(.everything, timetable: variant.timetable).map(MeetingDocument.init))
        )
      }
      return Result(job_id: job.id.description, status: job.state.rawValue, timetables: timetables)
    }
    return Reply.json(result)
  }

  private struct Variants: Encodable {
    struct Variant: Encodable {
      var id: String
      var name: String
      var entries: [MeetingDocument]
      /// 0...10: the mean of the normalised criteria that leave a choice; 0 where a meeting is left out or a hard rule
      /// broken, for what is left out makes every criterion look better.
      var score: Double
    }
    var variants: [Variant]
    var comparison: ComparisonDocument
    var generation_time: Double?
  }

  private static func variants(_ call: Call, _ identity: Identity) async throws -> Response {
    let shape = try await call.dependencies.pool.withReadTransaction(for: identity.tenant, deadline: .seconds(20)) {
      transaction in
      let job = try await call.namedJob(in: transaction)
      guard job.hasVariants else { throw Problem.notCompleted(job) }
      var variants: [Variants.Variant] = []
      for variant in try await transaction.variants(job: job.id) {
        variants.append(
          Variants.Variant(
            id: variant.id.uuidString.lowercased(), name: variant.name,
            entries: try await transaction.draftWeek(.everything, timetable: variant.timetable).map(
              MeetingDocument.init),
            score: score(variant.facts.scoreCard)))
      }
      let start = job.startedAt ?? job.createdAt
      return Variants(
        variants: variants,
        comparison: ComparisonDocument(try await transaction.compareVariants(job: job.id), job: job.id),
        generation_time: job.finishedAt.map { $0.timeIntervalSince(start) })
    }
    return Reply.json(shape)
  }

  private static func score(_ card: ScoreCard) -> Double {
    guard card.isWhole else { return 0 }
    let open = card.criteria.filter { !$0.isDecided }
    guard !open.isEmpty else { return 10 }
    let mean = open.map(\.value).reduce(0, +) / Double(open.count)
    return (mean * 100).rounded() / 10
  }
}

extension FieldReader {
  /// The tenant that the token is for, by its id, its slug or its name, where the member is there at all.
  fileprivate mutating func demand(_ tenant: TenantEntry, at member: String) {
    guard let text = word(member, limit: 200) else { return }
    let names = [tenant.id.rawValue, tenant.slug.rawValue, tenant.name]
    guard !names.contains(where: { $0.lowercased() == text.lowercased() }) else { return }
    fail(
      member, "value.mismatch",
      "'\(member)' is '\(text)', and your token is for '\(tenant.slug)'.\n"
        + "Maybe leave it out: the token says whose data it is.")
  }
}
