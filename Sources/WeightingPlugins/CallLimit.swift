/// How long a strategy's process may take for one answer.
///
/// Its own processor time decides, so that a busy machine is not held against it; wall-clock time is the net below,
/// for those who sleep.
public struct CallLimit: Hashable, Sendable {
  public var processor: Duration
  public var wall: Duration

  public init(processor: Duration, wall: Duration) {
    self.processor = processor
    self.wall = wall
  }
}

public struct CallLimits: Hashable, Sendable {
  /// Starting the process and loading the library, configure and prepare, each.
  public var start: CallLimit
  /// Each `choose_weights`.
  public var call: CallLimit

  public init(
    start: CallLimit = CallLimit(processor: .seconds(2), wall: .seconds(10)),
    call: CallLimit = CallLimit(processor: .milliseconds(100), wall: .seconds(2))
  ) {
    self.start = start
    self.call = call
  }
}
