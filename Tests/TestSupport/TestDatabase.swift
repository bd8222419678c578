import Postgres

/// A fresh database of random name, owned by `horarium_owner`, that `horarium_app` may connect to and no more.
public struct TestDatabase: Sendable {
  public let name: String
  /// Makes roles, schemas and tables.
  public let owner: PostgresConfiguration
  /// The login role of the product's processes.
  public let app: PostgresConfiguration
  /// The server's superuser, for what the product itself never does.
  public let superuser: PostgresConfiguration

  private let server: ScriptRunner

  public static func make() async throws -> TestDatabase {
    let conninfo = try await TestServices.postgresConninfo()
    let name = "test_" + String(UInt64.random(in: 0 ... .max), radix: 36)
    let server = ScriptRunner(configuration: PostgresConfiguration(conninfo: conninfo))
    // CREATE DATABASE takes no parameters; the name is made above.
    try await server.run(script: "CREATE DATABASE \(name) OWNER horarium_owner TEMPLATE template0")
    let database = TestDatabase(name, conninfo, server)
    try await ScriptRunner(configuration: database.superuser).run(
      script: """
        REVOKE ALL ON DATABASE \(name) FROM PUBLIC;
        GRANT CONNECT ON DATABASE \(name) TO horarium_app;
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
        """)
    return database
  }

  /// Lends a database for the length of `body`.
  nonisolated(nonsending) public static func with<Value>(
    _ body: (TestDatabase) async throws -> Value
  ) async throws -> Value {
    let database = try await make()
    let result: Result<Value, any Error>
    do { result = .success(try await body(database)) } catch { result = .failure(error) }
    try await database.drop()
    return try result.get()
  }

  private init(_ name: String, _ conninfo: String, _ server: ScriptRunner) {
    self.name = name
    self.server = server
    // A later key wins over an earlier one.
    func configuration(_ rest: String) -> PostgresConfiguration {
      PostgresConfiguration(conninfo: "\(conninfo) dbname=\(name) \(rest)", applicationName: "test", maxConnections: 4)
    }
    owner = configuration("user=horarium_owner")
    app = configuration("user=horarium_app")
    superuser = configuration("")
  }

  /// Ends the sessions that are still open.
  public func drop() async throws {
    try await server.run(script: "DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
  }
}
