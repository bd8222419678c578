import Glibc
import Readiness
import Testing

/// Two connected sockets, closed at the end.
private final class Pair: Sendable {
  let near: Int32
  let far: Int32
  init() {
    var ends: [Int32] = [-1, -1]
    precondition(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    (near, far) = (ends[0], ends[1])
  }
  deinit {
    close(near)
    close(far)
  }
  func send() {
    var byte: UInt8 = 1
    _ = write(far, &byte, 1)
  }
}

@Suite struct ReadinessTests {
  private let readiness = Readiness.shared

  @Test func `a wait ends when bytes arrive`() async throws {
    let pair = Pair()
    async let outcome = readiness.wait(for: .read, on: pair.near)
    pair.send()
    #expect(try await outcome == .ready)
  }

  @Test func `a socket with room is ready for writing at once`() async throws {
    let pair = Pair()
    #expect(try await readiness.wait(for: .write, on: pair.near) == .ready)
  }

  @Test func `a hang-up counts as ready, so that the next read reports it`() async throws {
    let pair = Pair()
    shutdown(pair.far, Int32(SHUT_RDWR))
    #expect(try await readiness.wait(for: .read, on: pair.near) == .ready)
  }

  @Test func `a wait ends at its deadline, past ones included`() async throws {
    let pair = Pair()
    #expect(try await readiness.wait(for: .read, on: pair.near, until: .now + .milliseconds(20)) == .deadlineReached)
    #expect(try await readiness.wait(for: .read, on: pair.near, until: .now - .seconds(1)) == .deadlineReached)
  }

  @Test func `an earlier deadline does not wait behind a later one`() async throws {
    let (late, early) = (Pair(), Pair())
    async let later = readiness.wait(for: .read, on: late.near, until: .now + .seconds(600))
    #expect(try await readiness.wait(for: .read, on: early.near, until: .now + .milliseconds(20)) == .deadlineReached)
    late.send()
    #expect(try await later == .ready)
  }

  @Test(.timeLimit(.minutes(1))) func `cancelling a task ends its wait, before and after it began`() async throws {
    for delay in [0, 1] {
      let pair = Pair()
      let task = Task { try await readiness.wait(for: .read, on: pair.near) }
      for _ in 0..<(delay * 100) { await Task.yield() }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      pair.send()
      #expect(try await readiness.wait(for: .read, on: pair.near) == .ready)
    }
  }

  @Test func `an interrupt ends the wait, or the next one`() async throws {
    let pair = Pair()
    readiness.interrupt(pair.near)
    #expect(try await readiness.wait(for: .read, on: pair.near) == .interrupted)
    pair.send()
    #expect(try await readiness.wait(for: .read, on: pair.near) == .ready)
  }

  @Test func `a second waiter for one descriptor is refused`() async throws {
    let pair = Pair()
    let waits = (0..<2).map { _ in Task { try await readiness.wait(for: .read, on: pair.near) } }
    // Whichever comes second is refused at once; only then is the other one served.
    let outcomes = await withTaskGroup(of: String.self) { group in
      for wait in waits {
        group.addTask {
          do { return "\(try await wait.value)" } catch {
            pair.send()
            return error is ReadinessError ? "refused" : "\(error)"
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.sorted() == ["ready", "refused"])
  }

  @Test func `a descriptor that is not open is refused`() async throws {
    await #expect(throws: ReadinessError.self) { try await readiness.wait(for: .read, on: 1_000_000) }
  }

  @Test(.timeLimit(.minutes(1))) func `every one of many waits ends exactly once, however it ends`() async throws {
    var generator = SystemRandomNumberGenerator()
    let ends = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<400 {
        let pair = Pair()
        let choice = Int.random(in: 0..<4, using: &generator)
        let wait = Task {
          try await readiness.wait(
            for: .read, on: pair.near, until: .now + (choice == 0 ? .milliseconds(5) : .seconds(600)))
        }
        group.addTask {
          switch choice {
          case 1: pair.send()
          case 2: wait.cancel()
          case 3: readiness.interrupt(pair.near)
          default: break
          }
          let result = await wait.result
          withExtendedLifetime(pair) {}
          return switch (choice, result) {
          case (0, .success(.deadlineReached)), (1, .success(.ready)), (2, .failure), (3, .success(.interrupted)): true
          default: false
          }
        }
      }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(ends == 400)
  }
}

@Suite struct BlockingThreadsTests {
  @Test func `blocked threads leave the cooperative pool free`() async throws {
    let threads = BlockingThreads(name: "test", count: 8)
    let gate = Signal()
    let blocked = (0..<8).map { _ in
      Task {
        try await threads.run {
          var entry = pollfd(fd: gate.descriptor, events: Int16(POLLIN), revents: 0)
          poll(&entry, 1, -1)
        }
      }
    }
    // More tasks than the pool has threads run to their end while the calls above block.
    let sum = await withTaskGroup(of: Int.self) { group in
      for number in 1...64 { group.addTask { number } }
      return await group.reduce(0, +)
    }
    #expect(sum == 2080)
    gate.raise()
    for task in blocked { try await task.value }
  }

  @Test func `errors come back to the caller`() async throws {
    struct Refusal: Error {}
    let threads = BlockingThreads(name: "test", count: 1)
    await #expect(throws: Refusal.self) { try await threads.run { throw Refusal() } }
  }

  @Test func `more calls than threads wait in line`() async throws {
    let threads = BlockingThreads(name: "test", count: 2)
    let sum = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 1...1000 { group.addTask { try await threads.run { number } } }
      return try await group.reduce(0, +)
    }
    #expect(sum == 500_500)
  }
}
