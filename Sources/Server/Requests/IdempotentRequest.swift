import Foundation
import Jobs
import Persistence
import Postgres
import Tenancy

/// A key taken, or the answer that it has already.
enum TakenKey: Sendable {
  case held(IdempotencyHold)
  case answered(status: Int, body: Data)
}

extension Dependencies {
  /// Looks at the key before anything else is looked at: a retry of a request that was accepted gets its answer even
  /// where the same request would be refused by now. Waits a while where the first one is still at work.
  func take(_ key: IdempotencyKey, operation: String, for tenant: TenantContext) async throws -> TakenKey {
    let patience = ContinuousClock.now + .seconds(8)
    var pause = Duration.milliseconds(20)
    while true {
      let state = try await pool.withTransaction(for: tenant) {
        try await $0.takeIdempotencyKey(key, operation: operation)
      }
      switch state {
      case .held(let hold): return .held(hold)
      case .answered(let status, let body): return .answered(status: status, body: body)
      case .mismatch: throw EnqueueRefusal.keyReused(key.key)
      case .inFlight:
        guard ContinuousClock.now + pause < patience else { throw EnqueueRefusal.keyInFlight(key.key) }
        // Spread, so that a hundred who wait don't ask as one.
        try await Task.sleep(for: pause * Double.random(in: 0.5...1))
        pause = min(pause * 2, .milliseconds(500))
      }
    }
  }

  /// Does what a held key stands for. Whatever goes wrong, the key is free again for the same request.
  nonisolated(nonsending) func holding<Value>(
    _ hold: IdempotencyHold, for tenant: TenantContext, _ work: () async throws -> Value
  ) async throws -> Value {
    do {
      return try await work()
    } catch {
      // Unstructured: a client that hangs up cancels this task, and is the one that will come back with the key.
      let letGo = Task { try await pool.withTransaction(for: tenant) { try await $0.letGo(hold) } }
      if case .failure(let failure) = await letGo.result {
        logger.warning("A key stays held until its time is up.", metadata: ["error": "\(failure)"])
      }
      throw error
    }
  }
}
