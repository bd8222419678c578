import Foundation
import Glibc
import Readiness

/// A PgBouncer of one test's own, in transaction mode with one session of the server for each database.
public final class PgBouncer: Sendable {
  /// Where it listens, as a part of a conninfo.
  public let place: String
  private let folder: String
  private let process: pid_t
  private static let threads = BlockingThreads(name: "test-pgbouncer", count: 1)

  /// Debian's package `pgbouncer`; `ops/packages --tests` installs it.
  public static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: "/usr/sbin/pgbouncer") }

  /// - Parameter server: the conninfo of the real server, with a socket's folder as its host
  public static func start(before server: String, user: String) async throws -> PgBouncer {
    let words = server.split(separator: " ")
    guard let host = words.first(where: { $0.hasPrefix("host=") }),
      let port = words.first(where: { $0.hasPrefix("port=") })
    else { throw TestServicesError(message: "'\(server)' names no host and port") }
    var template = Array("/tmp/horarium-pgbouncer.XXXXXX".utf8CString)
    guard let folder = mkdtemp(&template).map({ String(cString: $0) }) else {
      throw TestServicesError(message: "mkdtemp failed with errno \(errno)")
    }
    let process = try await threads.run {
      // It refuses to run as root; then it is the server's own user, who alone may enter the socket's folder.
      let script = #"""
        cat >"$1/ini" <<END
        [databases]
        * = $2 $3
        [pgbouncer]
        listen_addr =
        listen_port = 6432
        unix_socket_dir = $1
        auth_type = trust
        auth_file = $1/users
        pool_mode = transaction
        default_pool_size = 1
        max_client_conn = 200
        logfile = $1/log
        END
        sed -i 's/^ *//' "$1/ini"
        printf '"%s" ""\n' "$4" >"$1/users"
        as=()
        if (( EUID == 0 )); then as=(-u postgres); chown -R postgres "$1"; fi
        /usr/sbin/pgbouncer -q "${as[@]}" "$1/ini" >/dev/null 2>&1 &
        echo $! >"$1/pid"
        for (( i = 0; i < 500; i++ )); do
          if [[ -S $1/.s.PGSQL.6432 ]]; then exit 0; fi
          sleep 0.01
        done
        exit 1
        """#
      guard try wait(for: spawn(script, [folder, String(host), String(port), user])) == 0 else {
        throw TestServicesError(message: "pgbouncer does not start; see \(folder)/log")
      }
      let text = try String(contentsOfFile: folder + "/pid", encoding: .utf8)
      return pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }
    return PgBouncer(folder, process)
  }

  private init(_ folder: String, _ process: pid_t) {
    self.folder = folder
    self.process = process
    place = "host=\(folder) port=6432"
  }

  deinit {
    if process > 0 { kill(process, SIGKILL) }
    try? FileManager.default.removeItem(atPath: folder)
  }
}
