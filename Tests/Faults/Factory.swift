import Foundation
import Glibc
import Jobs
import Logging
import Persistence
import Postgres
import Processes
import Redis
import Tenancy
import TestSupport
import TestTenants
import Timetabling

/// Real workers on a real database, for watching what becomes of a job when something dies.
struct Factory: Sendable {
  let installation: Installation
  let problem: Problem
  private let redis: String
  /// Rings with every change of a job or a checkpoint, as the database tells it.
  private let bell = Bell()

  private static let channel = "factory_changed"

  static func with(redis: String? = nil, _ body: @Sendable (Factory) async throws -> Void) async throws {
    try await Installation.with { installation in
      let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      try await ScriptRunner(configuration: installation.database.superuser).run(
        script: """
          CREATE FUNCTION public.ring() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_notify('\(channel)', ''); RETURN NULL; END $$;
          CREATE TRIGGER ring AFTER INSERT OR UPDATE OR DELETE ON horarium.job
            FOR EACH STATEMENT EXECUTE FUNCTION public.ring();
          CREATE TRIGGER ring AFTER INSERT OR UPDATE OR DELETE ON horarium.checkpoint
            FOR EACH STATEMENT EXECUTE FUNCTION public.ring();
          """)
      let changes = Listener(configuration: installation.database.app, channels: [channel], logger: logger)
      let address: String
      if let redis { address = redis } else { address = try await TestServices.redisAddress() }
      let factory = Factory(installation: installation, problem: smallSchool, redis: address)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await changes.run() }
        group.addTask { for await _ in changes.notifications { factory.bell.ring() } }
        try await body(factory)
        group.cancelAll()
      }
    }
  }

  // MARK: Workers

  func startWorker() async throws -> ChildProcess {
    let given = ProcessInfo.processInfo.environment
    let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    return try await ChildProcess.start(
      ChildOrder(
        executable: folder.appending(path: "horarium-worker").path, arguments: ["run", "--parallel", "1"],
        environment: [
          "HORARIUM_POSTGRES": installation.database.app.conninfo, "HORARIUM_REDIS": redis,
          "HORARIUM_PLUGINS": given["HORARIUM_PLUGINS"] ?? folder.path,
          "HORARIUM_LOG_LEVEL": given["HORARIUM_LOG_LEVEL"] ?? "critical", "PATH": "/usr/bin:/bin",
        ]), input: [])
  }

  /// Lends a worker that is killed at the end.
  func withWorker(_ body: (ChildProcess) async throws -> Void) async throws {
    let worker = try await startWorker()
    defer { worker.send(signal: SIGKILL) }
    try await body(worker)
  }

  /// The solver child that a worker has started, or nil while it has none.
  func solver(of worker: ChildProcess) -> pid_t? {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(worker.id)/task")) ?? []
    for task in tasks {
      let text = try? String(contentsOfFile: "/proc/\(worker.id)/task/\(task)/children", encoding: .utf8)
      if let child = text?.split(separator: " ").first.flatMap({ pid_t($0) }) { return child }
    }
    return nil
  }

  // MARK: Jobs

  /// Submits a generation of one variant.
  func submit(seconds: Double) async throws -> JobID {
    var generator = SystemRandomNumberGenerator()
    let id = JobID.make(at: Date(), using: &generator)
    try await installation.transaction { transaction in
      let summary = try await transaction.importProblem(problem)
      let payload = GenerationPayload(
        term: problem.term.id.rawValue, snapshot: summary.snapshot,
        variants: [VariantRequest(name: "only", strategy: "org.horarium.balanced", options: [:], isStrict: false)],
        seed: 1, seconds: seconds, threads: 1)
      _ = try await JobQueue().enqueue(NewJob.generation(payload, id: id), in: transaction)
    }
    return id
  }

  func job(_ id: JobID) async throws -> Job {
    let job = try await installation.transaction { try await JobQueue().job(id, in: $0) }
    guard let job else { throw FactoryError(description: "the job \(id) is gone") }
    return job
  }

  func cancel(_ id: JobID, keepsBest: Bool = false) async throws {
    _ = try await installation.transaction { try await JobQueue().cancel(id, keepsBest: keepsBest, in: $0) }
  }

  /// How far the stored checkpoint of the job has come; nil where there is none.
  func checkpoint(_ id: JobID) async throws -> (fraction: Double, seconds: Double)? {
    try await installation.pool.withControlTransaction { try await $0.first(newestCheckpoint, id) }
  }

  func waitForCheckpoint(_ id: JobID) async throws -> (fraction: Double, seconds: Double) {
    try await reach("a checkpoint of the job \(id)", in: .seconds(60)) { try await checkpoint(id) }
  }

  /// What the run says of itself, as text.
  func facts(_ id: JobID) async throws -> String {
    let facts = try await installation.transaction { try await $0.generationFacts(job: id) }
    return String(decoding: facts ?? Data(), as: UTF8.self)
  }

  func variants(_ id: JobID) async throws -> [VariantRow] {
    try await installation.transaction { try await $0.variants(job: id) }
  }

  /// Waits until the job is as wanted: looks at each change that the database tells of.
  func wait(
    for id: JobID, upTo limit: Duration = .seconds(90), until isReached: @escaping @Sendable (Job) -> Bool
  ) async throws -> Job {
    try await reach("what was wanted of the job \(id)", in: limit) {
      let job = try await job(id)
      return isReached(job) ? job : nil
    }
  }

  /// Looks at the job, and at the last event in Redis before that, at each change of either until it ends.
  nonisolated(nonsending) func watch(
    _ id: JobID, _ client: RedisClient, _ see: (Jobs.Progress?, Job) async throws -> Void
  ) async throws {
    let keys = ProgressKeys(tenant: installation.tenants[0].id, job: id)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let subscriber = RedisSubscriber(configuration: RedisConfiguration(address: redis), logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await subscriber.run() }
      group.addTask { for await _ in subscriber.subscribe(keys.channel) { bell.ring() } }
      while true {
        let heard = bell.rings
        let body = try? await client.command(["HGET", .string(keys.state), "body"]).string
        let job = try await job(id)
        try await see(body.flatMap(Jobs.Progress.decoded), job)
        if job.state.isTerminal { break }
        await bell.next(after: heard, until: .now + .seconds(60))
      }
      group.cancelAll()
    }
  }

  func waitForSolver(of worker: ChildProcess) async throws -> pid_t {
    try await reach("a solver of the worker \(worker.id)", in: .seconds(30)) { solver(of: worker) }
  }

  private nonisolated(nonsending) func reach<Value>(
    _ what: String, in limit: Duration, _ look: () async throws -> Value?
  ) async throws -> Value {
    let end = ContinuousClock.now + limit
    while true {
      let heard = bell.rings
      if let found = try await look() { return found }
      guard ContinuousClock.now < end else { throw FactoryError(description: "\(what) has not come in \(limit)") }
      await bell.next(after: heard, until: end)
    }
  }
}

