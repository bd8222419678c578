import Foundation
import Processes
import Synchronization
import TestSupport

/// Horarium as an operator runs it: its own database, the real executables, a free port.
///
/// Everything is started here and dies with the test: children by their parent's end, the database by `drop`.
final class Deployment: Sendable {
  let server: URL
  let environment: [String: String]
  private let database: TestDatabase
  private let folder: URL
  private let children: Mutex<[ChildProcess]>

  /// Lends a deployment with the tenants of `Tests/Fixtures/Tenants`, a server, and `workers` workers.
  static func with(workers: Int = 1, _ body: (Deployment) async throws -> Void) async throws {
    let database = try await TestDatabase.make()
    let deployment = try await Deployment(database)
    let result: Result<Void, any Error>
    do {
      try await deployment.setUp()
      try await deployment.startServer()
      for _ in 0..<workers { try await deployment.startWorker() }
      result = .success(try await body(deployment))
    } catch {
      result = .failure(error)
    }
    await deployment.stop()
    try await database.drop()
    try result.get()
  }

  private init(_ database: TestDatabase) async throws {
    self.database = database
    folder = FileManager.default.temporaryDirectory.appending(path: "horarium-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let port = try freePort()
    server = URL(string: "http://127.0.0.1:\(port)")!
    let given = ProcessInfo.processInfo.environment
    environment = [
      "HORARIUM_POSTGRES": database.app.conninfo,
      "HORARIUM_POSTGRES_OWNER": database.owner.conninfo,
      "HORARIUM_REDIS": try await TestServices.redisAddress(),
      "HORARIUM_HTTP_PORT": String(port),
      "HORARIUM_TOKEN_KEYS": folder.appending(path: "keys.json").path,
      "HORARIUM_PLUGINS": given["HORARIUM_PLUGINS"] ?? Executable.folder.path,
      "HORARIUM_ORTOOLS": given["HORARIUM_ORTOOLS"] ?? TestServices.root.appending(path: ".local/ortools").path,
      "HORARIUM_LOG_LEVEL": given["HORARIUM_LOG_LEVEL"] ?? "error",
      "PATH": "/usr/bin:/bin",
    ]
    children = Mutex([])
  }

  private func setUp() async throws {
    try await run("horariumctl", ["keys", "generate", environment["HORARIUM_TOKEN_KEYS"]!])
    try await run("horariumctl", ["migrate"])
    let tenants = TestServices.root.appending(path: "Tests/Fixtures/Tenants").path
    try await run("horariumctl", ["tenants", "apply", tenants])
  }

  /// Returns when the server says that it is ready.
  private func startServer() async throws {
    try await start("horarium-server", [])
    let ready = server.appending(path: "readyz")
    try await eventually("the server is ready") { (try? await Client.get(ready).status) == 200 }
  }

  @discardableResult
  func startWorker() async throws -> ChildProcess { try await start("horarium-worker", ["run"]) }

  @discardableResult
  private func start(_ program: String, _ arguments: [String]) async throws -> ChildProcess {
    let order = ChildOrder(
      executable: Executable.path(program), arguments: arguments, environment: environment)
    let child = try await ChildProcess.start(order, input: [])
    children.withLock { $0.append(child) }
    return child
  }

  /// The tenants' files with one text of alpha's institution replaced.
  func tenants(replacing old: String, with new: String) throws -> String {
    let copy = folder.appending(path: "tenants-\(UUID().uuidString.prefix(8))")
    try FileManager.default.copyItem(at: TestServices.root.appending(path: "Tests/Fixtures/Tenants"), to: copy)
    let file = copy.appending(path: "alpha/institution.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    guard text.contains(old) else { throw DeploymentError("alpha's institution has no '\(old)'") }
    try text.replacing(old, with: new).write(to: file, atomically: true, encoding: .utf8)
    return copy.path
  }

  /// Runs a program to its end; its output is in the error where it fails.
  @discardableResult
  func run(_ program: String, _ arguments: [String], accepting statuses: Set<Int32> = [0]) async throws -> String {
    let order = ChildOrder(
      executable: Executable.path(program), arguments: arguments, environment: environment)
    let child = try await ChildProcess.start(order, input: [])
    child.closeInput()
    var output: [UInt8] = []
    for await event in child.events {
      switch event {
      case .output(let bytes): output += bytes
      case .ended(let end):
        let text = String(decoding: output, as: UTF8.self)
        guard case .exited(let status) = end, statuses.contains(status) else {
          throw DeploymentError("\(program) \(arguments.joined(separator: " ")) \(end):\n\(text)")
        }
        return text
      }
    }
    throw DeploymentError("\(program) ended without saying how")
  }

  private func stop() async {
    for child in children.withLock({ $0 }) { child.send(signal: SIGKILL) }
    for child in children.withLock({ $0 }) {
      for await event in child.events {
        if case .ended = event { break }
      }
    }
    try? FileManager.default.removeItem(at: folder)
  }
}

struct DeploymentError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

enum Executable {
  /// The products stand beside the test runner.
  static let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
  static func path(_ name: String) -> String { folder.appending(path: name).path }
}

/// Asks until the answer is yes. For what another process reaches without telling anybody, such as listening.
func eventually(
  _ claim: String, within limit: Duration = .seconds(60), _ isTrue: () async throws -> Bool
) async throws {
  let clock = ContinuousClock()
  let end = clock.now + limit
  while try await !isTrue() {
    guard clock.now < end else { throw DeploymentError("not within \(limit): \(claim)") }
    try await clock.sleep(for: .milliseconds(20))
  }
}

private func freePort() throws -> UInt16 {
  let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(listener) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let bound = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
    }
  }
  guard bound else { throw DeploymentError("no free port on 127.0.0.1: errno \(errno)") }
  return UInt16(bigEndian: address.sin_port)
}
