import HTTPTypes
import Hummingbird
import Synchronization
import Tenancy

/// Holds each tenant to the requests per second of its plan, in this process. Only tenants of verified tokens come
/// here, so nobody can fill the table with names.
package final class RequestRates: Sendable {
  private struct Standing {
    var bucket: TokenBucket
    var refused = 0
    var since: ContinuousClock.Instant
  }

  private struct State {
    var standings: [TenantID: Standing] = [:]
    var pruneAt = 1_000
  }

  /// One request too many.
  package struct Refusal: Error, Sendable {
    package var problem: Problem
    /// The tenant had a whole second's requests refused within this second already: it asks on whatever it is told.
    package var isFlood: Bool
  }

  private let state = Mutex(State())

  package init() {}

  package func take(for tenant: TenantEntry, now: ContinuousClock.Instant = .now) throws(Refusal) -> RateStanding {
    let rate = tenant.quotas.requestsPerSecond
    let (decision, refused) = state.withLock { state in
      var own =
        state.standings[tenant.id]
        ?? Standing(bucket: TokenBucket(capacity: rate, interval: .seconds(1) / rate, now: now), since: now)
      // A plan that was raised or lowered counts from this request on.
      own.bucket.change(capacity: rate, interval: .seconds(1) / rate, now: now)
      let decision = own.bucket.take(now: now)
      if now - own.since >= .seconds(1) { (own.refused, own.since) = (0, now) }
      if case .empty = decision { own.refused += 1 }
      state.standings[tenant.id] = own
      if state.standings.count > state.pruneAt {
        state.standings = state.standings.filter { !$0.value.bucket.isFull(now: now) }
        state.pruneAt = max(1_000, state.standings.count * 2)
      }
      return (decision, own.refused)
    }
    switch decision {
    case .taken(let left): return RateStanding(limit: rate, left: left)
    case .empty(let wait):
      let seconds = max(1, Int64((wait / .seconds(1)).rounded(.up)))
      var headers = RateStanding(limit: rate, left: 0).fields
      headers[.retryAfter] = String(seconds)
      let problem = Problem(
        .rateExceeded,
        "Your plan allows \(rate) requests a second.\nMaybe wait \(seconds) s, or ask less often.", headers: headers)
      throw Refusal(problem: problem, isFlood: refused > rate)
    }
  }
}

/// What a tenant's bucket held after one request: both header fields come from this one value.
package struct RateStanding: Sendable {
  var limit: Int
  var left: Int

  /// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-11).
  package var fields: HTTPFields {
    [.rateLimitPolicy: "\"requests\";q=\(limit);w=1", .rateLimit: "\"requests\";r=\(max(0, left));t=1"]
  }
}

extension Response {
  func with(_ rate: RateStanding) -> Response {
    var response = self
    for field in rate.fields { response.headers.append(field) }
    return response
  }
}
