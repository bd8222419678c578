/// How long somebody who asks on and on waits for each refusal: one that comes at once is asked for again at once, and
/// it is the others who would wait for the work that it costs.
enum RefusalDelay {
  private static let duration = Duration.milliseconds(250)

  /// Throws `CancellationError` when the client goes meanwhile.
  static func wait() async throws {
    Doorway.current?.stepAside()
    try await Task.sleep(for: duration)
  }
}
