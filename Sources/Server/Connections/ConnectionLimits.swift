/// How many connections a server process keeps open, and how long each of them may take for what.
package struct ConnectionLimits: Sendable, Equatable {
  /// At once, in this process; 16 or more. Default 8,192. One more is answered with 503 and closed.
  package var connections = 8_192
  /// At once from one address (IPv6: one /64). Default 2,048. Behind a proxy all come from one: as many as `connections`.
  package var connectionsPerClient = 2_048
  /// From a connection's first moment, or from the first byte of a later request, to the end of its header. Default 10 s.
  package var header = Duration.seconds(10)
  /// Between an answer and the next request. Default 75 s.
  package var idle = Duration.seconds(75)
  /// What a body may be behind `bodyRate`, from its first moment on. Default 30 s.
  package var bodyGrace = Duration.seconds(30)
  /// Bytes a second that a body must come with over time: 64 MiB may take four and a half hours. Default 4 KiB.
  package var bodyRate = 4 << 10
  /// What a client may be behind `answerRate` in taking its answer. Default 30 s.
  package var answerGrace = Duration.seconds(30)
  /// Bytes a second that a client must take over time while something waits for it. Default 2 KiB.
  package var answerRate = 2 << 10
  /// How long a connection that was answered for the last time may stay, so that the answer gets there. Default 1 s.
  package var farewell = Duration.seconds(1)

  package init() {}
}
