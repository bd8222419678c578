import NIOCore
import Synchronization

/// Counts this process's connections, and decides about each new one.
package final class OpenConnections: Sendable {
  package enum Decision: Equatable, Sendable {
    case admitted
    /// The process has as many as it may have.
    case full
    /// The address has as many as it may have.
    case tooManyOfClient
  }

  private struct State {
    var count = 0
    var ofClient: [String: Int] = [:]
    var farewells = 0
    var waiters = FallWaiters()
  }

  /// Refused connections that wait at once for their client to read why. More are closed without waiting.
  static let farewells = 64

  let limits: ConnectionLimits
  private let state = Mutex(State())

  package init(limits: ConnectionLimits) { self.limits = limits }

  package var count: Int { state.withLock { $0.count } }

  /// Returns when there are no more than `limit`.
  package func fallen(to limit: Int) async {
    for await _ in state.withLock({ $0.waiters.wait(for: limit, at: $0.count) }) {}
  }

  /// An admitted one must be reported to `closed` with the same client.
  package func opened(by client: String) -> Decision {
    state.withLock { state in
      guard state.count < limits.connections else { return .full }
      let own = state.ofClient[client, default: 0]
      guard own < limits.connectionsPerClient else { return .tooManyOfClient }
      state.ofClient[client] = own + 1
      state.count += 1
      return .admitted
    }
  }

  package func closed(by client: String) {
    let due = state.withLock { state in
      state.count -= 1
      let own = state.ofClient[client, default: 0] - 1
      state.ofClient[client] = own > 0 ? own : nil
      return state.waiters.due(at: state.count)
    }
    for waiter in due { waiter.finish() }
  }

  func farewellBegins() -> Bool {
    state.withLock { state in
      guard state.farewells < Self.farewells else { return false }
      state.farewells += 1
      return true
    }
  }

  func farewellEnds() { state.withLock { $0.farewells -= 1 } }

  /// Whom a connection counts for: an IPv4 address, or the /64 that one IPv6 customer has to himself.
  package static func client(_ address: SocketAddress?) -> String {
    switch address {
    case .v4: return address?.ipAddress ?? "unknown"
    case .v6(let v6):
      var bytes = v6.address.sin6_addr
      return withUnsafeBytes(of: &bytes) { raw in
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        if raw.starts(with: mapped) { return raw[12..<16].map(String.init).joined(separator: ".") }
        return raw[0..<8].map { String($0, radix: 16) }.joined(separator: ":") + "/64"
      }
    default: return "local"
    }
  }
}
