import Synchronization

/// Snapshots that the pre-check had nothing against, by their content hash: the same data need not be read and looked
/// at again for every job.
final class ProvenPossible: Sendable {
  private let limit: Int
  private let state = Mutex<(hashes: Set<String>, order: [String])>(([], []))

  /// - Parameter limit: hashes kept, the oldest first out; 64 bytes each
  init(limit: Int = 4096) { self.limit = limit }

  func contains(_ hash: String) -> Bool { state.withLock { $0.hashes.contains(hash) } }

  func insert(_ hash: String) {
    state.withLock { state in
      guard state.hashes.insert(hash).inserted else { return }
      state.order.append(hash)
      if state.order.count > limit { state.hashes.remove(state.order.removeFirst()) }
    }
  }
}
