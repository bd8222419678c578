import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Interchange
import Jobs
import Logging
import NIOCore
import Persistence
import Postgres
import Redis
import Server
import Tenancy
import TestSupport
import TestTenants
import Timetabling
import Tokens
import Verification

/// The server with real PostgreSQL and Redis behind it, and somebody to talk to it.
struct World: Sendable {
  let installation: Installation
  let redis: RedisClient
  let client: any TestClientProtocol
  let connections: OpenConnections
  let door: Door
  let streams: OpenStreams
  let board: JobBoard

  static var keys: TokenKeys {
    get throws {
      try TokenKeys(
        issuer: "https://horarium.test", audience: "horarium", active: "k1",
        secrets: ["k1": [UInt8](repeating: 5, count: 32)])
    }
  }

  static func with(
    _ setup: TestingSetup = .router, tenants: Int = 1, plan: String = "campus", quotas: QuotaOverrides? = nil,
    redis address: String? = nil, secondsAhead: TimeInterval = 0, limits: ConnectionLimits = ConnectionLimits(),
    streams: StreamLimits = StreamLimits(), timing: StreamTiming = StreamTiming(), proxies: TrustedProxies = .none,
    _ body: @escaping @Sendable (World) async throws -> Void
  ) async throws {
    try await Installation.with(tenants: tenants, plan: plan, quotas: quotas) { installation in
      try await serve(
        setup, installation, redis: address, secondsAhead: secondsAhead, limits: limits, streams: streams,
        timing: timing, proxies: proxies, body)
    }
  }

  /// One more server of the same installation.
  static func serve(
    _ setup: TestingSetup = .router, _ installation: Installation, redis address: String? = nil,
    secondsAhead: TimeInterval = 0, limits: ConnectionLimits = ConnectionLimits(),
    streams: StreamLimits = StreamLimits(), timing: StreamTiming = StreamTiming(), proxies: TrustedProxies = .none,
    _ body: @escaping @Sendable (World) async throws -> Void
  ) async throws {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    var shared = address
    if shared == nil { shared = try await TestServices.redisAddress() }
    let redis = RedisConfiguration(address: shared ?? "")
    let dependencies = Dependencies(
      pool: installation.pool, redis: RedisClient(configuration: redis, logger: logger),
      subscriber: RedisSubscriber(configuration: redis, logger: logger),
      changes: DatabaseChanges(configuration: installation.database.app, logger: logger), keys: try keys,
      timing: timing, limits: limits, streamLimits: streams, proxies: proxies, logger: logger,
      clock: { Date(timeIntervalSinceNow: secondsAhead) })
    var application = ServerApplication.make(dependencies)
    application.addServices(dependencies.services)
    try await application.test(setup) { client in
      try await body(
        World(
          installation: installation, redis: dependencies.redis, client: client,
          connections: dependencies.connections, door: dependencies.door, streams: dependencies.streams,
          board: dependencies.board))
    }
  }

  // MARK: Asking

  struct Answer: Sendable {
    var status: Int
    var headers: HTTPFields
    var text: String
    var json: StrictJSON

    subscript(_ path: String) -> StrictJSON? {
      path.split(separator: ".").reduce(Optional(json)) { value, name in
        if let index = Int(name) {
          guard let array = value?.array, array.indices.contains(index) else { return nil }
          return array[index]
        }
        return value?.object?[String(name)]
      }
    }

    var code: String? { self["code"]?.string }
  }

