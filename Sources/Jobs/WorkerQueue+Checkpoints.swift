public import Foundation
import Postgres

/// What a job has found so far of one variant, as the queue keeps it; what is in the body is the worker's affair.
public struct StoredCheckpoint: Hashable, Sendable {
  /// Of the variant, from 1.
  public var number: Int
  /// 0...1 of the whole job.
  public var fraction: Double
  /// Searched so far, earlier attempts included.
  public var seconds: Double
  public var body: Data

  public init(number: Int, fraction: Double, seconds: Double, body: Data) {
    self.number = number
    self.fraction = fraction
    self.seconds = seconds
    self.body = body
  }
}

extension WorkerQueue {
  /// Replaces what is stored of these variants. False: the claim was lost, and nothing was changed.
  public func store(_ checkpoints: [StoredCheckpoint], of claim: Claim) async throws -> Bool {
    try await pool.withControlTransaction { sql in
      // The job's row first, as whoever ends the job does: the other way round the two would wait for each other.
      guard try await sql.first(Self.lockRunning, claim) != nil else { return false }
      for checkpoint in checkpoints { try await sql.execute(Self.storeCheckpoint, (claim, checkpoint)) }
      return true
    }
  }

  /// What earlier attempts have left, or this one has stored, by number.
  public func checkpoints(of claim: Claim) async throws -> [StoredCheckpoint] {
    try await pool.withControlTransaction { try await $0.run(Self.checkpoints, claim.job.id) }
  }

  static let lockRunning = Statement<Claim, Int64>(
    "SELECT fence FROM horarium.job WHERE id = $1 AND fence = $2 AND state = 'running' FOR NO KEY UPDATE",
    encode: { [.uuid($0.job.id.rawValue), .int($0.fence.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in try row.int() }

  static let storeCheckpoint = Statement<(Claim, StoredCheckpoint), Void>(
    """
    INSERT INTO horarium.checkpoint AS c (job, number, tenant, fence, fraction, seconds, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (job, number) DO UPDATE SET fence = excluded.fence, fraction = excluded.fraction,
      seconds = excluded.seconds, body = excluded.body, stored_at = clock_timestamp()
    """
  ) { claim, checkpoint in
    [
      .uuid(claim.job.id.rawValue), .int(Int64(checkpoint.number)), .text(claim.tenant.rawValue),
      .int(claim.fence.rawValue), .double(checkpoint.fraction), .double(checkpoint.seconds),
      .bytes([UInt8](checkpoint.body)),
    ]
  }

  static let checkpoints = Statement<JobID, StoredCheckpoint>(
    "SELECT number, fraction, seconds, body FROM horarium.checkpoint WHERE job = $1 ORDER BY number",
    encode: { [.uuid($0.rawValue)] }
  ) { (row: inout RowReader) throws(RowError) in
    let number = Int(try row.int())
    let fraction = try row.double()
    let seconds = try row.double()
    return StoredCheckpoint(number: number, fraction: fraction, seconds: seconds, body: Data(try row.bytes()))
  }
}
