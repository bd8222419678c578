import Foundation
import Persistence
import Postgres
import Testing
import TestTenants
import Timetabling
import Verification

@Suite struct ImportTests {
  @Test func aProblemLoadsEqualToWhatWasImported() async throws {
    try await Installation.with { installation in
      let problem = smallProblem()
      let summary = try await installation.transaction { try await $0.importProblem(problem) }
      let loaded = try await installation.transaction { try await $0.loadProblem(term: problem.term.id) }
      let snapshot = try await installation.transaction { try await $0.currentSnapshot(term: problem.term.id) }
      let stored = try await installation.transaction { try await $0.storedSnapshot(summary.snapshot) }
      let kept = try await installation.transaction { try await $0.snapshot(summary.snapshot) }
      #expect(loaded == problem)
      #expect(kept == problem)
      #expect(try stored?.problem() == problem)
      #expect(snapshot?.hash == summary.snapshot && summary.snapshot == ContentHash.of(problem))
      #expect(summary.counts["lessons"] == 3)
    }
  }

  @Test func aGridWithoutClockTimesIsKept() async throws {
    try await Installation.with { installation in
      var problem = smallProblem()
      problem.timeGrids[0].hasClockTimes = false
      let changed = problem
      let summary = try await installation.transaction { try await $0.importProblem(changed) }
      let loaded = try await installation.transaction { try await $0.loadProblem(term: changed.term.id) }
      let kept = try await installation.transaction { try await $0.snapshot(summary.snapshot) }
      #expect(loaded == changed && kept == changed)
    }
  }

  @Test func importingAgainReplacesTheTermAndNothingElse() async throws {
    try await Installation.with { installation in
      let other = smallProblem(term: "2027-spring")
      var problem = smallProblem()
      for problem in [other, problem] { _ = try await installation.transaction { try await $0.importProblem(problem) } }
      problem.lessons.removeLast()
      problem.students = []
      problem.rooms[0].name = "Renamed"
      let changed = problem
      _ = try await installation.transaction { try await $0.importProblem(changed) }
      try await installation.transaction { transaction in
        #expect(try await transaction.loadProblem(term: changed.term.id) == changed)
        #expect(try await transaction.loadProblem(term: other.term.id) == other)
        let terms = try await transaction.terms()
        #expect(terms.map(\.revision) == [1, 2] || terms.map(\.revision) == [2, 1])
        #expect(try await transaction.loadProblem(term: "nowhere") == nil)
      }
    }
  }

  @Test func aProblemWithAnUnknownReferenceChangesNothing() async throws {
    try await Installation.with { installation in
      let good = smallProblem()
      _ = try await installation.transaction { try await $0.importProblem(good) }
      var bad = good
      bad.lessons[0].teachers = ["nobody"]
      let wrong = bad
      let error = await #expect(throws: PostgresError.self) {
        try await installation.transaction { try await $0.importProblem(wrong) }
      }
      #expect(error?.isServerError(SQLState.foreignKeyViolation) == true)
      #expect(try await installation.transaction { try await $0.loadProblem(term: good.term.id) } == good)
    }
  }

  @Test func aLargeTermIsImportedAndLoadedWhole() async throws {
    try await Installation.with { installation in
      let problem = largeProblem(lessons: 1_000)
      for _ in 1...2 { _ = try await installation.transaction { try await $0.importProblem(problem) } }
      #expect(try await installation.transaction { try await $0.loadProblem(term: problem.term.id) } == problem)
    }
  }
}
