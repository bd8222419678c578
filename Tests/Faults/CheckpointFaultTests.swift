import Foundation
import Glibc
import Jobs
import Persistence
import Postgres
import Processes
import Testing

/// What is left of a job's work when something dies under it, or somebody has had enough. Real executables.
@Suite(.serialized) struct CheckpointFaultTests {
  /// A job of 60 s has a checkpoint every 3 s: that, and what it takes to verify and store one, is what a kill costs.
  @Test func aKilledWorkerCostsNoMoreThanItsLastCheckpoint() async throws {
    try await Factory.with { factory in
      let victim = try await factory.startWorker()
      let id = try await factory.submit(seconds: 60)
      let shown = try await factory.wait(for: id) { $0.percent >= 45 }
      victim.send(signal: SIGKILL)
      let before = try #require(try await factory.checkpoint(id))
      let solving = Date().timeIntervalSince(try #require(shown.claimedAt))
      #expect(solving - before.seconds < 12, "\(solving) s of work, of which \(before.seconds) are kept")

      try await factory.withWorker { _ in
        let taken = try await factory.wait(for: id) { $0.attempt == 2 && $0.state == .running }
        #expect(taken.percent >= shown.percent)
        let claimed = try #require(taken.claimedAt)
        let job = try await factory.wait(for: id) {
          #expect($0.percent >= shown.percent)
          return $0.state.isTerminal
        }
        #expect(job.state == .completed)
        let spent = try #require(job.finishedAt).timeIntervalSince(claimed)
        #expect(spent < 60 - before.seconds + 10, "\(spent) s for the \(60 - before.seconds) that were left")
        #expect(spent > 60 - before.seconds - 5, "the rest was searched")
        let variants = try await factory.variants(id)
        #expect(variants.count == 1 && variants[0].facts.certificate != nil && variants[0].facts.kept == nil)
        #expect(try await factory.facts(id).contains("went on from a checkpoint"))
        #expect(try await factory.checkpoint(id) == nil)
      }
    }
  }

  @Test func aWorkerThatIsToldToStopLeavesACheckpointOfThatMoment() async throws {
    try await Factory.with { factory in
      let first = try await factory.startWorker()
      let id = try await factory.submit(seconds: 40)
      let shown = try await factory.wait(for: id) { $0.percent >= 20 }
      kill(first.id, SIGTERM)
      for await event in first.events { if case .ended(let how) = event { #expect(how == .exited(0)) } }
      let solved = Date().timeIntervalSince(try #require(shown.claimedAt))
      let waiting = try await factory.job(id)
      let left = try #require(try await factory.checkpoint(id))
      #expect(waiting.state == .queued && waiting.attempt == 0 && waiting.percent >= shown.percent)
      // Loading, starting and ending the child are no search.
      #expect(solved - left.seconds < 6, "\(solved) s of work, of which \(left.seconds) are kept")
      try await factory.withWorker { _ in
        let job = try await factory.wait(for: id) { $0.state.isTerminal }
        #expect(job.state == .completed && job.attempt == 1)
        #expect(try await factory.facts(id).contains("went on from a checkpoint"))
      }
    }
  }

  @Test func aCancelThatKeepsLeavesVerifiedVariantsAndNoMore() async throws {
    try await Factory.with { factory in
      try await factory.withWorker { worker in
        let id = try await factory.submit(seconds: 600)
        _ = try await factory.wait(for: id) { $0.percent >= 0.5 }
        let asked = ContinuousClock.now
        try await factory.cancel(id, keepsBest: true)
        let job = try await factory.wait(for: id) { $0.state.isTerminal }
        #expect(asked.duration(to: .now) < .seconds(10))
        #expect(job.state == .cancelled && job.ending?.variants == 1 && job.ending?.certified == 1 && job.percent < 100)
        let variants = try await factory.variants(id)
        let kept = try #require(variants.first?.facts.kept)
        #expect(variants.count == 1 && variants[0].facts.certificate != nil)
        #expect(kept.at == .cancel && kept.of == 600 && kept.after > 0 && kept.after < 60)
        #expect(factory.solver(of: worker) == nil)
        #expect(try await factory.checkpoint(id) == nil)
      }
    }
  }

  /// Asked to stop and unable to hear it: what it had told before takes the place of its result.
  @Test func aSolverThatHangsUntilItsDeadlineLeavesItsLastCheckpoint() async throws {
    try await Factory.with { factory in
      try await factory.withWorker { worker in
        let id = try await factory.submit(seconds: 8)
        let solver = try await factory.waitForSolver(of: worker)
        _ = try await factory.waitForCheckpoint(id)
        kill(solver, SIGSTOP)
        // 8 s, 30 s of patience, 5 s each for asking and for terminating.
        let job = try await factory.wait(for: id, upTo: .seconds(120)) { $0.state.isTerminal }
        #expect(job.state == .completed && job.attempt == 1)
        let variants = try await factory.variants(id)
        #expect(variants.map(\.facts.kept?.at) == [.deadline])
        #expect(variants.first?.facts.certificate != nil)
      }
    }
  }
}
