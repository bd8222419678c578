import Foundation
import Jobs
import Persistence
import Postgres
import Tenancy
import Testing
import TestTenants
import Timetabling
import Verification

@Suite struct ApprovalTests {
  @Test func variantsLandWithTheirJobAndReadAsTheyWereMade() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      try await installation.transaction { transaction in
        let comparison = try await transaction.compareVariants(job: generated.job)
        #expect(comparison.variants.map(\.name) == ["Balanced", "Compact"])
        #expect(comparison.differences == [.init(left: 1, right: 2, moved: 1, otherRoom: 1)])
        let first = try #require(comparison.variants.first)
        #expect(
          first.facts.certificate == generated.certificate && first.facts.placed == 3 && first.facts.unplaced == 1)
        #expect(try await transaction.timetable(first.timetable) == smallTimetable())
        #expect(
          ContentHash.of(try #require(try await transaction.timetable(first.timetable)))
            == ContentHash.of(smallTimetable()))
        #expect(try await transaction.variant(first.id) == first)
      }
    }
  }

  @Test func aWeekShowsNamesAndWhoseItIs() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      try await installation.transaction { transaction in
        let timetable = generated.timetables[0]
        func lessons(_ whose: WeekOf) async throws -> [String] {
          try await transaction.week(whose, timetable: timetable).map(\.lesson.rawValue)
        }
        #expect(try await lessons(.everything) == ["l1", "l1", "l2"])
        #expect(try await lessons(.group("chem-1a")) == ["l1", "l1", "l2"])
        #expect(try await lessons(.group("chem-1b")) == ["l1", "l1"])
        #expect(try await lessons(.group("chem-1")) == ["l1", "l1", "l2"], "its part's lessons are shown with it")
        #expect(try await lessons(.group("math-1")) == [])
        #expect(try await lessons(.teacher("bose")) == ["l2"])
        #expect(try await lessons(.room("r1")) == ["l1", "l1"])
        #expect(try await lessons(.student("s1")) == ["l1", "l1", "l2"])
        #expect(try await lessons(.student("s2")) == [])
        #expect(try await lessons(.department("chem")) == ["l1", "l1", "l2"])
        let lab = try #require(try await transaction.week(.teacher("bose"), timetable: timetable).first)
        #expect(lab.rooms == [Named(id: "r2", name: "Lab 2")] && lab.lessonName == "Chemistry lab")
        #expect(lab.subject == "Chemistry" && lab.isValid && lab.weeks == .even(15))
      }
    }
  }

  @Test func theWholeWayToPublicationAndItsReplacement() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      let first = try await publish(generated.variants[0], in: installation)
      #expect(first.state == .published && first.version == 5)
      let second = try await publish(generated.variants[0], in: installation)
      try await installation.transaction { transaction in
        #expect(try await transaction.workflow(first.id)?.state == .archived)
        #expect(try await transaction.publishedTimetable(term: "2026-autumn")?.id == second.timetable)
        let history = try await transaction.history(first.id)
        #expect(history.map(\.action) == ["select", "waive", "submit", "approve", "publish", "archive"])
        #expect(history[2].actor == "sam" && history[3].actor == "dean" && history[3].comment == "Looks good")
        #expect(try await transaction.workflows(state: .published).map(\.id) == [second.id])
        #expect(try await transaction.publishedTimetable(term: "nowhere") == nil)
      }
      let topics = try await installation.pool.withControlTransaction {
        try await Outbox.take(limit: 100, hold: .seconds(60), in: $0)
      }
      #expect(topics.filter { $0.topic == "timetable.published" }.count == 2)
      let people = topics.filter { $0.topic == "timetable.published" }.map {
        String(decoding: $0.payload, as: UTF8.self)
      }
      #expect(people[0].contains("curie") && !people[1].contains("curie"), "only those are told whose week has changed")
      let verdict = try await installation.pool.withControlTransaction {
        try await AuditChain.verify(tenant: installation.tenants[0].id, in: $0)
      }
      guard case .whole(let links) = verdict else { return #expect(Bool(false), "\(verdict)") }
      #expect(links > 10)
    }
  }

  @Test func publicationNeedsACertificateOfTheStoredEntries() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      // The second variant was stored without a certificate.
      let bare = try await installation.transaction(as: .scheduler) {
        try await $0.select(variant: generated.variants[1])
      }
      let bareRefusal = await #expect(throws: StandingRefusal.self) {
        try await installation.present(as: .scheduler) { try await $0.perform(.submit, on: bare.id, $1) }
      }
      #expect(bareRefusal?.refusal == .certificateMissing(.submit))
      #expect(bareRefusal?.standing.violations.contains { $0.message.contains("Chemistry lab (l2") } == true)
      let changed = try await approve(generated.variants[0], in: installation)
      _ = try await installation.transaction { try await $0.sql.execute(moveEntry, changed.timetable) }
      let refusal = await #expect(throws: StandingRefusal.self) {
        try await installation.transaction { try await $0.perform(.publish, on: changed.id) }
      }
      guard case .certificateStale? = refusal?.refusal else {
        return #expect(Bool(false), "\(String(describing: refusal))")
      }
      #expect(try await installation.transaction { try await $0.workflow(changed.id) }?.state == .approved)
      #expect(try await installation.transaction { try await $0.publishedTimetable(term: "2026-autumn") } == nil)
    }
  }

  @Test func ofTwoWhoDecideAtOnceOneIsTold() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      let workflow = try await installation.transaction(as: .scheduler) {
        try await $0.select(variant: generated.variants[0])
      }
      try await installation.waiveElective(workflow)
      let submitted = try await installation.transaction(as: .scheduler) {
        try await $0.perform(.submit, on: workflow.id)
      }
      let outcomes = await withTaskGroup(of: Bool.self) { group in
        for action in [WorkflowAction.approve, .reject, .requestRevision, .approve, .reject] {
          group.addTask {
            do {
              _ = try await installation.transaction(as: .approver, user: "dean") {
                try await $0.perform(action, on: workflow.id, comment: "c", expectedVersion: submitted.version)
              }
              return true
            } catch { return false }
          }
        }
        return await group.reduce(into: [Bool]()) { $0.append($1) }
      }
      #expect(outcomes.filter { $0 }.count == 1)
      #expect(try await installation.transaction { try await $0.history(workflow.id) }.count == 4)
    }
  }

  @Test func anOpenDraftIsNotSelectedTwiceAndStrangersMayNot() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      let first = try await installation.transaction(as: .scheduler) {
        try await $0.select(variant: generated.variants[0])
      }
      let again = try await installation.transaction(as: .scheduler) {
        try await $0.select(variant: generated.variants[0])
      }
      #expect(first == again)
      await #expect(throws: AccessRefusal.role(.selectVariant)) {
        try await installation.transaction(as: .student) { try await $0.select(variant: generated.variants[0]) }
      }
      await #expect(throws: StoreError.self) {
        try await installation.transaction { try await $0.select(variant: UUID()) }
      }
      await #expect(throws: StoreError.self) {
        try await installation.transaction { try await $0.perform(.submit, on: UUID()) }
      }
    }
  }
}

