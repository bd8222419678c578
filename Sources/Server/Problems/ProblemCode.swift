import Hummingbird

/// Every way in which a request can fail, with a code that never changes its meaning; `ops/ERROR_CODES.md` says what
/// to do about each.
package enum ProblemCode: String, CaseIterable, Sendable {
  case malformed = "request.malformed"
  case invalid = "request.invalid"
  case requestTimeout = "request.timeout"
  case methodNotAllowed = "request.method-not-allowed"
  case tooLarge = "request.too-large"
  case mediaType = "request.media-type"
  case idempotencyKeyMissing = "request.idempotency-key-missing"
  case idempotencyKeyReused = "request.idempotency-key-reused"
  case idempotencyKeyInFlight = "request.idempotency-key-in-flight"
  case preconditionMissing = "request.precondition-missing"
  case stale = "request.stale"
  case upgradeRequired = "request.upgrade-required"
  case unauthenticated = "auth.required"
  case signInFailed = "auth.sign-in-failed"
  case sessionTooOld = "auth.session-too-old"
  case forbidden = "auth.forbidden"
  case departmentForbidden = "auth.department"
  case foreignOrigin = "auth.foreign-origin"
  case unknown = "resource.unknown"
  case rateExceeded = "rate.exceeded"
  case tooManyAtOnce = "rate.at-once"
  case queueFull = "quota.queue-full"
  case monthExhausted = "quota.month-exhausted"
  case jobTooLong = "quota.seconds-per-job"
  case tooManyVariants = "quota.variants-per-job"
  case tooManyLessons = "quota.lessons-per-job"
  case quotaExceeded = "quota.exceeded"
  case nameTaken = "resource.name-taken"
  case busy = "resource.busy"
  case inUse = "resource.in-use"
  case institutionInvalid = "institution.invalid"
  case institutionMissing = "institution.missing"
  case termAmbiguous = "institution.term-ambiguous"
  case presetUnknown = "preset.unknown"
  case impossible = "generation.impossible"
  case notCompleted = "generation.not-completed"
  case ownApproval = "workflow.own-approval"
  case wrongState = "workflow.wrong-state"
  case commentMissing = "workflow.comment-missing"
  case certificateMissing = "workflow.certificate-missing"
  case certificateStale = "workflow.certificate-stale"
  case hardViolations = "workflow.hard-violations"
  case outdated = "workflow.outdated"
  case incomplete = "workflow.incomplete"
  case waiverMismatch = "workflow.waiver-mismatch"
  case notPublished = "published.missing"
  case noWeek = "published.no-person"
  case tooManyStreams = "quota.streams"
  case overloaded = "service.overloaded"
  case unavailable = "service.unavailable"
  case internalError = "service.error"

  package var status: HTTPResponse.Status {
    switch self {
    case .malformed, .idempotencyKeyMissing: .badRequest
    case .invalid, .idempotencyKeyReused, .institutionInvalid, .termAmbiguous, .presetUnknown, .impossible,
      .commentMissing, .jobTooLong, .tooManyVariants, .tooManyLessons, .quotaExceeded:
      .unprocessableContent
    case .requestTimeout: .requestTimeout
    case .methodNotAllowed: .methodNotAllowed
    case .tooLarge: .contentTooLarge
    case .mediaType: .unsupportedMediaType
    case .preconditionMissing: .preconditionRequired
    case .stale: .preconditionFailed
    case .upgradeRequired: .upgradeRequired
    case .unauthenticated, .signInFailed, .sessionTooOld: .unauthorized
    case .forbidden, .departmentForbidden, .ownApproval, .foreignOrigin: .forbidden
    case .unknown, .institutionMissing, .notPublished, .noWeek: .notFound
    case .rateExceeded, .tooManyAtOnce, .queueFull, .monthExhausted, .tooManyStreams: .tooManyRequests
    case .nameTaken, .busy, .inUse, .idempotencyKeyInFlight, .notCompleted, .wrongState, .certificateMissing,
      .certificateStale, .hardViolations, .outdated, .incomplete, .waiverMismatch:
      .conflict
    case .overloaded, .unavailable: .serviceUnavailable
    case .internalError: .internalServerError
    }
  }

  package var title: String {
    switch self {
    case .malformed: "The request cannot be read"
    case .invalid: "The request has wrong values"
    case .requestTimeout: "The request came too slowly"
    case .methodNotAllowed: "This address does not know the method"
    case .tooLarge: "The request is too large"
    case .mediaType: "The body has a type that is not taken here"
    case .idempotencyKeyMissing: "An Idempotency-Key is needed"
    case .idempotencyKeyReused: "The Idempotency-Key came before with another request"
    case .idempotencyKeyInFlight: "The first request with the Idempotency-Key is still at work"
    case .preconditionMissing: "An If-Match header is needed"
    case .stale: "It was changed in the meantime"
    case .upgradeRequired: "This address speaks WebSocket"
    case .unauthenticated: "Sign in first"
    case .signInFailed: "Signing in failed"
    case .sessionTooOld: "Sign in anew"
    case .forbidden: "Your roles do not allow this"
    case .departmentForbidden: "Your departments do not allow this"
    case .foreignOrigin: "Pages of another site may not connect"
    case .unknown: "There is no such thing here"
    case .rateExceeded: "Too many requests"
    case .tooManyAtOnce: "Too many requests at once"
    case .queueFull: "The queue is full"
    case .monthExhausted: "This month's solver time is used up"
    case .jobTooLong: "The job asks for more time than the plan allows"
    case .tooManyVariants: "The job asks for more variants than the plan allows"
    case .tooManyLessons: "The institution has more lessons than the plan allows"
    case .quotaExceeded: "The plan does not allow more"
    case .nameTaken: "The name is taken"
    case .busy: "Somebody else is changing it"
    case .inUse: "Something needs it"
    case .institutionInvalid: "The institution's data has errors"
    case .institutionMissing: "No institution data has been imported"
    case .termAmbiguous: "Say which term"
    case .presetUnknown: "There is no such preset"
    case .impossible: "No timetable can satisfy this data"
    case .notCompleted: "The job has no result yet"
    case .ownApproval: "Nobody approves their own"
    case .wrongState: "Not possible in this state"
    case .commentMissing: "A comment is needed"
    case .certificateMissing: "The timetable has no certificate"
    case .certificateStale: "The certificate is for other entries"
    case .hardViolations: "The timetable has hard violations"
    case .outdated: "Today's data break the timetable"
    case .incomplete: "Lessons have no place, and nobody waived them"
    case .waiverMismatch: "The waiver names other lessons than are missing"
    case .notPublished: "Nothing has been published"
    case .noWeek: "This account is nobody with a week"
    case .tooManyStreams: "Too many progress streams are open"
    case .overloaded: "The server has more to do than it can"
    case .unavailable: "The service is not available now"
    case .internalError: "Something went wrong here"
    }
  }
}
