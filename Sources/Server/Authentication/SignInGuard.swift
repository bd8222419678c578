import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Redis
import Synchronization

/// Slows down who guesses passwords, as a `SignInStateMachine` decides: here and, as long as Redis answers, with what
/// the other servers know of an account.
struct SignInGuard: Sendable {
  private typealias Machine = SignInStateMachine<String, ClientAddress>

  /// Attempts of one address at work or waiting out their delay; the bound on all is the server's on connections.
  private static let attemptsAtOnce = 8
  /// Failures are shared for so long.
  private static let seconds = "300"

  private let machine: Box
  private let attempts = FairGate<ClientAddress>(
    .init(
      places: 1 << 20, share: attemptsAtOnce, waitingPerKey: 0, waiting: 0, patience: .zero))
  let redis: RedisClient

  private final class Box: Sendable {
    let machine = Mutex(Machine(start: .now))
  }

  init(redis: RedisClient) {
    self.redis = redis
    machine = Box()
  }

  /// Runs `signIn` when its turn has come. Throws `rate.exceeded` where the client has failed too often.
  func attempt<Value: Sendable>(
    account: String, from client: ClientAddress, _ signIn: () async throws -> Value
  ) async throws -> Value {
    do {
      return try await admitted(account, client, signIn)
    } catch {
      guard error is AdmissionRefusal || (error as? Problem)?.code == .rateExceeded else { throw error }
      try await RefusalDelay.wait()
      throw error
    }
  }

  private func admitted<Value: Sendable>(
    _ account: String, _ client: ClientAddress, _ signIn: () async throws -> Value
  ) async throws -> Value {
    try await attempts.pass(client) {
      let decision = machine.machine.withLock { $0.attempted(account, from: client, at: .now) }
      switch decision {
      case .refuse(let wait): throw Self.problem(wait)
      case .attempt(let delay):
        do {
          // Others' failures are asked for only where an attempt is made at all.
          let shared = await sharedDelay(account, after: delay)
          if shared > .zero { try await Task.sleep(for: shared) }
          let value = try await signIn()
          machine.machine.withLock { $0.succeeded(account, from: client) }
          return value
        } catch let problem as Problem where problem.code == .signInFailed {
          await share(account)
          throw problem
        } catch {
          machine.machine.withLock { $0.gaveUp(account, from: client) }
          throw error
        }
      }
    }
  }

  /// Ten failures in five minutes, on whichever servers, make an attempt that nothing here slows a second slower.
  private func sharedDelay(_ account: String, after own: Duration) async -> Duration {
    guard own == .zero, let text = try? await redis.command(["GET", .string(Self.key(account))]).string,
      let failures = Int(text), failures > 10
    else { return own }
    return .seconds(1)
  }

  private func share(_ account: String) async {
    let key = Self.key(account)
    _ = try? await redis.pipeline([["INCR", .string(key)], ["EXPIRE", .string(key), .string(Self.seconds), "NX"]])
  }

  /// Shows nobody's address.
  private static func key(_ account: String) -> String {
    "signin:" + SHA256.hash(data: Data(account.utf8)).prefix(16).map { String(format: "%02x", $0) }.joined()
  }

  private static func problem(_ wait: Duration) -> Problem {
    let seconds = max(1, Int64((wait / .seconds(1)).rounded(.up)))
    return Problem(
      .rateExceeded, "Signing in failed too often from your address.\nMaybe wait \(seconds) seconds.",
      headers: [.retryAfter: String(seconds)])
  }
}