struct Generated: Sendable {
  var job: JobID
  var variants: [UUID]
  var timetables: [UUID]
  var certificate: Certificate
}

/// Imports `smallProblem`, runs a job through the queue and stores two variants, the second without a certificate.
func generate(in installation: Installation) async throws -> Generated {
  let problem = smallProblem()
  let snapshot = try await installation.transaction { try await $0.importProblem(problem) }.snapshot
  var generator = SystemRandomNumberGenerator()
  let id = JobID.make(at: Date(), using: &generator)
  let payload = GenerationPayload(
    term: "2026-autumn", snapshot: snapshot, variants: [VariantRequest(name: "Balanced", strategy: "s")], seed: .max,
    seconds: 1)
  try await installation.transaction {
    _ = try await JobQueue().enqueue(.generation(payload, id: id), in: $0)
  }
  let queue = WorkerQueue(pool: installation.pool, worker: WorkerID(rawValue: "w"))
  let claim = try #require(try await queue.claim())
  #expect(try claim.job.generation() == payload)
  let certificate = try Certificate.issue(
    problem: problem, timetable: smallTimetable(), strategy: .init(id: "s", version: "1", digest: "builtin"),
    engineVersion: "1", seed: .max, issuedAt: Date(timeIntervalSince1970: 1_800_000_000))
  var other = smallTimetable()
  other.entries[0].rooms = ["zoom"]
  other.entries[2].time = TimeSpan(day: 0, start: 480, end: 570)
  let card = ScoreCard(
    criteria: [CriterionScore(criterion: .compactness, units: 3, best: 1, worst: 9)], constraintViolations: ["k": 1],
    hardViolations: 0, placedMeetings: 3, unplacedMeetings: 1)
  let variants = [("Balanced", smallTimetable(), certificate as Certificate?), ("Compact", other, nil)].map {
    NewVariant(
      id: UUID(), timetableID: UUID(), name: $0.0, strategyID: "s", strategyVersion: "1", strategyDigest: "builtin",
      weights: ["criterion.compactness": 100_000], cost: 42, scoreCard: card, certificate: $0.2, timetable: $0.1)
  }
  let reply = try await queue.complete(claim, outcome: Data("{}".utf8), for: installation.context()) {
    try await $0.saveVariants(variants, job: id, problem: problem, snapshot: snapshot, seed: .max)
  }
  #expect(reply == .completed)
  return Generated(
    job: id, variants: variants.map(\.id), timetables: variants.map(\.timetableID), certificate: certificate)
}

