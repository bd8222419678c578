import Dispatch
import Foundation
import Synchronization
import Tenancy
import Testing

import Server

@Suite struct FairExecutorTests {
  private final class Order: Sendable {
    let names = Mutex<[String]>([])
    func note(_ name: String) { names.withLock { $0.append(name) } }
  }

  @Test(.timeLimit(.minutes(1))) func aTenantWithOneThingToDoWaitsForOneTurnOfAnother() async {
    let executor = FairExecutor(name: "fair", count: 1, niceness: 0)
    var random = SystemRandomNumberGenerator()
    let (loud, quiet) = (executor.lane(of: .random(using: &random)), executor.lane(of: .random(using: &random)))
    let (order, begun, gate) = (Order(), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    // Holds the only thread, which is not one of the pool's, until everything stands in line.
    let first = Task(executorPreference: loud) {
      begun.signal()
      Self.wait(for: gate)
    }
    await Self.reached(begun)
    let burst = (0..<20).map { number in Task(executorPreference: loud) { order.note("loud \(number)") } }
    let one = Task(executorPreference: quiet) { order.note("quiet") }
    gate.signal()
    await first.value
    await one.value
    for task in burst { await task.value }
    let names = order.names.withLock { $0 }
    #expect(names.prefix(3) == ["loud 0", "quiet", "loud 1"] && names.count == 21, "\(names)")
    withExtendedLifetime((loud, quiet)) {}
  }

  @Test(.timeLimit(.minutes(1))) func aFeedRunsOutsideOfThePoolThatAnswersEverybody() async throws {
    let executor = FairExecutor(name: "fair-name", count: 1, niceness: 0)
    var random = SystemRandomNumberGenerator()
    let name = try await executor.run(for: .random(using: &random)) { Self.threadName() }
    #expect(name == "fair-name")
    #expect(Self.threadName() != "fair-name")
  }

  private static func wait(for gate: DispatchSemaphore) { gate.wait() }

  private static func reached(_ semaphore: DispatchSemaphore) async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        semaphore.wait()
        continuation.resume()
      }
    }
  }

  private static func threadName() -> String {
    let name = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
    return name?.trimmingCharacters(in: .newlines) ?? ""
  }
}
