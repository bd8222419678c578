import Jobs
import Persistence
import Tenancy
import Timetabling

extension Dependencies {
  /// A transaction in which timetables are compared with the term's present data. What has to be verified for it is
  /// verified on threads of its own, between two attempts.
  nonisolated(nonsending) func withPresent<Value>(
    for tenant: TenantContext, deadline: Duration = .seconds(20), coming: Timetabling.Problem? = nil,
    knowing examined: Examined = Examined(), _ body: (TenantTransaction, Examined) async throws -> Value
  ) async throws -> Value {
    try await pool.withPresent(
      for: tenant, at: clock(), deadline: deadline, coming: coming, knowing: examined,
      examining: examining(for: tenant), body)
  }

  /// What an import would do to the timetables that are published or on their way there.
  func foreseeImport(of prepared: PreparedProblem, for tenant: TenantContext) async throws -> ForeseenImport {
    try await pool.foreseeImport(of: prepared, for: tenant, at: clock(), examining: examining(for: tenant))
  }

  private func examining(for tenant: TenantContext) -> Examining {
    let threads = threads
    return { work in try await threads.run(for: tenant.tenant, work) }
  }
}
