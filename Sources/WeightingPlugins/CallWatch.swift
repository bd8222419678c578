import Foundation

/// One call's time: how much of it the process has computed and how much has passed.
struct CallWatch {
  private let limit: CallLimit
  private let begin = ContinuousClock.now
  private let clock: clockid_t?
  private let processorAtBegin: Duration

  init(process: pid_t, limit: CallLimit) {
    var clock = clockid_t()
    self.limit = limit
    self.clock = clock_getcpuclockid(process, &clock) == 0 ? clock : nil
    self.processorAtBegin = Self.read(self.clock)
  }

  /// Returns once `descriptor` is ready or hung up; throws what `makeFault` makes of the reason at a limit.
  func wait(
    on descriptor: Int32, for events: Int32, makeFault: (String) -> StrategyFault
  ) throws(StrategyFault) {
    while true {
      var poll = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      if Foundation.poll(&poll, 1, 10) > 0 { return }
      let computed = Self.read(clock) - processorAtBegin
      guard computed < limit.processor else {
        throw makeFault("it computed for \(computed.milliseconds) ms, more than \(limit.processor.milliseconds) ms")
      }
      guard ContinuousClock.now - begin < limit.wall else {
        throw makeFault("no answer came within \(limit.wall.milliseconds) ms")
      }
    }
  }

  private static func read(_ clock: clockid_t?) -> Duration {
    var time = timespec()
    // A process that has just ended has no clock any more; its closed socket says the rest.
    guard let clock, clock_gettime(clock, &time) == 0 else { return .zero }
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
