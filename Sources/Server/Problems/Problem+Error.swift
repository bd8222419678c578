import HTTPTypes
import Hummingbird
import Jobs
import NIOCore
import NIOHTTP1
import Persistence
import Postgres
import Tenancy

extension Problem {
  /// What the person who asked gets to know of an error. Nil where it is ours and only the log should tell.
  init?(translating error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let refusal as AccessRefusal: self.init(refusal)
    case let refusal as ApprovalRefusal: self.init(refusal)
    case let refusal as StandingRefusal: self.init(refusal)
    case let mismatch as WaiverMismatch: self.init(mismatch)
    case let error as ExaminationsNeverEnded:
      self.init(.unavailable, error.description, headers: [.retryAfter: "5"])
    case let refusal as EnqueueRefusal: self.init(refusal)
    case let lost as IdempotencyHoldLost: self.init(EnqueueRefusal.keyInFlight(lost.key))
    case let refusal as AdmissionRefusal: self.init(refusal)
    case let error as StoreError: self.init(error)
    case let error as PostgresError:
      guard let problem = Problem(error) else { return nil }
      self = problem
    case is NIOTooManyBytesError: self = Problem(.tooLarge)
    // Whoever sent it has been told already by the connection, or is gone.
    case is HTTPParserError, is ChannelError:
      self = Problem(.malformed, "The connection ended before the request did.")
    case let error as any HTTPResponseError:
      guard let problem = Problem(status: error.status) else { return nil }
      self = problem
    default: return nil
    }
  }

  init(_ refusal: AccessRefusal) {
    switch refusal {
    case .role: self.init(.forbidden, refusal.description)
    case .departments(_, let missing):
      self.init(
        .departmentForbidden, refusal.description,
        issues: missing.map {
          Issue(
            pointer: "department", code: "department.missing", message: "You do not act for the department '\($0)'.")
        })
    case .institution: self.init(.departmentForbidden, refusal.description)
    case .ownWork: self.init(.ownApproval, refusal.description)
    }
  }

  private init(_ refusal: ApprovalRefusal) {
    if case .access(let access) = refusal {
      self.init(access)
      return
    }
    let code: ProblemCode =
      switch refusal {
      case .access: .forbidden
      case .wrongState: .wrongState
      case .commentMissing: .commentMissing
      case .stale: .stale
      case .certificateMissing: .certificateMissing
      case .certificateStale: .certificateStale
      case .hardViolations: .hardViolations
      case .outdated: .outdated
      case .incomplete: .incomplete
      case .waiverTooLate: .wrongState
      }
    self.init(code, refusal.description)
  }

  private init(_ refusal: EnqueueRefusal) {
    switch refusal {
    case .queueFull(let limit, _, let position, let retryAfter):
      let issue = Issue(pointer: "queue", code: "quota.position", message: "The job would be number \(position).")
      self.init(
        .queueFull, refusal.description, issues: [issue],
        headers: [
          .retryAfter: String(retryAfter.components.seconds), .rateLimitPolicy: "\"queued-jobs\";q=\(limit)",
          .rateLimit: "\"queued-jobs\";r=0;t=\(retryAfter.components.seconds)",
        ])
    case .secondsPerJobExceeded: self.init(.jobTooLong, refusal.description)
    case .monthlySecondsExhausted(let limit, let used, _):
      let left = max(0, limit - Int(used))
      self.init(
        .monthExhausted, refusal.description,
        headers: [
          .rateLimitPolicy: "\"solver-seconds\";q=\(limit)", .rateLimit: "\"solver-seconds\";r=\(left)",
          .retryAfter: "86400",
        ])
    case .variantsPerJobExceeded: self.init(.tooManyVariants, refusal.description)
    case .keyReused: self.init(.idempotencyKeyReused, refusal.description)
    case .keyInFlight: self.init(.idempotencyKeyInFlight, refusal.description, headers: [.retryAfter: "2"])
    }
  }

  private init(_ error: StoreError) {
    let code: ProblemCode =
      switch error {
      case .unknown: .unknown
      case .quotaExceeded: .quotaExceeded
      case .stale: .stale
      case .nameTaken: .nameTaken
      case .changed: .stale
      case .unconditional: .preconditionMissing
      case .busy: .busy
      case .inUse: .inUse
      case .unshowable: .invalid
      }
    self.init(code, error.description)
    switch error {
    case .changed(_, _, let current): if let current { headers[.eTag] = Precondition.header(current) }
    case .unconditional(_, _, let current): headers[.eTag] = Precondition.header(current)
    case .busy: headers[.retryAfter] = "2"
    case .inUse(_, _, let users):
      issues = users.map { Issue(pointer: "term", code: "resource.user", message: $0) }
    default: break
    }
  }

  private init?(_ error: PostgresError) {
    switch error {
    case .poolExhausted, .poolClosed, .unavailable, .connectionLost, .deadlineExceeded:
      self.init(
        .unavailable, "The database does not answer right now.\nMaybe try again in a few seconds.",
        headers: [.retryAfter: "5"])
    case .commitUnknown:
      self.init(
        .unavailable,
        "The connection broke while your change was stored: it may or may not have happened.\n"
          + "Maybe send the same request again with the same Idempotency-Key, or read the state first.",
        headers: [.retryAfter: "1"])
    case .server(let sqlState, _, _, _):
      guard let problem = Problem(sqlState: sqlState) else { return nil }
      self = problem
    case .decoding, .misuse: return nil
    }
  }

  private init?(status: HTTPResponse.Status) {
    switch status {
    case .notFound, .methodNotAllowed:
      self.init(.unknown, "No operation of the API has this method and path.\nMaybe look into /openapi.yaml.")
    case .contentTooLarge: self.init(.tooLarge)
    case .unsupportedMediaType: self.init(.mediaType)
    case .badRequest: self.init(.malformed)
    case .unauthorized: self.init(.unauthenticated)
    case .forbidden: self.init(.forbidden)
    default: return nil
    }
  }
}

extension HTTPField.Name {
  static let rateLimit = HTTPField.Name("RateLimit")!
  static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
  static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
  static let idempotencyReplayed = HTTPField.Name("Idempotency-Replayed")!
  static let requestID = HTTPField.Name("X-Request-Id")!
  static let contentTypeOptions = HTTPField.Name("X-Content-Type-Options")!
  static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
  static let accelBuffering = HTTPField.Name("X-Accel-Buffering")!
  static let lastEventID = HTTPField.Name("Last-Event-ID")!
}
