import Foundation
import Generating
import Jobs
import Optimization
import Persistence
import Tenancy
import Timetabling

/// A job with everything it needs, loaded.
package struct Preparation: Sendable {
  let tenant: TenantContext
  let payload: GenerationPayload
  let problem: Problem
  let base: Timetable?
  package let request: SolveRequest
  /// What earlier attempts have left.
  var checkpoint: Checkpoint? { request.checkpoint }
}

extension JobRun {
  /// Loads the problem as it was when the job was submitted.
  package func prepare() async -> Event {
    do {
      return .prepared(try await loadPreparation())
    } catch let failure as JobFailure {
      return .couldNotGoOn(failure)
    } catch {
      logger.warning("Could not load a problem.", metadata: ["error": "\(error)"])
      return .couldNotGoOn(JobFailure(.transient, code: "job.not-loaded", message: "The problem could not be loaded."))
    }
  }

  private func loadPreparation() async throws -> Preparation {
    let payload = try readPayload()
    let tenant = try await context()
    let (problem, base) = try await workshop.pool.withTransaction(for: tenant, deadline: WorkDeadline.most, attempts: 3)
    {
      transaction in
      let problem = try await transaction.snapshot(payload.snapshot)
      var base: Timetable?
      if let id = payload.base { base = try await transaction.timetable(id) }
      return (problem, base)
    }
    guard let problem else {
      throw JobFailure(
        .permanent, code: "job.snapshot-missing", message: "The problem \(payload.snapshot) is not stored any more.")
    }
    if let id = payload.base, base == nil {
      throw JobFailure(
        .permanent, code: "job.base-missing",
        message: "The timetable \(id.uuidString.lowercased()) to start from is not stored any more.")
    }
    let checkpoint = try await loadCheckpoint()
    let solver = workshop.solver
    let request = SolveRequest(
      problem: problem,
      variants: payload.variants.map {
        VariantOrder(name: $0.name, strategy: $0.strategy, options: $0.options, isStrict: $0.isStrict)
      },
      seed: payload.seed, seconds: payload.seconds, ticks: payload.ticks, threads: payload.threads ?? 2, base: base,
      checkpoint: checkpoint, ortools: solver.ortools, plugins: solver.plugins, strategyHost: solver.strategyHost)
    return Preparation(tenant: tenant, payload: payload, problem: problem, base: base, request: request)
  }

  private func readPayload() throws -> GenerationPayload {
    do {
      return try claim.job.generation()
    } catch {
      logger.warning("A job's order is not understood.", metadata: ["error": "\(error)"])
      throw JobFailure(.permanent, code: "job.unreadable", message: "The job's order was not understood.")
    }
  }

  private func context() async throws -> TenantContext {
    guard let entry = try await workshop.directory.entry(id: claim.tenant) else {
      throw JobFailure(.permanent, code: "tenant.unknown", message: "There is no tenant \(claim.tenant) any more.")
    }
    do {
      return try TenantContext.service("worker", entry: entry)
    } catch {
      throw JobFailure(
        .transient, code: "tenant.not-active", message: "The tenant \(entry.slug) is not active: \(error).")
    }
  }
}
