import Glibc

/// How many files and sockets this process may have open.
enum DescriptorLimit {
  /// What the process needs besides its clients: connections to PostgreSQL and Redis, event loops, files.
  static let reserve = 256

  /// Raises the soft limit, as far as the hard one allows, to what `connections` need.
  /// - Returns: how many connections it is enough for
  static func raise(for connections: Int) -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return connections }
    let wanted = rlim_t(connections + reserve)
    if limit.rlim_cur < wanted {
      limit.rlim_cur = min(wanted, limit.rlim_max)
      _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return connections }
    }
    return min(connections, max(16, Int(clamping: limit.rlim_cur) - reserve))
  }
}
