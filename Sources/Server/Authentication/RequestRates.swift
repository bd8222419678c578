import HTTPTypes
import Hummingbird
import Synchronization
import Tenancy

/// Holds each tenant to the requests per second of its plan, in this process.
final class RequestRates: Sendable {
  private let buckets = Buckets<TenantID>()
  private let left = Mutex<[TenantID: Int]>([:])

  func take(for tenant: TenantContext) throws(Problem) {
    let rate = tenant.quotas.requestsPerSecond
    switch buckets.take(tenant.tenant, capacity: rate, interval: .seconds(1) / rate) {
    case .taken(let count): left.withLock { $0[tenant.tenant] = count }
    case .empty:
      left.withLock { $0[tenant.tenant] = 0 }
      var headers = fields(for: tenant)
      headers[.retryAfter] = "1"
      throw Problem(
        .rateExceeded, "Your plan allows \(rate) requests a second.\nMaybe wait a second, or ask less often.",
        headers: headers)
    }
  }

  /// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-11).
  func fields(for tenant: TenantContext) -> HTTPFields {
    let rate = tenant.quotas.requestsPerSecond
    let left = left.withLock { $0[tenant.tenant] ?? rate }
    return [.rateLimitPolicy: "\"requests\";q=\(rate);w=1", .rateLimit: "\"requests\";r=\(max(0, left));t=1"]
  }
}

extension Response {
  func with(rate: RequestRates, for tenant: TenantContext) -> Response {
    var response = self
    for field in rate.fields(for: tenant) { response.headers.append(field) }
    return response
  }
}
