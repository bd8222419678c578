import Foundation
import Jobs
import Persistence
import Postgres
import Tenancy
import Testing
import TestTenants
import Timetabling
import Verification

/// Nobody brings a timetable nearer to publication that today's data forbid.
@Suite struct PresentTests {
  /// What makes `smallTimetable` illegal, each with the rule that says so.
  private static let breaks: [(rule: String, change: @Sendable (inout Problem) -> Void)] = [
    ("teacher-available", { $0.teachers[1].availability = [blocked(0)] }),
    ("room-available", { $0.rooms[1].availability = [blocked(0)] }),
    ("group-available", { $0.groups[1].availability = [blocked(2)] }),
    ("room-capacity", { $0.rooms[0].capacity = 19 }),
    ("room-features", { $0.rooms[0].features = [] }),
    ("room-type", { $0.rooms[0].type = "hall" }),
    ("teachers", { $0.lessons[0].teachers = ["noether"] }),
    ("weeks", { $0.lessons[1].weeks = .odd(15) }),
    ("duration", { $0.lessons[1].duration = 45 }),
    (
      "on-grid",
      { problem in
        for day in 0...2 { problem.timeGrids[0].days[day].periods[0].start = 485 }
        problem.lessons[1].duration = 85
        problem.lessons[0].duration = 40
        problem.lessons[0].pins = []
      }
    ),
    ("pins", { $0.lessons[0].pins = [Pin(meeting: 0, day: 2)] }),
    (
      "everything-listed",
      {
        $0.lessons[0].meetingsPerWeek = 1; $0.lessons[0].pins = []
      }
    ),
    (
      "known-references",
      { problem in
        problem.lessons.removeFirst()
        problem.constraints = []
      }
    ),
    ("teacher-day-load", { $0.teachers[1].maxMinutesPerDay = 40 }),
    (
      "constraint.teacher.max-days-per-week",
      { problem in
        problem.constraints = [
          Constraint(
            id: "k9", kind: .teacherMaxDaysPerWeek, selector: Selector(teachers: ["curie"]), parameters: ["max": 1],
            enforcement: .hard)
        ]
      }
    ),
  ]

  private static func blocked(_ day: Int) -> Availability {
    Availability(span: TimeSpan(day: day, start: 480, end: 635), grade: .blocked)
  }

