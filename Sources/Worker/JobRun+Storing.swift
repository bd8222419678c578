import Foundation
import Generating
import Jobs
import Optimization
import Persistence
import Readiness
import Timetabling
import Verification

/// Verifying is work for a processor: it gets a thread of its own instead of one of the cooperative pool.
let judging = BlockingThreads(name: "judging", count: 2)

extension JobRun {
  /// Verifies and measures each variant, then stores all of them and ends the job in one transaction.
  ///
  /// - Parameter kept: where the variants are the best so far and not a whole result
  package func store(_ generation: Generation, of preparation: Preparation, kept: Kept? = nil) async -> Event {
    let judge = Judge(problem: preparation.problem, base: preparation.base, seed: preparation.payload.seed)
    let date = Date()
    let judged: [JudgedVariant]
    do {
      judged = try await judging.run { generation.variants.map { judge.judge($0.kept(kept), at: date) } }
    } catch {
      logger.warning("Could not verify the result.", metadata: ["error": "\(error)"])
      return .couldNotGoOn(
        JobFailure(.transient, code: "job.not-verified", message: "The result could not be verified."))
    }
    // The ids are made once: a repeat after an unknown commit stores the same rows or finds them stored.
    let terms = preparation.problem.objectiveTerms
    let variants = judged.map { NewVariant($0, terms: terms, kept: kept) }

    let rows = variants.reduce(0) { $0 + $1.timetable.entries.count + $1.timetable.unplaced.count }
    let deadline = WorkDeadline.forRows(rows, least: .seconds(30))
    for _ in 1...3 {
      do {
        let facts = try JSONEncoder().encode(RunFacts(generation))
        let outcome = try JSONEncoder().encode(JobOutcome(judged, generation, kept: kept))
        let save: @Sendable (TenantTransaction) async throws -> Void = { transaction in
          try await transaction.saveVariants(
            variants, job: claim.job.id, problem: preparation.problem, snapshot: preparation.payload.snapshot,
            seed: preparation.payload.seed, facts: facts)
        }
        // A cancel ends the job as cancelled; what is kept at the deadline is its result.
        if kept?.at == .cancel {
          return .stored(
            try await workshop.queue.keep(
              claim, outcome: outcome, for: preparation.tenant, deadline: deadline, effects: save))
        }
        return .stored(
          try await workshop.queue.complete(
            claim, outcome: outcome, for: preparation.tenant, deadline: deadline, effects: save))
      } catch {
        logger.warning("Could not store the result.", metadata: ["error": "\(error)"])
        guard (try? await Task.sleep(for: .seconds(1))) != nil else { break }
      }
    }
    return .couldNotGoOn(
      JobFailure(.transient, code: "job.not-stored", message: "The result could not be stored."))
  }
}

extension GeneratedVariant {
  /// Says what it was kept at, for whoever looks at it later.
  fileprivate func kept(_ kept: Kept?) -> GeneratedVariant {
    guard let kept else { return self }
    var variant = self
    let why =
      switch kept.at {
      case .cancel: "The job was cancelled, and its best so far was asked for."
      case .deadline: "The job did not end within its time."
      }
    variant.notes.append(
      RunNote(
        stage: .verifying, what: "Kept after \(Int(kept.after)) of \(Int(kept.of.rounded(.up))) s of the search.",
        why: why))
    return variant
  }
}

extension NewVariant {
  init(_ judged: JudgedVariant, terms: [ObjectiveTerm], kept: Kept?) {
    let variant = judged.variant
    let weights = zip(terms, variant.weights.values).map { ($0.id, Int($1)) }
    self.init(
      id: UUID(), timetableID: UUID(), name: variant.name, strategyID: variant.strategy.id,
      strategyVersion: variant.strategy.version, strategyDigest: variant.strategy.digest,
      weights: Dictionary(weights) { first, _ in first }, cost: variant.cost, scoreCard: judged.scoreCard,
      certificate: judged.certificate, timetable: variant.timetable,
      notes: (try? JSONEncoder().encode(variant.notes.map(\.forTenants))) ?? Data("[]".utf8), kept: kept)
  }
}

/// What the job says of itself when it is done.
struct JobOutcome: Codable, Sendable {
  var variants: Int
  var certified: Int
  var unplaced: Int
  var wasCancelled: Bool
  /// Where the variants are the best so far and not a whole result.
  var kept: Kept?
  /// Everything that was skipped or degraded.
  var notes: [RunNote]

  init(_ judged: [JudgedVariant], _ generation: Generation, kept: Kept? = nil) {
    variants = judged.count
    certified = judged.count { $0.certificate != nil }
    unplaced = judged.map(\.scoreCard.unplacedMeetings).min() ?? 0
    wasCancelled = generation.wasCancelled
    self.kept = kept
    notes = generation.notes.map(\.forTenants)
  }
}

/// How the run went, for whoever looks into it later.
struct RunFacts: Codable, Sendable {
  var engine: String
  var clusters: Int
  var modularity: Double
  var phaseSeconds: [String: Double]
  var ticks: UInt64
  /// Repeats the run: `GenerationPlan.schedule`.
  var schedule: [Int]
  var proposals: UInt64
  var notes: [RunNote]

  init(_ generation: Generation) {
    engine = EngineVersion.current
    clusters = generation.clusters.count
    modularity = generation.modularity
    phaseSeconds = generation.phaseSeconds
    ticks = generation.ticks
    schedule = generation.schedule
    proposals = generation.proposals
    notes = generation.notes.map(\.forTenants)
  }
}
