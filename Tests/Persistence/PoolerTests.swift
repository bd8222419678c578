import Foundation
import Jobs
import Logging
import Persistence
import Postgres
import Synchronization
import Tenancy
import Testing
import TestSupport
import TestTenants

/// Two processes' pools and two tenants on one session of the server.
@Suite struct PoolerTests {
  @Test(.enabled(if: PgBouncer.isInstalled, "the Debian package pgbouncer is not installed"))
  func thousandsOfTransactionsOfTwoTenantsShareOneSession() async throws {
    struct Wanted: Error {}
    try await Installation.with(tenants: 2) { installation in
      let bouncer = try await PgBouncer.start(before: installation.database.app.conninfo, user: "horarium_app")
      var configuration = installation.database.app
      configuration.conninfo += " " + bouncer.place
      configuration.maxConnections = 6
      configuration.leaseTimeout = .seconds(30)
      configuration.lockTimeout = .seconds(30)
      let behind = configuration
      for tenant in 0..<2 {
        _ = try await installation.transaction(tenant) { try await $0.sql.execute(write, "tenant \(tenant)") }
      }
      let sessions = Sessions()
      try await PostgresPool.withPool(behind, logger: quiet) { one in
        try await PostgresPool.withPool(behind, logger: quiet) { other in
          try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
              group.addTask {
                let (pool, tenant) = (number % 2 == 0 ? one : other, number / 2 % 2)
                let context = try installation.context(tenant)
                for round in 0..<500 {
                  do {
                    try await pool.withTransaction(for: context, deadline: .seconds(60)) { transaction in
                      let seen = try await transaction.sql.run(read)
                      #expect(seen == ["tenant \(tenant)"], "round \(round) of \(number)")
                      #expect(try await transaction.sql.first(whoAmI) == context.tenant.rawValue)
                      if let session = try await transaction.sql.first(session) {
                        sessions.insert(session)
                      }
                      switch round % 10 {
                      case 3:
                        try await transaction.sql.execute(write, "never")
                        throw Wanted()
                      case 7: _ = try await transaction.sql.run(divide)
                      default: break
                      }
                    }
                  } catch is Wanted {
                  } catch let error as PostgresError {
                    // The one that was injected, and no other.
                    #expect(error.sqlState == "22012", "\(error)")
                  }
                }
              }
            }
            try await group.waitForAll()
          }
        }
      }
      #expect(sessions.count == 1)
    }
  }
}

private final class Sessions: Sendable {
  private let all = Mutex<Set<Int64>>([])
  var count: Int { all.withLock { $0.count } }
  func insert(_ session: Int64) { all.withLock { _ = $0.insert(session) } }
}

private let write = Statement<String, Void>("INSERT INTO revoked_session (id, ends_at) VALUES ($1, now())") {
  [.text($0)]
}
private let read = Statement<Void, String>("SELECT id FROM revoked_session") {
  (row: inout RowReader) throws(RowError) in try row.text()
}
private let whoAmI = Statement<Void, String>("SELECT horarium.current_tenant()") {
  (row: inout RowReader) throws(RowError) in try row.text()
}
private let session = Statement<Void, Int64>("SELECT pg_backend_pid()") {
  (row: inout RowReader) throws(RowError) in try row.int()
}
private let divide = Statement<Void, Int64>("SELECT 1 / 0") { (row: inout RowReader) throws(RowError) in try row.int() }
