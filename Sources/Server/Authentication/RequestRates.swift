import HTTPTypes
import Hummingbird
import Synchronization
import Tenancy

/// Holds each tenant to the requests per second of its plan, in this process. Only tenants of verified tokens come
/// here, so nobody can fill the table with names.
package final class RequestRates: Sendable {
  private struct State {
    var buckets: [TenantID: TokenBucket] = [:]
    var pruneAt = 1_000
  }

  private let state = Mutex(State())

  package init() {}

  package func take(for tenant: TenantEntry, now: ContinuousClock.Instant = .now) throws(Problem) -> RateStanding {
    let rate = tenant.quotas.requestsPerSecond
    let decision = state.withLock { state in
      var bucket =
        state.buckets[tenant.id] ?? TokenBucket(capacity: rate, interval: .seconds(1) / rate, now: now)
      // A plan that was raised or lowered counts from this request on.
      bucket.change(capacity: rate, interval: .seconds(1) / rate, now: now)
      let decision = bucket.take(now: now)
      state.buckets[tenant.id] = bucket
      if state.buckets.count > state.pruneAt {
        state.buckets = state.buckets.filter { !$0.value.isFull(now: now) }
        state.pruneAt = max(1_000, state.buckets.count * 2)
      }
      return decision
    }
    switch decision {
    case .taken(let left): return RateStanding(limit: rate, left: left)
    case .empty(let wait):
      let seconds = max(1, Int64((wait / .seconds(1)).rounded(.up)))
      var headers = RateStanding(limit: rate, left: 0).fields
      headers[.retryAfter] = String(seconds)
      throw Problem(
        .rateExceeded,
        "Your plan allows \(rate) requests a second.\nMaybe wait \(seconds) s, or ask less often.", headers: headers)
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