  @Test func noStepIsTakenThatTodaysDataForbid() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      let draft = try await installation.transaction(as: .scheduler) {
        try await $0.select(variant: generated.variants[0])
      }
      try await installation.waiveElective(draft)
      for (rule, change) in Self.breaks {
        var problem = smallProblem()
        problem.rooms.append(Room(id: "r3", name: "Lab 3", type: "lab", capacity: 20, features: ["gas"]))
        problem.constraints[1].times = []
        change(&problem)
        let changed = problem
        #expect(ProblemCheck.issues(in: changed) == [], "no import lets \(rule) pass")
        _ = try await installation.transaction { try await $0.importProblem(changed) }
        let refusal = await #expect(throws: StandingRefusal.self, "\(rule)") {
          try await installation.present(as: .scheduler) { try await $0.perform(.submit, on: draft.id, $1) }
        }
        #expect(refusal?.standing.judgment == .broken, "\(rule)")
        #expect(
          refusal?.standing.violations.contains { $0.rule == rule } == true, "\(rule): \(String(describing: refusal))")
        #expect(try await installation.transaction { try await $0.workflow(draft.id) }?.state == .draft)
      }
    }
  }

  @Test func whatWasApprovedYesterdayIsNotPublishedAgainstTodaysData() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      let approved = try await approve(generated.variants[0], in: installation)
      var problem = smallProblem()
      problem.teachers[1].availability = [Self.blocked(0)]
      let changed = problem
      _ = try await installation.transaction { try await $0.importProblem(changed) }
      let refusal = await #expect(throws: StandingRefusal.self) {
        try await installation.present { try await $0.perform(.publish, on: approved.id, $1) }
      }
      #expect(refusal?.refusal == .outdated(violations: 1))
      #expect(refusal?.standing.violations.first?.lessons == ["l1"])
      #expect(
        refusal?.standing.violations.first?.message.contains("Chemistry lecture (l1, Mo 08:00–08:45 in r1") == true)
      // With the old data back, nothing stands in the way.
      _ = try await installation.transaction { try await $0.importProblem(smallProblem()) }
      let published = try await installation.present { try await $0.perform(.publish, on: approved.id, $1) }
      #expect(published.state == .published)
    }
  }

  /// A change that breaks nothing: the certificate, the names and who attends become those of today.
  @Test func aLegalTimetableIsCertifiedAnewForTodaysData() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      let approved = try await approve(generated.variants[0], in: installation)
      var problem = smallProblem()
      problem.rooms[0].name = "Laboratory"
      problem.students[1].group = "chem-1b"
      problem.term.name = "Autumn term"
      let changed = problem
      let snapshot = try await installation.transaction { try await $0.importProblem(changed) }.snapshot
      let published = try await installation.present { try await $0.perform(.publish, on: approved.id, $1) }
      try await installation.transaction { transaction in
        let header = try #require(try await transaction.publishedTimetable(term: "2026-autumn"))
        let stored = try #require(try await transaction.timetable(published.timetable))
        #expect(header.certificate?.covers(stored, of: changed) == true && header.snapshot == snapshot)
        #expect(header.certificate?.strategy == generated.certificate.strategy && header.certificate?.seed == .max)
        #expect(header.calendar.name == "Autumn term" && stored.entries == smallTimetable().entries)
        let week = try await transaction.week(.student("s2"), timetable: published.timetable)
        #expect(week.map(\.lesson) == ["l1", "l1"])
        let lab = try await transaction.week(.room("r2"), timetable: published.timetable)
        #expect(lab.first?.rooms.first?.name == "Laboratory")
        // The variant is what it was made as.
        #expect(try await transaction.timetableHeader(generated.timetables[0])?.snapshot != snapshot)
      }
    }
  }

  /// The verifier looks while nobody holds a lock; an import may come in just then.
  @Test func anImportBetweenVerifyingAndPublishingIsNotMissed() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      let approved = try await approve(generated.variants[0], in: installation)
      var problem = smallProblem()
      problem.rooms[0].name = "Laboratory"
      let legal = problem
      problem.teachers[1].availability = [Self.blocked(0)]
      let illegal = problem
      _ = try await installation.transaction { try await $0.importProblem(legal) }
      let refusal = await #expect(throws: StandingRefusal.self) {
        try await installation.pool.withPresent(
          for: installation.context(), at: Date(), deadline: .seconds(30),
          examining: { work in
            let found = try work()
            _ = try await installation.transaction { try await $0.importProblem(illegal) }
            return found
          }
        ) { try await $0.perform(.publish, on: approved.id, $1) }
      }
      #expect(refusal?.standing.judgment == .broken)
      #expect(try await installation.transaction { try await $0.publishedTimetable(term: "2026-autumn") } == nil)
    }
  }

  /// Whoever comes second of an import and a publication sees the first.
  @Test func anImportWaitsForAPublicationAndSeesIt() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      let approved = try await approve(generated.variants[0], in: installation)
      var problem = smallProblem()
      problem.teachers[1].availability = [Self.blocked(0)]
      let illegal = problem
      let (published, signal) = AsyncStream.makeStream(of: Void.self)
      async let impact = {
        var events = published.makeAsyncIterator()
        await events.next()
        return try await installation.pool.withPresent(
          for: installation.context(), at: Date(), deadline: .seconds(30),
          coming: illegal, examining: { work in try work() }
        ) { transaction, examined in
          let summary = try await transaction.importProblem(illegal)
          return try await transaction.importImpact(of: summary.snapshot, on: summary.term, examined)
        }
      }()
      _ = try await installation.transaction { transaction in
        let workflow = try await transaction.perform(.publish, on: approved.id)
        // Not committed yet: the import has to wait for it.
        signal.yield()
        _ = try await transaction.history(workflow.id)
      }
      let seen = try await impact
      #expect(seen.timetables.map(\.workflow.state) == [.published])
      #expect(seen.timetables.map(\.judgment) == [.broken] && seen.timetables.first?.violationCount == 1)
    }
  }

  @Test func anImportSaysWhatItDoesToEachTimetable() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      let published = try await publish(generated.variants[0], in: installation)
      let draft = try await installation.transaction { try await $0.select(variant: generated.variants[0]) }
      var problem = smallProblem()
      problem.lessons[0].meetingsPerWeek = 3
      let larger = problem
      problem.teachers[1].availability = [Self.blocked(0), Self.blocked(1)]
      let illegal = problem
      for (data, judgment, count) in [
        (smallProblem(), PresentStanding.Judgment.current, 0), (larger, .legal, 0), (illegal, .broken, 2),
      ] {
        let foreseen = try await installation.pool.foreseeImport(
          of: PreparedProblem(data), for: try installation.context(), at: Date(), examining: { work in try work() })
        #expect(foreseen.impact.timetables.map(\.workflow.id) == [published.id, draft.id])
        #expect(foreseen.impact.timetables.map(\.judgment) == [judgment, judgment])
        #expect(foreseen.impact.timetables.map(\.violationCount) == [count, count])
        #expect(
          foreseen.impact.timetables[0].missing.map(\.lesson)
            == (count == 0 && judgment == .current ? ["l3"] : ["l1", "l3"]))
      }
      #expect(try await installation.transaction { try await $0.loadProblem(term: "2026-autumn") } == smallProblem())
    }
  }

  /// Who may not publish waives nothing; a waiver names what is missing, and is void when something else is.
  @Test func whatHasNoPlaceNeedsAWaiver() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      let draft = try await installation.transaction(as: .scheduler) {
        try await $0.select(variant: generated.variants[0])
      }
      func submit() async throws -> Workflow {
        try await installation.present(as: .scheduler) { try await $0.perform(.submit, on: draft.id, $1) }
      }
      func waive(_ lessons: Set<LessonID>, as role: Role) async throws -> Workflow {
        try await installation.present(as: role) {
          try await $0.waive(WaiverOrder(lessons: lessons, comment: "Taught in blocks."), on: draft.id, $1)
        }
      }
      let refusal = await #expect(throws: StandingRefusal.self) { try await submit() }
      #expect(refusal?.refusal == .incomplete(missing: 1))
      #expect(refusal?.standing.missing.map(\.name) == ["Elective"])
      for role in [Role.scheduler, .approver, .student] {
        await #expect(throws: AccessRefusal.role(.publishWorkflow)) { try await waive(["l3"], as: role) }
      }
      for wrong in [[], ["l1"], ["l1", "l3"], ["nowhere"]] as [Set<LessonID>] {
        await #expect(throws: WaiverMismatch.self) { try await waive(wrong, as: .tenantAdmin) }
      }
      #expect(try await waive(["l3"], as: .tenantAdmin).version == 2)
      #expect(try await submit().state == .pendingReview)

      // A second meeting of the same lesson is more than was waived.
      var problem = smallProblem()
      problem.lessons[2].meetingsPerWeek = 2
      let larger = problem
      _ = try await installation.transaction { try await $0.importProblem(larger) }
      let void = await #expect(throws: StandingRefusal.self) {
        try await installation.present(as: .approver, user: "dean") { try await $0.perform(.approve, on: draft.id, $1) }
      }
      #expect(void?.refusal == .incomplete(missing: 2) && void?.standing.waiver?.lessons == ["l3"])
      _ = try await waive(["l3"], as: .tenantAdmin)
      _ = try await installation.present(as: .approver, user: "dean") {
        try await $0.perform(.approve, on: draft.id, $1)
      }
      _ = try await installation.present { try await $0.perform(.publish, on: draft.id, $1) }
      try await installation.transaction { transaction in
        let missing = try await transaction.missing(.everything, timetable: draft.timetable)
        #expect(missing.map(\.meeting) == [0, 1] && missing.map(\.name) == ["Elective", "Elective"])
        #expect(try await transaction.missing(.student("s1"), timetable: draft.timetable).count == 2)
        #expect(try await transaction.missing(.teacher("noether"), timetable: draft.timetable).count == 2)
        #expect(try await transaction.missing(.group("chem-1"), timetable: draft.timetable).isEmpty)
        let waiver = try await transaction.waiver(ofTimetable: draft.timetable)
        #expect(waiver?.comment == "Taught in blocks." && waiver?.meetings.count == 2)
        #expect(try await transaction.history(draft.id).filter { $0.action == "waive" }.count == 2)
      }
    }
  }

  /// A lesson that is gone from the data is missed by nobody.
  @Test func whatNobodyAsksForAnyMoreIsNotMissing() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      let draft = try await installation.transaction { try await $0.select(variant: generated.variants[0]) }
      var problem = smallProblem()
      problem.lessons.removeLast()
      let smaller = problem
      _ = try await installation.transaction { try await $0.importProblem(smaller) }
      let submitted = try await installation.present { try await $0.perform(.submit, on: draft.id, $1) }
      #expect(submitted.state == .pendingReview)
      #expect(
        try await installation.transaction { try await $0.missing(.everything, timetable: draft.timetable) } == [])
    }
  }
}
