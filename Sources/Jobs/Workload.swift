public import Foundation
public import Postgres
public import Tenancy

/// What all workers have to do at one moment, across tenants: what a job's waiting time depends on.
public struct Workload: Hashable, Sendable, Codable {
  /// A job in a worker's hands.
  public struct Running: Hashable, Sendable, Codable {
    public var tenant: TenantID
    /// What is left of the seconds that were ordered; 0 where it has had them all and is being stored.
    public var seconds: Double
    /// False on a worker that takes no more jobs: no place becomes free there.
    public var holdsPlace: Bool

    public init(tenant: TenantID, seconds: Double, holdsPlace: Bool = true) {
      self.tenant = tenant
      self.seconds = seconds
      self.holdsPlace = holdsPlace
    }
  }

  public struct Waiting: Hashable, Sendable, Codable {
    public var job: JobID
    public var tenant: TenantID
    /// As ordered.
    public var seconds: Double
    /// Seconds until it may be claimed: the pause before another attempt, or what is left of a dead worker's lease.
    public var dueIn: Double

    public init(job: JobID, tenant: TenantID, seconds: Double, dueIn: Double = 0) {
      self.job = job
      self.tenant = tenant
      self.seconds = seconds
      self.dueIn = dueIn
    }
  }

  public struct Share: Hashable, Sendable, Codable {
    public var tenant: TenantID
    public var weight: Double
    public var virtualTime: Double
    /// How many jobs it may run at once.
    public var slots: Int

    public init(tenant: TenantID, weight: Double = 1, virtualTime: Double = 0, slots: Int) {
      self.tenant = tenant
      self.weight = weight
      self.virtualTime = virtualTime
      self.slots = slots
    }
  }

  /// Jobs that the workers which live and take jobs can do at once; 0: none lives.
  public var places: Int
  public var running: [Running]
  /// Of each tenant the oldest first.
  public var waiting: [Waiting]
  /// Of the active tenants that have something to run.
  public var shares: [Share]

  public init(places: Int, running: [Running] = [], waiting: [Waiting] = [], shares: [Share]) {
    self.places = places
    self.running = running
    self.waiting = waiting
    self.shares = shares
  }

  /// A worker that has not been heard of for so long counts as gone; see `WorkerQueue.register`.
  public static let aliveFor = Duration.seconds(20)
  /// How many waiting jobs are looked at, the first of each tenant first. Behind them a forecast is worth nothing.
  static let mostWaiting = 1000

  /// Across tenants: for a number that is shown, never to be shown itself.
  public static func read(in control: Transaction) async throws -> Workload {
    try await control.first(read) ?? Workload(places: 0, shares: [])
  }

  private static let read = Statement<Void, Workload>(
    """
    WITH alive AS (
      SELECT id, capacity FROM horarium.worker
      WHERE state = 'active' AND seen_at > clock_timestamp() - make_interval(secs => $1)
    ), waiting AS (
      SELECT j.id, j.tenant, j.number, j.ordered_seconds,
        greatest(0, extract(epoch FROM CASE j.state WHEN 'queued' THEN j.run_after ELSE j.lease_until END
          - clock_timestamp()))::float8 AS due_in,
        row_number() OVER (PARTITION BY j.tenant ORDER BY j.number) AS place
      FROM horarium.job j JOIN horarium.tenant t ON t.id = j.tenant AND t.state = 'active'
      -- A job whose lease has run out is as good as queued again.
      WHERE j.state = 'queued' OR j.lease_until <= clock_timestamp()
    )
    SELECT jsonb_build_object(
      'places', coalesce((SELECT sum(capacity) FROM alive), 0),
      'running', coalesce((
        SELECT jsonb_agg(jsonb_build_object('tenant', j.tenant, 'holdsPlace', w.id IS NOT NULL,
          'seconds', greatest(0, j.ordered_seconds - extract(epoch FROM clock_timestamp() - j.claimed_at))))
        FROM horarium.job j LEFT JOIN alive w ON w.id = j.worker
        WHERE j.state = 'running' AND j.lease_until > clock_timestamp()), '[]'),
      'waiting', coalesce((
        SELECT jsonb_agg(jsonb_build_object('job', id, 'tenant', tenant, 'seconds', ordered_seconds, 'dueIn', due_in)
          ORDER BY number)
        FROM (SELECT * FROM waiting ORDER BY place, tenant LIMIT $2) AS first), '[]'),
      'shares', coalesce((
        SELECT jsonb_agg(jsonb_build_object('tenant', f.tenant, 'weight', f.weight, 'virtualTime', f.virtual_time,
          'slots', (SELECT count(*) FROM horarium.slot s WHERE s.tenant = f.tenant AND s.is_enabled)))
        FROM horarium.fair_share f WHERE f.tenant IN (SELECT tenant FROM horarium.job)), '[]'))
    """,
    encode: { _ in [.double(aliveFor.seconds), .int(Int64(mostWaiting))] }
  ) { (row: inout RowReader) throws(RowError) in try row.document() }
}
