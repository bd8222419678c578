import Foundation
import Redis
import Synchronization
import Tokens

/// One-time tickets for connections that can't carry an Authorization header: browsers' EventSource and WebSocket.
/// A ticket stands in an address, so it is worth nothing after its first use or after 30 seconds.
final class Tickets: Sendable {
  static let seconds = 30

  private let redis: RedisClient
  private let clock: @Sendable () -> Date
  /// Only while Redis does not answer; tickets are then good on this server alone.
  private let own = Mutex<[String: (token: String, until: Date)]>([:])

  init(redis: RedisClient, clock: @escaping @Sendable () -> Date) {
    self.redis = redis
    self.clock = clock
  }

  /// A ticket for whoever shows it, with the rights of `token`.
  func issue(for token: String) async -> String {
    var generator = SystemRandomNumberGenerator()
    let ticket = Base64URL.encode((0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
    let stored = try? await redis.command(
      ["SET", .string(Self.key(ticket)), .string(token), "EX", .string(String(Self.seconds))])
    if stored == nil || stored == .null {
      let now = clock()
      own.withLock { own in
        own = own.filter { $0.value.until > now }
        own[ticket] = (token, now.addingTimeInterval(TimeInterval(Self.seconds)))
      }
    }
    return ticket
  }

  /// The token behind it, once.
  func redeem(_ ticket: String) async -> String? {
    guard ticket.utf8.count == 43 else { return nil }
    let now = clock()
    if let kept = own.withLock({ $0.removeValue(forKey: ticket) }) { return kept.until > now ? kept.token : nil }
    return try? await redis.command(["GETDEL", .string(Self.key(ticket))]).string
  }

  private static func key(_ ticket: String) -> String { "ticket:" + ticket }
}
