/// When an attempt that failed is tried again. Pure: the jitter comes in.
public struct RetryPolicy: Hashable, Sendable {
  /// Delay before the second attempt, before jitter. Default 5 s; doubles each time.
  public var base: Duration
  /// No delay is longer. Default 15 min.
  public var cap: Duration
  /// Worker-killing attempts after which a job counts as poison. Default 3.
  public var crashLimit: Int

  public static let standard = RetryPolicy()

  public init(base: Duration = .seconds(5), cap: Duration = .seconds(900), crashLimit: Int = 3) {
    self.base = base
    self.cap = cap
    self.crashLimit = crashLimit
  }

  public enum Verdict: Hashable, Sendable {
    case retry(after: Duration)
    case fail
    case die
  }

  /// - Parameters:
  ///   - attempt: attempts made, this one included
  ///   - crashes: attempts that took their worker with them, this one included
  ///   - jitter: 0...1, evenly drawn; the delay is that share of the full one ("full jitter")
  public func verdict(
    on failure: JobFailure.Class, attempt: Int, of maxAttempts: Int, crashes: Int, jitter: Double
  ) -> Verdict {
    switch failure {
    case .permanent: .fail
    case .crash where crashes >= crashLimit: .die
    // The lease has kept the job waiting already.
    case .crash where crashes == 1 && attempt < maxAttempts: .retry(after: .zero)
    case .crash, .transient:
      attempt >= maxAttempts ? .die : .retry(after: delay(attempt: attempt) * min(1, max(0, jitter)))
    }
  }

  /// `base` × 2^(attempt − 1), at most `cap`.
  public func delay(attempt: Int) -> Duration {
    var delay = base
    for _ in 1..<max(1, min(attempt, 40)) where delay < cap { delay = delay * 2 }
    return min(delay, cap)
  }
}
