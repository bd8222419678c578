import Bootstrap
import Foundation
import Generating
import Jobs
import Logging
import Optimization
import Persistence
import Postgres
import Redis
import Tenancy
import TestSupport
import TestTenants
import Timetabling
import Worker

/// A worker's parts on a real database and a real Redis, put together by a test.
struct Shop: Sendable {
  let installation: Installation
  let redis: RedisClient
  let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  static func with(_ body: @Sendable (Shop) async throws -> Void) async throws {
    try await Installation.with { installation in
      let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      let redis = RedisClient(
        configuration: RedisConfiguration(address: try await TestServices.redisAddress()), logger: logger)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await redis.run() }
        try await body(Shop(installation: installation, redis: redis))
        group.cancelAll()
      }
    }
  }

  func queue(_ pool: PostgresPool? = nil, name: String = "w1") -> WorkerQueue {
    WorkerQueue(pool: pool ?? installation.pool, worker: WorkerID(rawValue: name))
  }

  /// - Parameter pool: for everything that a job does, where it is not the installation's
  func workshop(_ pool: PostgresPool? = nil) throws -> Workshop {
    let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    let given = ProcessInfo.processInfo.environment
    let settings = try HorariumConfiguration(
      environment: ["HORARIUM_PLUGINS": given["HORARIUM_PLUGINS"] ?? folder],
      siblings: Siblings(executable: folder + "/horarium-worker"))
    let pool = pool ?? installation.pool
    return Workshop(
      queue: queue(pool), pool: pool, directory: TenantDirectory(pool: pool), redis: redis,
      solver: SolverSettings(settings, siblings: Siblings(executable: folder + "/horarium-worker")))
  }

  /// Submits a generation of `variants` variants of the tiny problem.
  func submit(variants: Int = 1, seconds: Double = 1) async throws -> JobID {
    var generator = SystemRandomNumberGenerator()
    let id = JobID.make(at: Date(), using: &generator)
    try await installation.transaction { transaction in
      let summary = try await transaction.importProblem(tinyProblem)
      let payload = GenerationPayload(
        term: tinyProblem.term.id.rawValue, snapshot: summary.snapshot,
        variants: (0..<variants).map { VariantRequest(name: "v\($0)", strategy: "org.horarium.balanced") }, seed: 1,
        seconds: seconds, threads: 1)
      _ = try await JobQueue().enqueue(NewJob.generation(payload, id: id), in: transaction)
    }
    return id
  }

  func job(_ id: JobID) async throws -> Job? {
    try await installation.transaction { try await JobQueue().job(id, in: $0) }
  }

  func variants(_ id: JobID) async throws -> [VariantRow] {
    try await installation.transaction { try await $0.variants(job: id) }
  }
}

/// Two lessons of one group on one day of three periods.
let tinyProblem = Problem(
  name: "Tiny", term: Term(id: "t1", name: "Term", firstDay: "2026-09-07", weekCount: 2),
  timeGrids: [
    TimeGrid(
      id: "main",
      days: [GridDay(name: "Mon", periods: (0..<3).map { Period(start: 480 + $0 * 60, end: 540 + $0 * 60) })])
  ],
  rooms: [Room(id: "r1", capacity: 30)], teachers: [Teacher(id: "ada"), Teacher(id: "bob")],
  groups: [ClassGroup(id: "1a", size: 20)],
  lessons: [("maths", "ada"), ("music", "bob")].map {
    Lesson(id: LessonID($0.0), duration: 60, groups: ["1a"], teachers: [TeacherID($0.1)])
  })

/// What an engine would have found.
func tinyGeneration(variants: Int = 1) throws -> Generation {
  let plan = GenerationPlan(
    problem: tinyProblem, variants: (0..<variants).map { VariantPlan(name: "v\($0)", strategy: FixedWeights()) },
    ticks: 20, threads: 1)
  return try Generator(plan: plan, exactSolver: nil)
    .run(onProgress: { _ in }, onVariant: { _ in }, isCancelled: { false })
}

extension Shop {
  /// What a worker has told of itself.
  func state(of worker: WorkerID) async throws -> String? {
    try await installation.pool.withControlTransaction { try await $0.first(workerState, worker) }
  }
}

private let workerState = Statement<WorkerID, String>(
  "SELECT state FROM horarium.worker WHERE id = $1", encode: { [.text($0.rawValue)] }
) { (row: inout RowReader) throws(RowError) in try row.text() }
