/// How to reach a server and how to use it.
public struct PostgresConfiguration: Sendable {
  /// libpq's connection string or URI. May hold a password: never log it.
  public var conninfo: String
  /// Shown in pg_stat_activity.
  public var applicationName: String
  /// At least 1; default 8. More than twice the server's cores seldom helps.
  public var maxConnections: Int
  /// Connections that transactions of one role, that is of one tenant, may have at once; nil for three quarters, of
  /// fewer than eight all. The others wait in turns, role by role.
  public var maxConnectionsPerRole: Int?
  /// For name lookup, connecting and logging in together.
  public var connectTimeout = Duration.seconds(5)
  /// How long a transaction may wait for a free connection.
  public var leaseTimeout = Duration.seconds(2)
  /// How long a statement may wait for a lock (SQLSTATE 55P03 then).
  public var lockTimeout = Duration.seconds(2)
  /// False behind a pooler in transaction mode, where a prepared statement may be on another session. A connection
  /// that finds a pooler by itself prepares nothing either.
  public var prepareStatements = true
  /// Connections are replaced after this time, so that what a session has cached is let go.
  public var maxLifetime = Duration.seconds(1800)
  /// A session remembers every table of every tenant it has seen (about 12 kB each): replaced after so many roles.
  public var maxRolesPerConnection = 150
  /// An idle connection is tried out after this time.
  public var keepAliveAfter = Duration.seconds(30)
  /// Without any connection for this long, transactions fail at once instead of waiting.
  public var breakerAfter = Duration.seconds(5)

  public init(conninfo: String, applicationName: String = "horarium", maxConnections: Int = 8) {
    precondition(maxConnections > 0, "maxConnections must be at least 1, it is \(maxConnections)")
    self.conninfo = conninfo
    self.applicationName = applicationName
    self.maxConnections = maxConnections
  }
}
