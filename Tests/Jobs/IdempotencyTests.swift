import Foundation
import Jobs
import Postgres
import Tenancy
import Testing
import TestTenants

@Suite struct IdempotencyTests {
  private let key = IdempotencyKey(key: "import-1", requestHash: [1, 2, 3])
  private let answer = Data("[7]".utf8)

  @Test func rivalsForOneKeyGetTheAnswerOfTheFirst() async throws {
    try await Installation.with(connections: 8) { installation in
      let states = try await withThrowingTaskGroup { group in
        for _ in 0..<20 {
          group.addTask {
            try await installation.transaction { transaction in
              let state = try await transaction.takeIdempotencyKey(key, operation: "institution.import")
              if case .held(let hold) = state { try await transaction.answer(hold, status: 200, body: answer) }
              return state
            }
          }
        }
        return try await group.reduce(into: [IdempotencyState]()) { $0.append($1) }
      }
      #expect(states.count { if case .held = $0 { true } else { false } } == 1)
      #expect(states.count { $0 == .answered(status: 200, body: answer) } == 19)
    }
  }

  @Test func aKeyBelongsToItsAccountItsOperationAndItsRequest() async throws {
    try await Installation.with(tenants: 2) { installation in
      let states = try await [
        take(installation), take(installation), take(installation, user: "other"), take(installation, tenant: 1),
      ]
      #expect(states.map(isHeld) == [true, false, true, true] && states[1] == .inFlight)
      #expect(try await take(installation, operation: "job.submit") == .mismatch)
      #expect(try await take(installation, hash: [9]) == .mismatch)
    }
  }

  @Test func aRefusedRequestLeavesItsKeyToTheNext() async throws {
    try await Installation.with { installation in
      guard case .held(let hold) = try await take(installation) else { return #expect(Bool(false)) }
      try await installation.transaction { try await $0.letGo(hold) }
      #expect(isHeld(try await take(installation)))
    }
  }

  @Test func whoseKeyWasTakenOverStoresNothing() async throws {
    try await Installation.with { installation in
      guard case .held(let slow) = try await take(installation) else { return #expect(Bool(false)) }
      try await age(installation, "held_until = clock_timestamp() - interval '1 second'")
      guard case .held(let next) = try await take(installation) else { return #expect(Bool(false)) }
      await #expect(throws: IdempotencyHoldLost.self) {
        try await installation.transaction { try await $0.answer(slow, status: 200, body: answer) }
      }
      try await installation.transaction { try await $0.letGo(slow) }
      try await installation.transaction { try await $0.answer(next, status: 200, body: answer) }
      #expect(try await take(installation) == .answered(status: 200, body: answer))
    }
  }

  @Test func aKeyLivesForADay() async throws {
    try await Installation.with { installation in
      guard case .held(let hold) = try await take(installation) else { return #expect(Bool(false)) }
      try await installation.transaction { try await $0.answer(hold, status: 200, body: answer) }
      try await age(installation, "created_at = clock_timestamp() - interval '23 hours 59 minutes'")
      #expect(try await take(installation) == .answered(status: 200, body: answer))
      #expect(try await take(installation, hash: [9]) == .mismatch)
      try await age(installation, "created_at = clock_timestamp() - interval '24 hours 1 minute'")
      #expect(isHeld(try await take(installation, hash: [9])))
    }
  }

  private func take(
    _ installation: Installation, tenant: Int = 0, user: String = "tester", operation: String = "institution.import",
    hash: [UInt8] = [1, 2, 3]
  ) async throws -> IdempotencyState {
    try await installation.transaction(tenant, user: user) {
      try await $0.takeIdempotencyKey(IdempotencyKey(key: "import-1", requestHash: hash), operation: operation)
    }
  }

  private func age(_ installation: Installation, _ change: String) async throws {
    try await ScriptRunner(configuration: installation.database.superuser).run(
      script: "UPDATE horarium.idempotency SET \(change)")
  }

  private func isHeld(_ state: IdempotencyState) -> Bool { if case .held = state { true } else { false } }
}
