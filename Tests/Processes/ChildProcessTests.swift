import Foundation
import Glibc
import Processes
import Testing

@Suite struct ChildProcessTests {
  private func start(_ script: String, input: [UInt8] = [], environment: [String: String] = [:]) async throws
    -> ChildProcess
  {
    try await ChildProcess.start(
      ChildOrder(executable: "/bin/sh", arguments: ["-c", script], environment: environment), input: input)
  }

  private func gather(_ child: ChildProcess) async -> (output: [UInt8], end: ChildEnd?) {
    var output: [UInt8] = []
    var end: ChildEnd?
    for await event in child.events {
      switch event {
      case .output(let bytes): output += bytes
      case .ended(let how): end = how
      }
    }
    return (output, end)
  }

  @Test func whatGoesInComesOutWholeAlsoWhenItIsLargerThanAPipe() async throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let child = try await start("exec cat", input: bytes)
    child.closeInput()
    let (output, end) = await gather(child)
    #expect(output == bytes)
    #expect(end == .exited(0))
  }

  @Test func theExitStatusIsReported() async throws {
    let (_, end) = await gather(try await start("exit 7"))
    #expect(end == .exited(7))
  }

  @Test func aChildThatReadsNothingCanBeKilled() async throws {
    let child = try await start("echo ready; exec sleep 600", input: [UInt8](repeating: 1, count: 1 << 20))
    var end: ChildEnd?
    for await event in child.events {
      switch event {
      case .output: child.send(signal: SIGKILL)
      case .ended(let how): end = how
      }
    }
    #expect(end == .killed(signal: SIGKILL))
  }

  @Test func whatAChildStartedEndsWithIt() async throws {
    // The grandchild holds the pipe: while it lives the output does not end, and this test neither.
    let (output, end) = await gather(try await start("sleep 600 & echo $!; exit 0"))
    #expect(end == .exited(0))
    #expect(!output.isEmpty)
  }

  @Test func aChildSeesOnlyTheEnvironmentAndDescriptorsItWasGiven() async throws {
    let leaked = open("/dev/null", O_RDONLY)
    defer { close(leaked) }
    let (output, _) = await gather(
      try await start(
        "env | grep -v -e ^PWD= -e ^_= -e ^SHLVL=; ls /proc/self/fd | wc -l",
        environment: ["A": "1", "PATH": "/usr/bin:/bin"]))
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
    #expect(Set(lines.dropLast()) == ["A=1", "PATH=/usr/bin:/bin"])
    // 0, 1, 2 and the folder that ls reads.
    #expect(lines.last.flatMap { Int($0.filter { $0.isNumber }) } == 4)
  }

  @Test func aMissingExecutableIsAnErrorThatNamesIt() async throws {
    await #expect {
      try await ChildProcess.start(
        ChildOrder(executable: "/nowhere/solver", arguments: [], environment: [:]), input: [])
    } throws: {
      "\($0)".contains("/nowhere/solver")
    }
  }

  @Test func whoStandsBackIsBehindTheOrdinary() async {
    let niceness = await withCheckedContinuation { continuation in
      // A thread of its own: it could not come forward again.
      Thread.detachNewThread {
        OwnProcess.standBack()
        continuation.resume(returning: getpriority(Int32(PRIO_PROCESS.rawValue), 0))
      }
    }
    #expect((10...19).contains(niceness))
  }

  @Test func signalsAfterTheEndGoNowhere() async throws {
    let child = try await start("exit 0")
    _ = await gather(child)
    child.send(signal: SIGKILL)
    child.closeInput()
  }
}
