import Foundation
import Glibc
import Readiness

/// The real servers that tests run against.
///
/// `HORARIUM_TEST_POSTGRES` (a superuser's conninfo) and `HORARIUM_TEST_REDIS` name servers that run already, as
/// ops/test sets them. Without them `ops/services` starts throw-away ones, once in the process; a shell reads a pipe that
/// ends with the process, however it ends, and then stops them.
public enum TestServices {
  public static func postgresConninfo() async throws -> String { try await shared.value("HORARIUM_TEST_POSTGRES") }

  /// `unix:/path`
  public static func redisAddress() async throws -> String { try await shared.value("HORARIUM_TEST_REDIS") }

  /// The project's folder.
  public static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static let shared = Services()
  private static let threads = BlockingThreads(name: "test-services", count: 2)

  private actor Services {
    private var starting: Task<[String: String], any Error>?

    func value(_ name: String) async throws -> String {
      if let given = ProcessInfo.processInfo.environment[name] { return given }
      // Unstructured: the first test that asks starts them for all others, and may itself be cancelled.
      let task = starting ?? Task { try await Self.start() }
      starting = task
      guard let value = try await task.value[name] else {
        throw TestServicesError(message: "ops/services does not print \(name)")
      }
      return value
    }

    private static func start() async throws -> [String: String] {
      let script = TestServices.root.appending(path: "ops/services").path
      let folder = FileManager.default.temporaryDirectory.appending(path: "horarium-test-\(UUID().uuidString)").path
      let status = try await threads.run {
        try wait(for: spawn(#"mkdir -p "$2" && "$1" start --throwaway "$2" >"$2/env""#, [script, folder]))
      }
      guard status == 0 else { throw TestServicesError(message: "ops/services start ended with status \(status)") }
      let printed = try String(contentsOfFile: folder + "/env", encoding: .utf8)
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { throw TestServicesError(message: "pipe failed with errno \(errno)") }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      _ = try spawn(#"cat; "$1" stop "$2"; rm -rf "$2""#, [script, folder], input: ends[0])
      close(ends[0])  // the other end stays open until this process ends
      return Dictionary(
        printed.split(separator: "\n").compactMap { line in
          line.firstIndex(of: "=").map { equals in
            // The shell quoting that occurs in these lines is the backslash before a space.
            let value = line[line.index(after: equals)...].replacingOccurrences(of: "\\", with: "")
            return (String(line[..<equals]), value)
          }
        }, uniquingKeysWith: { $1 })
    }
  }
}

public struct TestServicesError: Error, CustomStringConvertible {
  public let message: String
  public var description: String { message }
}
