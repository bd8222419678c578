/// How often a progress stream does what it does without being asked.
package struct StreamTiming: Sendable {
  /// A sign of life, so that proxies keep the connection. Default 15 s.
  package var ping: Duration
  /// Looks at the watched jobs in PostgreSQL, the net below notifications that got lost. Default 3 s.
  package var poll: Duration
  /// Looks at whether the watchers still may watch, the same net. Default 4 s.
  package var standing: Duration

  package init(ping: Duration = .seconds(15), poll: Duration = .seconds(3), standing: Duration = .seconds(4)) {
    self.ping = ping
    self.poll = poll
    self.standing = standing
  }
}
