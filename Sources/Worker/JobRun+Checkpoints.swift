import Foundation
import Generating
import Jobs
import Optimization

extension JobRun {
  /// What earlier attempts have left of this job; nil where there is nothing, or nothing that can be read.
  func loadCheckpoint() async throws -> Checkpoint? {
    let rows = try await workshop.queue.checkpoints(of: claim)
    guard !rows.isEmpty else { return nil }
    do {
      let parts = try await judging.run {
        try rows.map { try JSONDecoder().decode(Checkpoint.self, from: $0.body) }
      }
      // The last variant's row is the youngest: it says how far the whole has come.
      return parts.dropFirst().reduce(parts[0]) { $0.followed(by: $1) }
    } catch {
      logger.warning("A checkpoint could not be read; the job begins anew.", metadata: ["error": "\(error)"])
      return nil
    }
  }

  /// Verifies what the child has told, and stores it under the claim's fence. Off the cooperative pool.
  package func store(_ checkpoint: Checkpoint, of preparation: Preparation) async -> Event {
    do {
      let rows = try await judging.run {
        let judge = Judge(problem: preparation.problem, base: preparation.base, seed: preparation.payload.seed)
        return try checkpoint.variants.map { variant in
          guard judge.isSound(variant.variant.timetable) else { throw UnsoundCheckpoint(name: variant.variant.name) }
          var part = checkpoint
          part.variants = [variant]
          return StoredCheckpoint(
            number: variant.number + 1, fraction: checkpoint.fraction, seconds: checkpoint.seconds,
            body: try JSONEncoder().encode(part))
        }
      }
      // A lost claim is no error here: the heartbeat says so in a moment, and nothing was changed.
      _ = try await workshop.queue.store(rows, of: claim)
    } catch {
      logger.warning("A checkpoint was not stored.", metadata: ["error": "\(error)"])
    }
    return .checkpointSettled(isLast: checkpoint.isLast)
  }

  private struct UnsoundCheckpoint: Error, CustomStringConvertible {
    let name: String
    var description: String { "the verifier refused the timetable of variant '\(name)'" }
  }
}

extension Generation {
  /// The checkpoint in the place of a result. A variant that has not left its start yet, which is another's timetable, is
  /// none of its own.
  package init(keeping checkpoint: Checkpoint) {
    let finished = checkpoint.variants.filter(\.isFinished).map(\.variant)
    let working = checkpoint.variants.filter { !$0.isFinished }.map(\.variant)
      .filter { variant in !finished.contains { $0.timetable == variant.timetable } }
    self.init(
      variants: finished + working, clusters: [], modularity: 0, phaseSeconds: [:],
      ticks: checkpoint.proposals / 1000, proposals: checkpoint.proposals,
      gainOfTwiceTheTime: checkpoint.gainOfTwiceTheTime, wasCancelled: true, notes: [])
  }
}
