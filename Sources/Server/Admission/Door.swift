import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Decides as a `DoorStateMachine` does, for all connections of the process.
package final class Door: Sendable {
  /// What is told to whoever is not let in. Made once a second and the same for all: a refusal must cost next to nothing.
  package struct Notice: Sendable {
    package let problem: Problem
    /// Also of the log's line: for each request a name of its own would be work.
    let name: String
    let head: HTTPResponseHead
    let body: ByteBuffer
    fileprivate let madeAt: ContinuousClock.Instant

    fileprivate init(_ wait: Duration, at now: ContinuousClock.Instant) {
      problem = Problem(.overloaded(retryAfter: wait))
      name = RequestName.random()
      (head, body) = problem.answer(instance: name, isLast: false)
      madeAt = now
    }
  }

  private struct State {
    var machine: DoorStateMachine<ClientAddress>
    var notice: Notice?
    var turnedAway = 0
  }

  private let state: Mutex<State>
  private let logger: Logger

  init(limits: DoorStateMachine<ClientAddress>.Limits = .init(), logger: Logger) {
    state = Mutex(State(machine: DoorStateMachine(limits: limits)))
    self.logger = logger
  }

  package var inside: Int { state.withLock { $0.machine.inside } }

  /// Nil for a request that is let in.
  package func arrived(_ key: ClientAddress) -> Notice? {
    let (notice, before) = state.withLock { state -> (Notice?, (notice: Notice, count: Int)?) in
      let now = ContinuousClock.now
      guard let wait = state.machine.arrived(key, at: now) else { return (nil, nil) }
      if let notice = state.notice, now - notice.madeAt < .seconds(1) {
        state.turnedAway += 1
        return (notice, nil)
      }
      let notice = Notice(wait, at: now)
      defer { (state.notice, state.turnedAway) = (notice, 1) }
      return (notice, state.notice.map { ($0, state.turnedAway) })
    }
    if let (old, count) = before {
      logger.warning("overloaded", metadata: ["request": .string(old.name), "turned away": .stringConvertible(count)])
    }
    return notice
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
  func arrived(from client: ClientAddress) -> Door.Notice? {
    if counted.withLock({ $0 != nil }) { return nil }
    if let notice = door.arrived(client) { return notice }
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
