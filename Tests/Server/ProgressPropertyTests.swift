import Foundation
import Jobs
import Server
import Tenancy
import Testing

/// What one person sees of one job, however they watch it and whatever is lost meanwhile.
///
/// A worker, PostgreSQL's row and Redis are played in one thread, one random step after the other: the engine goes on,
/// a heartbeat is stored, its answer comes or is lost, an event is published, Redis is emptied, the worker dies and
/// another takes over. Watchers poll, stream, break off and come back, at servers that remember nothing.
@Suite struct ProgressPropertyTests {
  @Test func whateverIsLostNobodySeesTheBarFall() throws {
    for seed in 1...400 { try Play(seed: UInt64(seed)).run(steps: 300) }
  }

  /// The same play, with a worker that shows what it has not stored: the property must be able to fail.
  @Test func aWorkerThatShowsMoreThanIsStoredIsCaught() throws {
    let falls = try (1...50).reduce(0) { falls, seed in
      let play = Play(seed: UInt64(seed), showsUnstored: true)
      return falls + (try play.falls(steps: 300))
    }
    #expect(falls > 0)
  }
}

private final class Play {
  private let id = JobID(rawValue: UUID())
  private let showsUnstored: Bool
  private var generator: Seeded
  /// PostgreSQL's row.
  private var percent = 0.0
  private var fence: Int64 = 1
  private var state = JobState.running
  /// Redis.
  private var events: [Jobs.Progress] = []
  /// The worker.
  private var sequence: ProgressSequence
  private var fraction = 0.0
  private var unanswered: [Double] = []
  private var watchers: [Watcher] = []
  private var fallen = 0

  private struct Watcher {
    var machine: ProgressFeedStateMachine?
    var lastEvent: String?
    var shown = 0.0
  }

  init(seed: UInt64, showsUnstored: Bool = false) {
    self.showsUnstored = showsUnstored
    generator = Seeded(state: seed)
    sequence = ProgressSequence(job: id, fence: Fence(rawValue: 1))
    watchers = [Watcher(), Watcher(), Watcher()]
  }

  func run(steps: Int) throws { #expect(try falls(steps: steps) == 0) }

  func falls(steps: Int) throws -> Int {
    for _ in 0..<steps {
      switch Int.random(in: 0..<12, using: &generator) {
      case 0...2: work()
      case 3: heartbeat()
      case 4: answer()
      case 5: publish()
      case 6: if Int.random(in: 0..<4, using: &generator) == 0 { events = [] }
      case 7: if Int.random(in: 0..<8, using: &generator) == 0 { dieAndGoOn() }
      default: try watch(Int.random(in: 0..<watchers.count, using: &generator))
      }
    }
    return fallen
  }

  // MARK: The worker

  private func work() { fraction += Double.random(in: 0...0.05, using: &generator) }

  private func heartbeat() {
    guard state == .running else { return }
    percent = max(percent, sequence.reached)
    unanswered.append(sequence.reached)
  }

  /// Some answers are lost, and some are late.
  private func answer() {
    guard let index = unanswered.indices.randomElement(using: &generator) else { return }
    let stored = unanswered.remove(at: index)
    if Bool.random(using: &generator) { sequence.isStored(stored) }
  }

  private func publish() {
    guard state == .running else { return }
    if showsUnstored { sequence.isStored(min(99.9, fraction * 100)) }
    let event = sequence.next(phase: "annealing", fraction: fraction, message: "", at: Date())
    events.append(event)
    for index in watchers.indices where Bool.random(using: &generator) { arrive(event, at: index) }
  }

  /// The lease ends, the job waits, and the next attempt begins somewhat earlier.
  private func dieAndGoOn() {
    unanswered = []
    if state == .running {
      state = .queued
      return
    }
    state = .running
    fence += 1
    fraction *= Double.random(in: 0...1, using: &generator)
    sequence = ProgressSequence(job: id, fence: Fence(rawValue: fence), stored: percent)
  }

  // MARK: Watchers

  private func watch(_ index: Int) throws {
    switch Int.random(in: 0..<4, using: &generator) {
    case 0:
      // Polls, of whichever server, instead of streaming: what is still on its way in a stream may be older than a poll.
      watchers[index].machine = nil
      see(ProgressReading.merge(job: try row(), cached: events.last).percent, at: index)
    case 1:
      // Breaks off and comes back, with or without the id of the last event.
      let comesBack = Bool.random(using: &generator)
      let after = comesBack ? watchers[index].lastEvent : nil
      var machine = ProgressFeedStateMachine(job: try row(), after: after)
      let action = machine.begin(newest: after == nil ? events.last : nil)
      watchers[index].machine = machine
      show(action, at: index)
    case 2:
      guard let action = watchers[index].machine?.jobRead(try row()) else { return }
      show(action, at: index)
    default:
      // What was published while it was away, in order.
      for event in events { arrive(event, at: index) }
    }
  }

  private func arrive(_ event: Jobs.Progress, at index: Int) {
    guard let action = watchers[index].machine?.eventArrived(event) else { return }
    show(action, at: index)
    guard action == .readJob, let job = try? row(), let read = watchers[index].machine?.jobRead(job) else { return }
    show(read, at: index)
    if let again = watchers[index].machine?.eventArrived(event) { show(again, at: index) }
  }

  private func show(_ action: ProgressFeedStateMachine.Action, at index: Int) {
    guard case .send(let frame) = action else { return }
    if let id = frame.eventID { watchers[index].lastEvent = id }
    see(frame.reading.percent, at: index)
  }

  private func see(_ percent: Double, at index: Int) {
    if percent < watchers[index].shown { fallen += 1 }
    watchers[index].shown = percent
  }

  private func row() throws -> Job {
    Job(
      id: id, number: 1, tenant: try #require(TenantID(rawValue: "t_abcdefghijklmnop")), kind: .generation,
      payload: Data(), state: state, attempt: Int(fence), maxAttempts: 100, crashCount: 0,
      fence: Fence(rawValue: fence),
      worker: nil, createdBy: "", createdAt: Date(), runAfter: Date(), startedAt: nil, claimedAt: nil, finishedAt: nil,
      cancelRequestedAt: nil, phase: nil, percent: percent, message: nil, progressAt: nil, outcome: nil,
      errorClass: nil, errorCode: nil, errorMessage: nil)
  }
}

/// SplitMix64: the same play for the same seed.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
