import Synchronization
import Tenancy

/// The memory that large bodies may take at once, for all and for each tenant. Whoever sends slowly holds no more than
/// its own tenant's part of it.
final class BodyBudget: Sendable {
  private struct State {
    var all = 0
    var perTenant: [TenantID: Int] = [:]
  }

  private let state = Mutex(State())
  private let limit: Int
  private let share: Int

  /// - Parameters:
  ///   - limit: bytes in all
  ///   - share: bytes of one tenant, at least what one body may have
  init(limit: Int = 256 << 20, share: Int = 64 << 20) {
    self.limit = limit
    self.share = share
  }

  /// Reserves before a byte is read, and gives back when `body` has ended.
  func lending<Value>(_ bytes: Int, to tenant: TenantID, _ body: () async throws -> Value) async throws -> Value {
    try state.withLock { state in
      let own = state.perTenant[tenant] ?? 0
      guard own + bytes <= max(share, bytes) || own == 0 else {
        throw AdmissionRefusal.ownLineFull(retryAfter: .seconds(5))
      }
      guard state.all + bytes <= limit || state.all == 0 else {
        throw AdmissionRefusal.overloaded(retryAfter: .seconds(5))
      }
      state.all += bytes
      state.perTenant[tenant] = own + bytes
    }
    defer {
      state.withLock { state in
        state.all -= bytes
        let left = (state.perTenant[tenant] ?? bytes) - bytes
        state.perTenant[tenant] = left == 0 ? nil : left
      }
    }
    return try await body()
  }
}
