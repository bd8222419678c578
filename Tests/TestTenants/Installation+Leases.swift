import Jobs
import Postgres

extension Installation {
  /// As if the lease of every running job had run out.
  public func expireLeases() async throws {
    _ = try await pool.withControlTransaction { try await $0.execute(expire) }
  }

  /// Slots held without a running job, and running jobs without a slot.
  public func leaks() async throws -> Int {
    try await pool.withControlTransaction { try await $0.first(leak) } ?? -1
  }
}

private let expire = Statement<Void, Void>(
  "UPDATE horarium.job SET lease_until = clock_timestamp() - interval '1 second' WHERE state = 'running'")

private let leak = Statement<Void, Int>(
  """
  SELECT (SELECT count(*) FROM horarium.slot s LEFT JOIN horarium.job j ON j.id = s.job AND j.fence = s.fence
            AND j.state = 'running' WHERE s.job IS NOT NULL AND j.id IS NULL)
       + (SELECT count(*) FROM horarium.job j LEFT JOIN horarium.slot s ON s.job = j.id
            WHERE j.state = 'running' AND s.job IS NULL)
  """
) { (row: inout RowReader) throws(RowError) in Int(try row.int()) }
