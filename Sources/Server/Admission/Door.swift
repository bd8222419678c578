import HTTPTypes
import Logging
import NIOHTTP1
import Synchronization

/// Decides as a `DoorStateMachine` does, for all connections of the process, and tells the log how many were not let in.
package final class Door: Sendable {
  private struct State {
    var machine: DoorStateMachine<ClientAddress>
    var turnedAway = 0
    var toldAt: ContinuousClock.Instant?
  }

  private let state: Mutex<State>
  private let logger: Logger

  init(limits: DoorStateMachine<ClientAddress>.Limits = .init(), logger: Logger) {
    state = Mutex(State(machine: DoorStateMachine(limits: limits)))
    self.logger = logger
  }

  package var inside: Int { state.withLock { $0.machine.inside } }

  package func arrived(_ key: ClientAddress) -> AdmissionRefusal? {
    let (refusal, told) = state.withLock { state -> (AdmissionRefusal?, Int) in
      let now = ContinuousClock.now
      guard let wait = state.machine.arrived(key, at: now) else { return (nil, 0) }
      state.turnedAway += 1
      // One line a second: a line for each would be work that the server is short of.
      guard state.toldAt.map({ now - $0 > .seconds(1) }) ?? true else { return (.overloaded(retryAfter: wait), 0) }
      defer { (state.turnedAway, state.toldAt) = (0, now) }
      return (.overloaded(retryAfter: wait), state.turnedAway)
    }
    if told > 0 { logger.warning("overloaded", metadata: ["turned away": .stringConvertible(told)]) }
    return refusal
  }

  package func left(_ key: ClientAddress, isAnswered: Bool) {
    state.withLock { $0.machine.left(key, isAnswered: isAnswered, at: .now) }
  }
}

/// The door as one connection passes it: one request at a time is counted, from its header to its answer, or until it
/// waits for something that has a line of its own.
final class Doorway: Sendable {
  /// Of the connection whose requests this task answers.
  @TaskLocal static var current: Doorway?

  private let door: Door
  private let counted = Mutex<ClientAddress?>(nil)

  init(door: Door) { self.door = door }

  deinit { leave(isAnswered: false) }

  /// Nil for a request that is let in. A second one behind the first, which is still at work, shares its place.
  func arrived(from client: ClientAddress) -> AdmissionRefusal? {
    if counted.withLock({ $0 != nil }) { return nil }
    if let refusal = door.arrived(client) { return refusal }
    counted.withLock { $0 = client }
    return nil
  }

  func answered() { leave(isAnswered: true) }

  /// The request takes long, by its nature: other lines count it.
  func stepAside() { leave(isAnswered: false) }

  private func leave(isAnswered: Bool) {
    let client = counted.withLock { client in
      defer { client = nil }
      return client
    }
    if let client { door.left(client, isAnswered: isAnswered) }
  }
}
