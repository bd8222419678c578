import Synchronization

/// Lets work begin as a `FairShareStateMachine` decides.
final class FairGate<Key: Hashable & Sendable>: Sendable {
  typealias Machine = FairShareStateMachine<Key>

  private struct State {
    var machine: Machine
    var continuations: [Machine.WorkID: CheckedContinuation<Void, any Error>] = [:]
    var nextID = 1
    var wakesAt: Machine.Instant?
  }

  private let state: Mutex<State>

  init(_ limits: Machine.Limits) { state = Mutex(State(machine: Machine(limits: limits))) }

  /// Runs `body` when it is the key's turn. Throws `AdmissionRefusal`, or `CancellationError` while it waits.
  func pass<Value>(_ key: Key, _ body: () async throws -> Value) async throws -> Value {
    let id = state.withLock { state in
      defer { state.nextID += 1 }
      return state.nextID
    }
    try await enter(id, key)
    do {
      let value = try await body()
      end(id)
      return value
    } catch {
      end(id)
      throw error
    }
  }

  private func enter(_ id: Machine.WorkID, _ key: Key) async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let (arrival, displaced) = state.withLock { state in
          let arrival = state.machine.arrived(id, of: key, at: .now)
          var displaced: CheckedContinuation<Void, any Error>?
          switch arrival {
          case .wait: state.continuations[id] = continuation
          case .waitInsteadOf(let other, _):
            state.continuations[id] = continuation
            displaced = state.continuations.removeValue(forKey: other)
          case .begin, .refuse: break
          }
          return (arrival, displaced)
        }
        switch arrival {
        case .begin: continuation.resume()
        case .refuse(let refusal): continuation.resume(throwing: refusal)
        case .waitInsteadOf(_, let refusal):
          displaced?.resume(throwing: refusal)
          fallthrough
        case .wait:
          watchTheTime()
          // The handler below may have run before the waiter was in line.
          if Task.isCancelled { leave(id, key) }
        }
      }
    } onCancel: {
      leave(id, key)
    }
  }

  private func leave(_ id: Machine.WorkID, _ key: Key) {
    let continuation = state.withLock { state in
      state.machine.left(id, of: key) ? state.continuations.removeValue(forKey: id) : nil
    }
    continuation?.resume(throwing: CancellationError())
  }

  private func end(_ id: Machine.WorkID) { decide { $0.ended(id, at: .now) } }

  /// Decides under the lock, resumes outside of it.
  private func decide(_ event: (inout Machine) -> [Machine.Action]) {
    let effects = state.withLock { state in
      event(&state.machine).map { action -> (CheckedContinuation<Void, any Error>?, AdmissionRefusal?) in
        switch action {
        case .begin(let id): (state.continuations.removeValue(forKey: id), nil)
        case .refuse(let id, let refusal): (state.continuations.removeValue(forKey: id), refusal)
        }
      }
    }
    for (continuation, refusal) in effects {
      guard let continuation else { preconditionFailure("a waiter was answered twice") }
      if let refusal { continuation.resume(throwing: refusal) } else { continuation.resume() }
    }
  }

  private func watchTheTime() {
    let due = state.withLock { state -> Machine.Instant? in
      guard let due = state.machine.nextDue, due < state.wakesAt ?? due + .seconds(1) else { return nil }
      state.wakesAt = due
      return due
    }
    guard let due else { return }
    // Unstructured, for it outlives whoever came first: it sleeps until the first waiter's patience ends, and ends
    // with the line.
    Task {
      try? await Task.sleep(until: due, clock: .continuous)
      state.withLock { state in if state.wakesAt == due { state.wakesAt = nil } }
      decide { $0.timePassed(at: .now) }
      watchTheTime()
    }
  }
}
