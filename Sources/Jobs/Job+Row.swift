import Foundation
import Postgres
import Tenancy

extension Job {
  /// Reads the three columns `payload, outcome, to_jsonb(job) - 'payload' - 'outcome'`.
  init(_ row: inout RowReader) throws(RowError) {
    let payload = try row.json()
    try self.init(payload: payload, &row)
  }

  /// As above, the first column being read already.
  init(payload: Data, _ row: inout RowReader) throws(RowError) {
    let outcome = try row.jsonIfPresent()
    let columns = try row.document(Columns.self, snakeCase: true)
    self.init(
      id: JobID(rawValue: columns.id), number: columns.number, tenant: columns.tenant, kind: columns.kind,
      payload: payload, state: columns.state, attempt: columns.attempt, maxAttempts: columns.maxAttempts,
      crashCount: columns.crashCount, fence: columns.fence, worker: columns.worker, createdBy: columns.createdBy,
      createdAt: columns.createdAt, runAfter: columns.runAfter, startedAt: columns.startedAt,
      claimedAt: columns.claimedAt, finishedAt: columns.finishedAt, cancelRequestedAt: columns.cancelRequestedAt,
      phase: columns.phase, percent: columns.percent, message: columns.message, progressAt: columns.progressAt,
      outcome: outcome, errorClass: columns.errorClass, errorCode: columns.errorCode,
      errorMessage: columns.errorMessage, keepsBest: columns.keepsBest)
  }

  private struct Columns: Decodable {
    var id: UUID
    var number: Int64
    var tenant: TenantID
    var kind: JobKind
    var state: JobState
    var attempt: Int
    var maxAttempts: Int
    var crashCount: Int
    var fence: Fence?
    var worker: String?
    var createdBy: String
    var createdAt: Date
    var runAfter: Date
    var startedAt: Date?
    var claimedAt: Date?
    var finishedAt: Date?
    var cancelRequestedAt: Date?
    var phase: String?
    var percent: Double
    var message: String?
    var progressAt: Date?
    var errorClass: JobFailure.Class?
    var errorCode: String?
    var errorMessage: String?
    var keepsBest: Bool
  }
}