struct FactoryError: Error, CustomStringConvertible { let description: String }

/// Two class groups, three teachers, three rooms, eight lessons: solved in no time, so that a job lasts as long as it
/// was asked to.
private let smallSchool: Problem = {
  let periods = (0..<6).map { Period(start: 480 + $0 * 60, end: 540 + $0 * 60) }
  let days = ["Mon", "Tue", "Wed"].map { GridDay(name: $0, periods: periods) }
  let lessons = (0..<8).map { number in
    Lesson(
      id: LessonID("lesson-\(number)"), duration: 60, meetingsPerWeek: 2,
      groups: [ClassGroupID("group-\(number % 2)")], teachers: [TeacherID("teacher-\(number % 3)")])
  }
  return Problem(
    name: "Small school", term: Term(id: "autumn", name: "Autumn", firstDay: "2026-09-07", weekCount: 12),
    timeGrids: [TimeGrid(id: "main", days: days)],
    rooms: (0..<3).map { Room(id: RoomID("room-\($0)"), capacity: 30) },
    teachers: (0..<3).map { Teacher(id: TeacherID("teacher-\($0)")) },
    groups: (0..<2).map { ClassGroup(id: ClassGroupID("group-\($0)"), size: 20) }, lessons: lessons)
}()

private let newestCheckpoint = Statement<JobID, (fraction: Double, seconds: Double)>(
  "SELECT fraction, seconds FROM horarium.checkpoint WHERE job = $1 ORDER BY number DESC LIMIT 1",
  encode: { [.uuid($0.rawValue)] }
) { (row: inout RowReader) throws(RowError) in (try row.double(), try row.double()) }
