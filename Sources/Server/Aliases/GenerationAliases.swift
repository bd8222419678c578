import Foundation
import Hummingbird
import Jobs
import Persistence
import Tenancy
import Timetabling

/// The generation paths of the requirements' documents, with their shapes. What they do is what `/v1` does.
///
/// Two things differ, and must: the tenant comes from the token, whatever `organization_id` or `university_id`
/// says; and the job's id is given out by the server, so the `job_id` of a request to generate is a name to find the
/// same job again by (an idempotency key). The callback of the documents is absent: workers share the database.
enum GenerationAliases {
  static let all: [Route] =
    [
      .member(.post, "/api/timetable/generate", .submitJob) { try await generate($0, $1) },
      .member(.post, "/api/generation-jobs/generate", .submitJob) { try await generate($0, $1) },
      .member(.post, "/api/generate_variants", .submitJob, generateVariants),
      .member(.post, "/api/generate/{job}", .submitJob, generateVariants),
      .member(.get, "/api/variants/{job}", .readVariant, variants),
    ]
    + ["/api/timetable/status/{job}", "/api/generation-jobs/{job}/status"].map { .member(.get, $0, .readJob, status) }
    + ["/api/timetable/progress/{job}", "/api/generation-jobs/{job}/progress", "/api/progress/{job}"].map {
      .member(.get, $0, .readJob, progress)
    }
    + ["/api/timetable/result/{job}", "/api/generation-jobs/{job}/result", "/api/result/{job}"].map {
      .member(.get, $0, .readVariant, result)
    }

  // MARK: Starting

  private struct Started: Encodable {
    var success = true
    var job_id: String
    var estimated_time: String
  }

  private static func generate(_ call: Call, _ identity: Identity) async throws -> Response {
    let (job, seconds) = try await submit(call, identity)
    return Reply.json(Started(job_id: job.id.description, estimated_time: words(seconds)), status: .accepted)
  }

  private struct Queued: Encodable {
    var job_id: String
    var status: String
    var message: String
    var estimated_time_seconds: Int
  }

  private static func generateVariants(_ call: Call, _ identity: Identity) async throws -> Response {
    let (job, seconds) = try await submit(call, identity)
    let count = try job.generation().variants.count
    return Reply.json(
      Queued(
        job_id: job.id.description, status: job.state.rawValue,
        message: "Generating \(count) variants for \(try job.generation().term)...",
        estimated_time_seconds: Int(seconds)), status: .accepted)
  }

  private static func submit(_ call: Call, _ identity: Identity) async throws -> (job: Job, seconds: Double) {
    let body = try await call.body()
    var fields = try FieldReader(body)
    let name = fields.text("job_id", limit: 100)
    let presets = fields.texts("presets", limit: 5)
    var term = fields.text("term", limit: 100)
    let academic = AcademicTerm(
      year: fields.word("academic_year", limit: 20), semester: fields.word("semester", limit: 40))
    fields.ignore("organization_id", "university_id", "department_id", "batch_id", "batch_ids")
    try fields.finish()
    if term == nil, academic != AcademicTerm() {
      term = try await call.dependencies.pool.withTransaction(for: identity.tenant) { try await $0.term(academic) }
        .rawValue
    }
    let key = try call.idempotencyKey() ?? name ?? call.context.parameters.get("job")
    let outcome = try await call.dependencies.submit(
      Submission(term: term, presets: presets), key: key, request: body, for: identity.tenant)
    return (outcome.job, try outcome.job.generation().seconds)
  }

  private static func words(_ seconds: Double) -> String {
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
    let id = try call.job("job")
    let job = try await call.dependencies.pool.withTransaction(for: identity.tenant) {
      try await call.dependencies.queue.existing(id, in: $0)
    }
    let reading = try await call.dependencies.progress(of: id, for: identity.tenant)
    return Reply.json(
      Status(
        job: .init(
          job_id: id.description, status: reading.state.rawValue, progress: Int(reading.percent),
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
    let reading = try await call.dependencies.progress(of: try call.job("job"), for: identity.tenant)
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
    let id = try call.job("job")
    let result = try await call.dependencies.pool.withTransaction(for: identity.tenant, deadline: .seconds(20)) {
      transaction in
      let job = try await call.dependencies.queue.existing(id, in: transaction)
      var timetables: [Result.Variant] = []
      for variant in try await transaction.variants(job: id) {
        timetables.append(
          Result.Variant(
            id: variant.id.uuidString.lowercased(), name: variant.name,
            slots: try await transaction.draftWeek(.everything, timetable: variant.timetable).map(MeetingDocument.init))
        )
      }
      return Result(job_id: id.description, status: job.state.rawValue, timetables: timetables)
    }
    return Reply.json(result)
  }

  private struct Variants: Encodable {
    struct Variant: Encodable {
      var id: String
      var name: String
      var entries: [MeetingDocument]
      /// 0...10: the mean of the normalised criteria that leave a choice.
      var score: Double
    }
    var variants: [Variant]
    var comparison: ComparisonDocument
    var generation_time: Double?
  }

  private static func variants(_ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.job("job")
    let shape = try await call.dependencies.pool.withTransaction(for: identity.tenant, deadline: .seconds(20)) {
      transaction in
      let job = try await call.dependencies.queue.existing(id, in: transaction)
      guard job.state == .completed else { throw Problem.notCompleted(job) }
      var variants: [Variants.Variant] = []
      for variant in try await transaction.variants(job: id) {
        variants.append(
          Variants.Variant(
            id: variant.id.uuidString.lowercased(), name: variant.name,
            entries: try await transaction.draftWeek(.everything, timetable: variant.timetable).map(
              MeetingDocument.init),
            score: score(variant.facts.scoreCard)))
      }
      let start = job.startedAt ?? job.createdAt
      return Variants(
        variants: variants, comparison: ComparisonDocument(try await transaction.compareVariants(job: id), job: id),
        generation_time: job.finishedAt.map { $0.timeIntervalSince(start) })
    }
    return Reply.json(shape)
  }

  private static func score(_ card: ScoreCard) -> Double {
    let open = card.criteria.filter { !$0.isDecided }
    guard !open.isEmpty else { return 10 }
    let mean = open.map(\.value).reduce(0, +) / Double(open.count)
    return (mean * 100).rounded() / 10
  }
}
