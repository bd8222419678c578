import Foundation
import Generating
import Optimization
import Synchronization
import Testing
import Timetabling

@Suite struct GenerationRunTests {
  /// Two groups of twenty, two teachers, two rooms, four lessons of one hour, a day of four hours.
  private var problem: Problem {
    let periods = (0..<4).map { Period(start: 480 + $0 * 60, end: 540 + $0 * 60) }
    return Problem(
      name: "Tiny", term: Term(id: "term", name: "Term", firstDay: "2026-09-07", weekCount: 2),
      timeGrids: [TimeGrid(id: "main", days: [GridDay(name: "Mon", periods: periods)])],
      rooms: ["r1", "r2"].map { Room(id: $0, capacity: 30) }, teachers: ["t1", "t2"].map { Teacher(id: $0) },
      groups: ["g1", "g2"].map { ClassGroup(id: $0, size: 20) },
      lessons: [("l1", "t1", "g1"), ("l2", "t1", "g2"), ("l3", "t2", "g1"), ("l4", "t2", "g2")].map {
        Lesson(id: LessonID($0.0), duration: 60, groups: [ClassGroupID($0.2)], teachers: [TeacherID($0.1)])
      })
  }

  private func request(_ problem: Problem? = nil, strict: Bool = false, variants: Int = 1) -> SolveRequest {
    SolveRequest(
      problem: problem ?? self.problem,
      variants: (0..<variants).map { VariantOrder(name: "v\($0)", strategy: "org.nobody.none", isStrict: strict) },
      seconds: 5, ticks: 20, threads: 1, ortools: nil, plugins: "/nowhere", strategyHost: "/nowhere/host")
  }

  private func run(_ request: SolveRequest) throws(SolveFailure) -> Generation {
    try GenerationRun(request).run(isCancelled: { false }, onProgress: { _ in })
  }

  @Test func whatCouldNotBeHadIsNotedAndTheRestIsDone() throws {
    let generation = try run(request())
    #expect(generation.notes.contains { $0.what.contains("CP-SAT") && $0.why.contains("ops/fetch-ortools") })
    let variant = try #require(generation.variants.first)
    #expect(variant.notes.contains { $0.what.contains("built-in weights") && $0.why.contains("org.nobody.none") })
    #expect(variant.timetable.entries.count == 4)
    #expect(variant.timetable.unplaced.isEmpty)
  }

  @Test func aStrictVariantIsRefusedInsteadOfMadeOtherwise() {
    let failure = #expect(throws: SolveFailure.self) { try run(request(strict: true)) }
    #expect(failure?.consequence == .permanent)
    #expect(failure?.code == "strategy.missing")
    #expect(failure?.message.contains("'v0'") == true)
  }

  @Test func aProblemWithMistakesIsRefusedForGood() {
    var wrong = problem
    wrong.lessons[0].teachers = ["nobody"]
    let failure = #expect(throws: SolveFailure.self) { try run(request(wrong)) }
    #expect(failure?.consequence == .permanent)
    #expect(failure?.code == "input.invalid")
    #expect(failure?.message.contains("nobody") == true)
  }

  @Test(arguments: [0, 6])
  func aNumberOfVariantsThatNobodyMayOrderIsRefused(_ count: Int) {
    let failure = #expect(throws: SolveFailure.self) { try run(request(variants: count)) }
    #expect(failure?.code == "input.variants")
  }

  @Test func requestAndEventsSurviveTheirFrames() throws {
    let request = request()
    var decoder = FrameDecoder()
    decoder.append(try makeFrame(request))
    #expect(try readFrame(SolveRequest.self, from: try #require(try decoder.next())) == request)

    let generation = try run(request)
    decoder.append(try makeFrame(SolveEvent.result(generation)))
    guard case .result(let read) = try readFrame(SolveEvent.self, from: try #require(try decoder.next())) else {
      Issue.record("The event came back as another.")
      return
    }
    #expect(read.variants.map(\.timetable) == generation.variants.map(\.timetable))
    #expect(read.variants.map(\.weights) == generation.variants.map(\.weights))
    #expect(read.notes == generation.notes)
  }

  @Test func aJudgedVariantHasACertificateForItsVeryTimetable() throws {
    let variant = try #require(try run(request()).variants.first)
    let judged = Judge(problem: problem, base: nil, seed: 1).judge(variant, at: Date(timeIntervalSince1970: 0))
    #expect(judged.violations.isEmpty)
    #expect(judged.certificate?.covers(variant.timetable, of: problem) == true)
    #expect(judged.scoreCard.hardViolations == 0)
    #expect(judged.scoreCard.placedMeetings == 4)
  }

  @Test func aTimetableThatBreaksARuleGetsNoCertificateAndSaysWhy() throws {
    var variant = try #require(try run(request()).variants.first)
    // Everything at once in one room.
    let first = try #require(variant.timetable.entries.first)
    variant.timetable = Timetable(
      entries: variant.timetable.entries.map {
        var entry = $0
        entry.time = first.time
        entry.rooms = first.rooms
        return entry
      })
    let judged = Judge(problem: problem, base: nil, seed: 1).judge(variant, at: Date(timeIntervalSince1970: 0))
    #expect(judged.certificate == nil)
    #expect(!judged.violations.isEmpty)
    #expect(judged.variant.notes.contains { $0.what.contains("no certificate") })
    #expect(judged.scoreCard.hardViolations > 0)
  }
}
