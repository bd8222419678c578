public import Foundation
public import Tenancy

public enum JobKind: String, CaseIterable, Hashable, Sendable, Codable {
  case generation
}

/// How far a job has come. Whether its result was approved is a different question: see `WorkflowState`.
public enum JobState: String, CaseIterable, Hashable, Sendable, Codable {
  /// Waits for a slot of its tenant, or for its next attempt. Can transition to: running, cancelled.
  case queued
  /// A worker holds it under a lease.
  /// Can transition to: completed, failed, dead, cancelled; queued (retry, release, rescue).
  case running
  /// The results are stored. Can transition to: nothing.
  case completed
  /// An error that another attempt could not change. Can transition to: nothing.
  case failed
  /// Somebody asked for it. Can transition to: nothing.
  case cancelled
  /// Attempts, or crashes of its workers, used up. Can transition to: nothing.
  case dead

  public var isTerminal: Bool { self != .queued && self != .running }
}

/// One piece of work for a worker, as the database has it.
public struct Job: Hashable, Sendable {
  public let id: JobID
  /// Order of arrival among the tenant's jobs, from 1; what lists page on.
  public let number: Int64
  public let tenant: TenantID
  public let kind: JobKind
  /// JSON.
  public let payload: Data
  public let state: JobState
  /// Claims so far, released ones not counted.
  public let attempt: Int
  public let maxAttempts: Int
  /// Attempts that ended with their worker.
  public let crashCount: Int
  /// Of the last claim.
  public let fence: Fence?
  public let worker: String?
  public let createdBy: String
  public let createdAt: Date
  /// Not claimed before.
  public let runAfter: Date
  public let startedAt: Date?
  public let claimedAt: Date?
  public let finishedAt: Date?
  public let cancelRequestedAt: Date?
  /// Whether the cancel asked for the best so far.
  public let keepsBest: Bool
  public let phase: String?
  /// 0...100, 100 exactly when completed.
  public let percent: Double
  public let message: String?
  public let progressAt: Date?
  /// JSON: what the worker said of a completed job.
  public let outcome: Data?
  public let errorClass: JobFailure.Class?
  public let errorCode: String?
  public let errorMessage: String?

  package init(
    id: JobID, number: Int64, tenant: TenantID, kind: JobKind, payload: Data, state: JobState, attempt: Int,
    maxAttempts: Int, crashCount: Int, fence: Fence?, worker: String?, createdBy: String, createdAt: Date,
    runAfter: Date, startedAt: Date?, claimedAt: Date?, finishedAt: Date?, cancelRequestedAt: Date?,
    phase:
      String?, percent: Double, message: String?, progressAt: Date?, outcome: Data?,
    errorClass:
      JobFailure.Class?, errorCode: String?, errorMessage: String?, keepsBest: Bool = false
  ) {
    self.id = id
    self.number = number
    self.tenant = tenant
    self.kind = kind
    self.payload = payload
    self.state = state
    self.attempt = attempt
    self.maxAttempts = maxAttempts
    self.crashCount = crashCount
    self.fence = fence
    self.worker = worker
    self.createdBy = createdBy
    self.createdAt = createdAt
    self.runAfter = runAfter
    self.startedAt = startedAt
    self.claimedAt = claimedAt
    self.finishedAt = finishedAt
    self.cancelRequestedAt = cancelRequestedAt
    self.keepsBest = keepsBest
    self.phase = phase
    self.percent = percent
    self.message = message
    self.progressAt = progressAt
    self.outcome = outcome
    self.errorClass = errorClass
    self.errorCode = errorCode
    self.errorMessage = errorMessage
  }
}

/// What an attempt ended with that has no result.
public struct JobFailure: Error, Hashable, Sendable {
  public enum Class: String, Hashable, Sendable, Codable, CaseIterable {
    /// Another attempt would end the same way: bad input, proven impossible. Never retried.
    case permanent
    /// The world may be better next time.
    case transient
    /// The attempt took its process with it. Three of these end the job.
    case crash
  }

  public var failureClass: Class
  /// Stable, dotted: `solver.crashed`.
  public var code: String
  /// For the tenant: a whole sentence with names and values.
  public var message: String

  public init(_ failureClass: Class, code: String, message: String) {
    self.failureClass = failureClass
    self.code = code
    self.message = message
  }
}

/// What is asked of a generation. Everything a worker needs, by value or by name within the tenant.
public struct GenerationPayload: Hashable, Sendable, Codable {
  public var term: String
  /// Hash of the problem as it was when the job was submitted.
  public var snapshot: String
  /// 1...5.
  public var variants: [VariantRequest]
  public var seed: UInt64
  /// For all variants together.
  public var seconds: Double
  public var ticks: UInt64?
  public var threads: Int?
  /// The timetable that disruption is measured against.
  public var base: UUID?
  public var title: String?

  public init(
    term: String, snapshot: String, variants: [VariantRequest], seed: UInt64, seconds: Double, ticks: UInt64? = nil,
    threads: Int? = nil, base: UUID? = nil, title: String? = nil
  ) {
    self.term = term
    self.snapshot = snapshot
    self.variants = variants
    self.seed = seed
    self.seconds = seconds
    self.ticks = ticks
    self.threads = threads
    self.base = base
    self.title = title
  }
}

public struct VariantRequest: Hashable, Sendable, Codable {
  public var name: String
  /// Reverse domain: `org.horarium.balanced`.
  public var strategy: String
  public var options: [String: Double]
  /// A faulty strategy fails the variant instead of falling back.
  public var isStrict: Bool
  /// The preset it was made from, if any, in the version of that moment.
  public var preset: UUID?
  public var presetVersion: Int?

  public init(
    name: String, strategy: String, options: [String: Double] = [:], isStrict: Bool = false, preset: UUID? = nil,
    presetVersion: Int? = nil
  ) {
    self.name = name
    self.strategy = strategy
    self.options = options
    self.isStrict = isStrict
    self.preset = preset
    self.presetVersion = presetVersion
  }
}

extension Job {
  public func generation() throws -> GenerationPayload {
    try JSONDecoder().decode(GenerationPayload.self, from: payload)
  }
}
