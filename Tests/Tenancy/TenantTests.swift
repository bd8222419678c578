import Foundation
import Tenancy
import Testing

/// SplitMix64: the same ids in every run.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite struct TenantTests {
  @Test func generatedIDsAreValidAndDiffer() {
    var generator = Seeded(state: 1)
    let ids = (0..<10_000).map { _ in TenantID.random(using: &generator) }
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { TenantID(rawValue: $0.rawValue) == $0 })
  }

  @Test(arguments: [
    "", "t_", "t_short", "x_aaaaaaaaaaaaaaaa", "t_AAAAAAAAAAAAAAAA", "t_aaaaaaaaaa\"; drop", "t_aaaaaaaaaaé",
    "t_aaaaaaaaaa\n", "t_" + String(repeating: "a", count: 41), "public", "pg_catalog",
  ])
  func nothingElseIsATenantID(text: String) {
    #expect(TenantID(rawValue: text) == nil)
  }

  @Test(arguments: [
    "ab", "-abc", "abc-", "1abc", "Abc", "a b", "a_b", "ä-university", String(repeating: "a", count: 41),
  ])
  func badSlugsAreRefused(text: String) {
    #expect(TenantSlug(rawValue: text) == nil)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([TenantSlug].self, from: JSONEncoder().encode([text]))
    }
  }

  @Test(arguments: ["demo-university", "abc", "a1-2b3"])
  func goodSlugsAreTaken(text: String) {
    #expect(TenantSlug(rawValue: text)?.rawValue == text)
  }

  @Test func aContextNeedsThePrincipalsOwnActiveTenantAndAFreshToken() throws {
    let mine = try #require(TenantID(rawValue: "t_aaaaaaaaaaaaaaaa"))
    let other = try #require(TenantID(rawValue: "t_bbbbbbbbbbbbbbbb"))
    func entry(_ id: TenantID, _ state: TenantState = .active) throws -> TenantEntry {
      TenantEntry(
        id: id, slug: try #require(TenantSlug(rawValue: "abc")), name: "", state: state, plan: "free",
        quotas: Plan.free.quotas, tokenVersion: 2, schemaVersion: 1)
    }
    func principal(_ id: TenantID?, version: Int = 2) -> Principal {
      Principal(tenant: id, user: "u", displayName: "", roles: [.tenantAdmin], tokenVersion: version)
    }
    #expect(try TenantContext(principal: principal(mine), entry: entry(mine)).tenant == mine)
    #expect(throws: TenantRefusal.wrongTenant) { try TenantContext(principal: principal(mine), entry: entry(other)) }
    #expect(throws: TenantRefusal.wrongTenant) { try TenantContext(principal: principal(nil), entry: entry(mine)) }
    #expect(throws: TenantRefusal.staleToken) {
      try TenantContext(principal: principal(mine, version: 1), entry: entry(mine))
    }
    for state in TenantState.allCases where state != .active {
      #expect(throws: TenantRefusal.notActive(state)) {
        try TenantContext(principal: principal(mine), entry: entry(mine, state))
      }
    }
  }

  @Test func plansAreWithinRangeAndOverridesStandAboveThem() {
    for plan in Plan.all { #expect(plan.quotas.complaint == nil) }
    var overrides = QuotaOverrides()
    overrides.runningJobs = 9
    let quotas = overrides.applied(to: Plan.campus.quotas)
    #expect(quotas.runningJobs == 9 && quotas.queuedJobs == Plan.campus.quotas.queuedJobs)
    overrides.variantsPerJob = 6
    #expect(overrides.applied(to: quotas).complaint == "variantsPerJob is 6, but must be from 1 to 5")
  }
}