  func send(
    _ method: HTTPRequest.Method, _ uri: String, token: String? = nil, _ body: String? = nil, headers: HTTPFields = [:]
  ) async throws -> Answer {
    var headers = headers
    if let token { headers[.authorization] = "Bearer " + token }
    if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
    let response = try await client.execute(
      uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
    let bytes = Array(response.body.readableBytesView)
    return Answer(
      status: response.status.code, headers: response.headers, text: String(decoding: bytes, as: UTF8.self),
      json: (try? StrictJSON(bytes)) ?? .null)
  }

  // MARK: People

  /// An access token of a new or known account `name@test` with these roles.
  func token(
    _ roles: Role..., tenant: Int = 0, name: String = "somebody", departments: [String] = [], teacher: String? = nil,
    group: String? = nil, student: String? = nil
  ) async throws -> String {
    try await token(
      of: Set(roles), tenant: tenant, name: name, departments: departments, teacher: teacher, group: group,
      student: student)
  }

  func token(
    of roles: Set<Role>, tenant: Int = 0, name: String = "somebody", departments: [String] = [],
    teacher: String? = nil, group: String? = nil, student: String? = nil
  ) async throws -> String {
    let account = try await installation.transaction(tenant) {
      try await $0.upsertAccount(
        NewAccount(
          email: "\(name)-\(roles.map(\.rawValue).sorted().joined(separator: "-"))@test", displayName: name,
          roles: roles, departments: departments, teacher: teacher, group: group, student: student))
    }
    return try token(of: account, roles, tenant: tenant)
  }

  /// What a sign-in would give, if the account had these roles.
  func token(of account: Account, _ roles: Set<Role>, tenant: Int = 0) throws -> String {
    let now = Int64(Date().timeIntervalSince1970)
    let entry = installation.tenants[tenant]
    return try TokenIssuer(keys: try Self.keys).issue(
      Claims(
        subject: account.id.uuidString.lowercased(), tenant: entry.id, roles: roles, tenantVersion: entry.tokenVersion,
        accountVersion: account.tokenVersion, id: UUID().uuidString, issuedAt: now, expiresAt: now + 600,
        signedInAt: now))
  }

  // MARK: Work

  func importTiny(
    tenant: Int = 0, _ problem: Timetabling.Problem = tinyProblem, presets: [String] = ["Balanced", "Compact"]
  ) async throws {
    try await installation.transaction(tenant) { transaction in
      _ = try await transaction.importProblem(problem)
      for (position, name) in presets.enumerated() {
        _ = try await transaction.savePreset(
          NewPreset(position: position + 1, name: name, strategy: "org.horarium." + name.lowercased()))
      }
    }
  }

  /// Four lessons of one group in three periods: proven impossible.
  func importCrowded(tenant: Int = 0) async throws {
    var problem = tinyProblem
    problem.lessons = (0..<4).map { number in
      var lesson = tinyProblem.lessons[0]
      lesson.id = .init("maths-\(number)")
      return lesson
    }
    let crowded = problem
    try await installation.transaction(tenant) { _ = try await $0.importProblem(crowded) }
  }

  /// Submits over HTTP.
  func submit(_ token: String, key: String = UUID().uuidString, _ body: String = "{}") async throws -> Answer {
    try await send(.post, "/v1/generation-jobs", token: token, body, headers: [.init("Idempotency-Key")!: key])
  }

  var queue: WorkerQueue {
    WorkerQueue(pool: installation.pool, worker: WorkerID(rawValue: "test:1:x"))
  }

  func claim() async throws -> Claim {
    try await queue.register(host: "test", processID: 1, version: "1", capacity: 1)
    guard let claim = try await queue.claim() else { throw WorldError.nothingToClaim }
    return claim
  }

  func publish(_ claim: Claim, seq: Int64, percent: Double, message: String = "working") async throws {
    let progress = Jobs.Progress(
      job: claim.job.id, fence: claim.fence, seq: seq, phase: "solving", percent: percent, message: message, etaLow: 10,
      etaHigh: 20, updatedAt: Date())
    try await publish(progress, of: claim)
  }

  func publish(_ progress: Jobs.Progress, of claim: Claim) async throws {
    let keys = ProgressKeys(tenant: claim.tenant, job: claim.job.id)
    _ = try await redis.eval(
      RedisScript(ProgressScript.write), keys: ProgressScript.keys(keys),
      arguments: try ProgressScript.arguments(progress).map { .string($0) })
  }

  /// Ends the claim's job with one verified variant for each requested; `kept`: as what a cancel keeps.
  func complete(
    _ claim: Claim, tenant: Int = 0, _ problem: Timetabling.Problem? = nil, leavingOut lesson: LessonID? = nil,
    kept: Kept? = nil
  ) async throws {
    let context = try TenantContext.service("worker", entry: installation.tenants[tenant])
    let payload = try claim.job.generation()
    let stored = try await installation.transaction(tenant) { try await $0.snapshot(payload.snapshot) }
    let made = problem ?? stored ?? tinyProblem
    let variants = try payload.variants.enumerated().map { index, request in
      var timetable = tinyTimetable(start: index == 0 ? 480 : 540)
      if let lesson {
        timetable = Timetable(
          entries: timetable.entries.filter { $0.lesson != lesson },
          unplaced: [Unplaced(lesson: lesson, reasons: ["No room is free."])])
      }
      return NewVariant(
        id: UUID(), timetableID: UUID(), name: request.name, strategyID: request.strategy, strategyVersion: "1.0.0",
        strategyDigest: "", weights: ["criterion.compactness": 10], cost: Int64(100 + index),
        scoreCard: PlainEvaluator(made).score(timetable),
        certificate: try Certificate.issue(
          problem: made, timetable: timetable,
          strategy: .init(id: request.strategy, version: "1.0.0", digest: ""), engineVersion: "test", seed: 1,
          issuedAt: Date()), timetable: timetable, kept: kept)
    }
    let save: @Sendable (TenantTransaction) async throws -> Void = { transaction in
      try await transaction.saveVariants(
        variants, job: claim.job.id, problem: made, snapshot: payload.snapshot, seed: payload.seed)
    }
    let outcome = Data(#"{"variants":\#(variants.count),"certified":\#(variants.count)}"#.utf8)
    if kept == nil {
      _ = try await queue.complete(claim, outcome: outcome, for: context, effects: save)
    } else {
      _ = try await queue.keep(claim, outcome: outcome, for: context, effects: save)
    }
  }
}

enum WorldError: Error { case nothingToClaim }

/// Two lessons of one group with one teacher each, in two rooms, on one day of three periods.
let tinyProblem = Timetabling.Problem(
  name: "Tiny", term: Term(id: "t1", name: "Term", firstDay: "2026-09-07", weekCount: 2),
  timeGrids: [
    TimeGrid(
      id: "main",
      days: [
        GridDay(
          name: "Mon",
          periods: [Period(start: 480, end: 540), Period(start: 540, end: 600), Period(start: 600, end: 660)])
      ])
  ],
  rooms: [Room(id: "r1", capacity: 30), Room(id: "r2", capacity: 30)],
  teachers: [Teacher(id: "ada", name: "Ada"), Teacher(id: "bob", name: "Bob")],
  groups: [ClassGroup(id: "1a", size: 20)],
  lessons: [
    Lesson(id: "maths", name: "Maths", duration: 60, groups: ["1a"], teachers: ["ada"]),
    Lesson(id: "music", name: "Music", duration: 60, groups: ["1a"], teachers: ["bob"]),
  ])

/// Maths at `start`, music an hour later.
func tinyTimetable(start: Int) -> Timetable {
  func entry(_ lesson: LessonID, _ teacher: TeacherID, _ start: Int) -> Entry {
    Entry(
      lesson: lesson, weeks: .first(2), time: TimeSpan(day: 0, start: start, end: start + 60), rooms: ["r1"],
      teachers: [teacher])
  }
  return Timetable(entries: [entry("maths", "ada", start), entry("music", "bob", start + 60)])
}

extension HTTPField.Name {
  static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
}
