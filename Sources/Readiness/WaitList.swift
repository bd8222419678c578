/// One suspended task.
struct Wait: Sendable {
  let id: UInt64
  let descriptor: Int32
  let deadline: ContinuousClock.Instant?
  let continuation: CheckedContinuation<Readiness.Outcome, any Error>
}

/// Who waits. Whoever takes a wait out of the list resumes it; that makes a second resume impossible.
///
/// Deadlines are found by looking at all waits: a process has some dozens of connections, not thousands.
struct WaitList: Sendable {
  private var waits: [UInt64: Wait] = [:]
  private var earlyCancels: Set<UInt64> = []
  private var earlyInterrupts: Set<Int32> = []
  private var unstarted: Set<UInt64> = []
  private var nextID: UInt64 = 1
  private var sleepingUntil: ContinuousClock.Instant?

  mutating func makeID() -> UInt64 {
    defer { nextID += 1 }
    unstarted.insert(nextID)
    return nextID
  }

  /// True when the thread sleeps longer than this wait's deadline and must be woken.
  mutating func insert(_ wait: Wait) -> Bool {
    waits[wait.id] = wait
    guard let deadline = wait.deadline else { return false }
    guard let sleepingUntil else { return true }
    return deadline < sleepingUntil
  }

  mutating func take(_ id: UInt64) -> Wait? { waits.removeValue(forKey: id) }

  /// An interrupt may arrive between two waits: it is remembered for the next.
  mutating func interrupt(_ descriptor: Int32) -> Wait? {
    guard let wait = waits.values.first(where: { $0.descriptor == descriptor }) else {
      earlyInterrupts.insert(descriptor)
      return nil
    }
    return take(wait.id)
  }

  mutating func consumeEarlyInterrupt(_ descriptor: Int32) -> Bool { earlyInterrupts.remove(descriptor) != nil }

  /// A cancel may arrive before the wait begins: it is remembered until then.
  mutating func cancel(_ id: UInt64) -> Wait? {
    if unstarted.contains(id) {
      earlyCancels.insert(id)
      return nil
    }
    return take(id)
  }

  /// Call once when a wait begins.
  mutating func consumeEarlyCancel(_ id: UInt64) -> Bool {
    unstarted.remove(id)
    return earlyCancels.remove(id) != nil
  }

  mutating func takeExpired() -> [Wait] {
    let now = ContinuousClock.now
    let expired = waits.values.filter { $0.deadline.map { $0 <= now } ?? false }
    for wait in expired { waits[wait.id] = nil }
    return expired
  }

  /// For epoll_wait: -1 is for ever. Rounded up, so that the thread does not spin through the last millisecond.
  mutating func millisecondsToNextDeadline() -> Int32 {
    sleepingUntil = waits.values.compactMap(\.deadline).min()
    guard let sleepingUntil else { return -1 }
    let left = sleepingUntil - ContinuousClock.now
    return left.milliseconds <= 0 ? 0 : Int32(clamping: left.milliseconds + 1)
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
