import Foundation
import Glibc
import Readiness
import Synchronization

/// A Redis of one test's own, to stop, freeze and start again.
public final class RedisServer: Sendable {
  public let address: String
  private let folder: String
  private let password: String?
  private let process: Mutex<pid_t>
  private static let threads = BlockingThreads(name: "test-redis", count: 2)

  public static func start(password: String? = nil) async throws -> RedisServer {
    var template = Array("/tmp/horarium-redis.XXXXXX".utf8CString)
    guard let folder = mkdtemp(&template) else {
      throw TestServicesError(message: "mkdtemp failed with errno \(errno)")
    }
    let server = RedisServer(String(cString: folder), password)
    try await server.restart()
    return server
  }

  private init(_ folder: String, _ password: String?) {
    self.folder = folder
    self.password = password
    address = "unix:\(folder)/redis.sock"
    process = Mutex(0)
  }

  /// Returns when the server answers.
  public func restart() async throws {
    let folder = folder
    let options = password.map { "requirepass \($0)\n" } ?? ""
    let process = try await Self.threads.run {
      let script = #"""
        printf 'port 0\nsave ""\nunixsocket %s/redis.sock\n%s' "$1" "$2" | redis-server - >"$1/log" 2>&1 &
        for (( i = 0; i < 500; i++ )); do
          if redis-cli -s "$1/redis.sock" ping >/dev/null 2>&1; then break; fi
          sleep 0.01
        done
        echo $! >"$1/pid"
        """#
      guard try wait(for: spawn(script, [folder, options])) == 0 else {
        throw TestServicesError(message: "redis-server does not start; see \(folder)/log")
      }
      let text = try String(contentsOfFile: folder + "/pid", encoding: .utf8)
      return pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }
    guard process > 0 else { throw TestServicesError(message: "redis-server left no process id in \(folder)") }
    self.process.withLock { $0 = process }
  }

  /// SIGKILL: nobody is told good-bye.
  public func stop() async throws { signal(SIGKILL) }
  public func freeze() { signal(SIGSTOP) }
  public func thaw() { signal(SIGCONT) }

  deinit {
    signal(SIGKILL)
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func signal(_ number: Int32) {
    let process = process.withLock { process in
      defer { if number == SIGKILL { process = 0 } }
      return process
    }
    if process > 0 { kill(process, number) }
  }
}
