import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Redis

/// Slows down who guesses passwords: by account and by address, here and, as long as Redis answers, on all servers
/// together.
struct SignInGuard: Sendable {
  private let accounts = Buckets<String>()
  private let clients = Buckets<String>()
  let redis: RedisClient

  init(redis: RedisClient) { self.redis = redis }

  /// An account may be tried 10 times, then once in 6 seconds; an address 60 times, then once a second.
  func admit(account: String, client: String) async throws {
    try Self.check(accounts.take(account, capacity: 10, interval: .seconds(6)))
    try Self.check(clients.take(client, capacity: 60, interval: .seconds(1)))
    // The key shows nobody's address.
    let digest = SHA256.hash(data: Data(account.utf8)).prefix(16).map { String(format: "%02x", $0) }.joined()
    let key = "signin:" + digest
    guard let replies = try? await redis.pipeline([["INCR", .string(key)], ["EXPIRE", .string(key), "60", "NX"]]),
      let count = replies.first?.int
    else { return }
    if count > 20 { throw Self.problem(seconds: 60) }
  }

  private static func check(_ decision: TokenBucket.Decision) throws {
    if case .empty(let wait) = decision { throw problem(seconds: max(1, wait.components.seconds + 1)) }
  }

  private static func problem(seconds: Int64) -> Problem {
    Problem(
      .rateExceeded, "Signing in was tried too often.\nMaybe wait \(seconds) seconds.",
      headers: [.retryAfter: String(seconds)])
  }
}