extension Installation {
  /// As `PostgresPool.withPresent`, verifying on the spot.
  func present<Value>(
    as roles: Role..., user: String = "tester", _ body: (TenantTransaction, Examined) async throws -> Value
  ) async throws -> Value {
    let entry = tenants[0]
    let principal = Principal(
      tenant: entry.id, user: user, displayName: user.capitalized, roles: Set(roles.isEmpty ? [.tenantAdmin] : roles),
      tokenVersion: entry.tokenVersion)
    return try await pool.withPresent(
      for: TenantContext(principal: principal, entry: entry), at: Date(), deadline: .seconds(30),
      examining: { work in try work() }, body)
  }

  /// `smallTimetable` has no place for it.
  func waiveElective(_ workflow: Workflow) async throws {
    _ = try await present(user: "admin") {
      try await $0.waive(WaiverOrder(lessons: ["l3"], comment: "Next term."), on: workflow.id, $1)
    }
  }
}

func approve(_ variant: UUID, in installation: Installation) async throws -> Workflow {
  let workflow = try await installation.transaction(as: .scheduler, user: "sam") {
    try await $0.select(variant: variant)
  }
  try await installation.waiveElective(workflow)
  _ = try await installation.transaction(as: .scheduler, user: "sam") { try await $0.perform(.submit, on: workflow.id) }
  return try await installation.transaction(as: .approver, user: "dean") {
    try await $0.perform(.approve, on: workflow.id, comment: "Looks good")
  }
}

func publish(_ variant: UUID, in installation: Installation) async throws -> Workflow {
  let approved = try await approve(variant, in: installation)
  return try await installation.transaction(user: "admin") {
    try await $0.perform(.publish, on: approved.id, expectedVersion: approved.version)
  }
}

private let moveEntry = Statement<UUID, Void>(
  "UPDATE timetable_entry SET day = 2 WHERE timetable = $1 AND number = 1"
) { [.uuid($0)] }
