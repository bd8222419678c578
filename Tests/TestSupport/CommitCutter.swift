import Foundation
import Glibc
import Postgres
import Synchronization

/// Stands between a pool and PostgreSQL, and cuts the connection when the answer to a COMMIT comes: the work is stored,
/// and whoever asked for it does not know.
public final class CommitCutter: Sendable {
  public let configuration: PostgresConfiguration
  private let folder: String
  private let upstream: String
  private let listener: Int32
  /// Commits to come that are still to be cut.
  private let cuts = Mutex(0)
  private let count = Mutex(0)

  /// How many answers were kept back.
  public var cutCount: Int { count.withLock { $0 } }

  /// Stands before the server that `configuration` names.
  public init(before configuration: PostgresConfiguration) throws {
    var values: [Substring: Substring] = [:]
    for part in configuration.conninfo.split(separator: " ") {
      let pair = part.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { values[pair[0]] = pair[1] }
    }
    guard let host = values["host"], host.hasPrefix("/"), let port = values["port"] else {
      throw TestServicesError(message: "no socket in '\(configuration.conninfo)'")
    }
    upstream = "\(host)/.s.PGSQL.\(port)"
    var template = Array("/tmp/horarium-cutter.XXXXXX".utf8CString)
    guard let folder = mkdtemp(&template) else { throw TestServicesError(message: "mkdtemp: errno \(errno)") }
    self.folder = String(cString: folder)
    listener = try Self.open("\(self.folder)/.s.PGSQL.5432") { bind($0, $1, $2) }
    guard listen(listener, 16) == 0 else { throw TestServicesError(message: "listen: errno \(errno)") }
    var own = configuration
    // A later key wins over an earlier one.
    own.conninfo += " host=\(self.folder) port=5432"
    self.configuration = own
    Thread.detachNewThread { [self] in acceptAll() }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The next so many COMMITs are carried out, and their answers kept back.
  public func cutNext(_ commits: Int = 1) { cuts.withLock { $0 = commits } }

  /// No new connections; those that stand go on.
  public func close() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func acceptAll() {
    while true {
      let client = accept(listener, nil, nil)
      if client < 0, errno == EINTR { continue }
      guard client >= 0 else { return }
      guard let server = try? Self.open(upstream, { connect($0, $1, $2) }) else {
        Glibc.close(client)
        continue
      }
      let isCommitting = Flag()
      Thread.detachNewThread {
        Self.relay(from: client, to: server) { bytes in
          if bytes.firstRange(of: Array("COMMIT".utf8)) != nil { isCommitting.set() }
          return true
        }
      }
      Thread.detachNewThread { [self] in
        Self.relay(from: server, to: client) { _ in
          guard isCommitting.take() else { return true }
          let isCut = cuts.withLock { cuts in
            defer { cuts = max(0, cuts - 1) }
            return cuts > 0
          }
          if isCut { count.withLock { $0 += 1 } }
          return !isCut
        }
      }
    }
  }

  /// Until one side ends, or `passes` says no; then both do.
  private static func relay(from source: Int32, to target: Int32, passes: (ArraySlice<UInt8>) -> Bool) {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    relaying: while true {
      let length = read(source, &buffer, buffer.count)
      if length < 0, errno == EINTR { continue }
      guard length > 0, passes(buffer[..<length]) else { break }
      var sent = 0
      while sent < length {
        let written = send(target, Array(buffer[sent..<length]), length - sent, Int32(MSG_NOSIGNAL))
        if written > 0 { sent += written } else if errno != EINTR { break relaying }
      }
    }
    shutdown(source, Int32(SHUT_RDWR))
    shutdown(target, Int32(SHUT_RDWR))
  }

  private static func open(
    _ path: String, _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw TestServicesError(message: "'\(path)' is too long for a socket")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        use(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw TestServicesError(message: "'\(path)': errno \(errno)") }
    return descriptor
  }

  /// Set by the one thread of a connection, taken by the other.
  private final class Flag: Sendable {
    private let value = Mutex(false)
    func set() { value.withLock { $0 = true } }

    func take() -> Bool {
      value.withLock { value in
        defer { value = false }
        return value
      }
    }
  }
}
