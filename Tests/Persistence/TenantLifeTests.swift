import Foundation
import Jobs
import Persistence
import Postgres
import Tenancy
import Testing
import TestSupport
import TestTenants

@Suite struct TenantLifeTests {
  @Test func migratingAgainChangesNothing() async throws {
    try await TestDatabase.with { database in
      let migrator = Migrator(owner: database.owner, logger: quiet)
      let versions = try await migrator.migrate().control
      #expect(versions.first == 1 && versions == versions.sorted() && Set(versions).count == versions.count)
      let again = try await migrator.migrate()
      #expect(again.control.isEmpty && again.tenants.isEmpty && again.failures.isEmpty)
    }
  }

  @Test func aMigrationThatWasCutOffGoesOn() async throws {
    try await Installation.with(tenants: 3) { installation in
      // As a killed run leaves it: one tenant whose schema is not there yet, the others done.
      let lost = installation.tenants[1].id
      try await ScriptRunner(configuration: installation.database.owner).run(
        script: """
          DROP SCHEMA \(lost.schema) CASCADE; CREATE SCHEMA \(lost.schema);
          DELETE FROM horarium.tenant_migration WHERE tenant = '\(lost)';
          UPDATE horarium.tenant SET schema_version = 0 WHERE id = '\(lost)';
          """)
      let report = try await Migrator(owner: installation.database.owner, logger: quiet).migrate()
      #expect(report.tenants == [lost: installation.tenants[1].schemaVersion] && report.failures.isEmpty)
      _ = try await installation.transaction(1) { try await $0.importProblem(smallProblem()) }
    }
  }

  @Test func anEditedMigrationIsNoticed() async throws {
    try await Installation.with { installation in
      try await ScriptRunner(configuration: installation.database.owner).run(
        script: "UPDATE horarium.control_migration SET digest = 'other'")
      await #expect(throws: MigrationError.self) {
        try await Migrator(owner: installation.database.owner, logger: quiet).migrate()
      }
    }
  }

  @Test func applyingATenantAgainChangesOnlyWhatDiffers() async throws {
    try await Installation.with { installation in
      let provisioner = TenantProvisioner(owner: installation.database.owner, logger: quiet)
      let before = installation.tenants[0]
      var definition = TenantDefinition(slug: before.slug, name: before.name, plan: "campus")
      #expect(try await provisioner.plan(definition) == [])
      definition.plan = "enterprise"
      #expect(try await provisioner.plan(definition).contains("runningJobs: 2 → 5"))
      var generator = SystemRandomNumberGenerator()
      let after = try await provisioner.apply(definition, using: &generator)
      #expect(after.id == before.id && after.quotas.runningJobs == 5)
      #expect(try await slots(installation) == [true, true, true, true, true])
      definition.plan = "free"
      _ = try await provisioner.apply(definition, using: &generator)
      #expect(try await slots(installation) == [true, false, false, false, false])
    }
  }

  @Test func aBadDefinitionMakesNothing() async throws {
    try await Installation.with(tenants: 0) { installation in
      let provisioner = TenantProvisioner(owner: installation.database.owner, logger: quiet)
      let slug = try #require(TenantSlug(rawValue: "somebody"))
      var generator = SystemRandomNumberGenerator()
      var quotas = QuotaOverrides()
      quotas.variantsPerJob = 9
      await #expect(throws: TenantDefinitionError.self) {
        try await provisioner.apply(TenantDefinition(slug: slug, name: "N", plan: "gold"), using: &generator)
      }
      await #expect(throws: TenantDefinitionError.self) {
        try await provisioner.apply(
          TenantDefinition(slug: slug, name: "N", plan: "free", quotas: quotas), using: &generator)
      }
      #expect(try await TenantDirectory(pool: installation.pool).all().isEmpty)
    }
  }

  @Test func aRemovedTenantLeavesItsAuditChainAlone() async throws {
    try await Installation.with(tenants: 2) { installation in
      let gone = installation.tenants[0].id
      try await TenantProvisioner(owner: installation.database.owner, logger: quiet).remove(gone)
      #expect(try await TenantDirectory(pool: installation.pool).all().map(\.id) == [installation.tenants[1].id])
      let verdict = try await installation.pool.withControlTransaction {
        try await AuditChain.verify(tenant: gone, in: $0)
      }
      #expect(verdict == .whole(links: 3))
    }
  }

  @Test func aChangedAMissingAndACutOffLinkAreFound() async throws {
    try await Installation.with { installation in
      let tenant = installation.tenants[0].id
      func verdict() async throws -> AuditVerdict {
        try await installation.pool.withControlTransaction { try await AuditChain.verify(tenant: tenant, in: $0) }
      }
      func tamper(_ script: String) async throws {
        try await ScriptRunner(configuration: installation.database.superuser).run(script: script)
      }
      for number in 1...9 {
        try await installation.transaction { try await $0.appendAudit(action: "a\(number)", subject: "s") }
      }
      #expect(try await verdict() == .whole(links: 10))
      try await tamper("UPDATE horarium.audit SET subject = 't' WHERE action = 'a4'")
      #expect(try await verdict() == .broken(at: 5))
      try await tamper("UPDATE horarium.audit SET subject = 's' WHERE action = 'a4'")
      #expect(try await verdict() == .whole(links: 10))
      try await tamper("DELETE FROM horarium.audit WHERE number = 10")
      #expect(try await verdict() == .cutOff(after: 9, head: 10))
      try await tamper("DELETE FROM horarium.audit WHERE number = 3")
      #expect(try await verdict() == .broken(at: 4))
    }
  }

  @Test func accountsLoseTheirTokensWhenTheirRightsChange() async throws {
    try await Installation.with { installation in
      var account = NewAccount(email: "Ada@Example.org", displayName: "Ada", passwordHash: "h", roles: [.scheduler])
      let asked = account
      let first = try await installation.transaction { try await $0.upsertAccount(asked) }
      let same = try await installation.transaction { try await $0.upsertAccount(asked) }
      #expect(first == same && first.email == "ada@example.org")
      account.roles = [.teacher]
      account.passwordHash = nil
      let lowered = account
      let second = try await installation.transaction { try await $0.upsertAccount(lowered) }
      #expect(second.id == first.id && second.tokenVersion == 1 && second.roles == [.teacher])
      #expect(try await installation.transaction { try await $0.revokeTokens(of: first.id) } == 2)
      try await installation.transaction { transaction in
        #expect(try await transaction.credentials(email: "ADA@example.org")?.passwordHash == "h")
        #expect(try await transaction.credentials(email: "nobody@example.org") == nil)
        try await transaction.revoke(session: "s", until: Date(timeIntervalSinceNow: 60))
        let standings = try await transaction.standings([
          StandingQuestion(account: first.id, token: "j", session: "s"),
          StandingQuestion(account: first.id, token: "k", session: "t"),
          StandingQuestion(account: UUID(), token: "l", session: "u"),
        ])
        #expect(standings.map(\.isSessionRevoked) == [true, false, false])
        #expect(standings.map { $0.account?.tokenVersion } == [2, 2, nil])
        #expect(standings.allSatisfy { $0.tenantState == .active && $0.retiredFor == nil })
        #expect(try await transaction.accounts().map(\.email) == ["ada@example.org"])
      }
    }
  }

  @Test func aPresetIsAChainOfVersions() async throws {
    try await Installation.with { installation in
      let first = try await installation.transaction {
        try await $0.savePreset(NewPreset(name: "Balanced", strategy: "org.horarium.balanced", options: ["x": 0.5]))
      }
      let second = try await installation.transaction {
        try await $0.savePreset(
          NewPreset(
            id: first.id, expectedVersion: 1, name: "Balanced", strategy: "org.horarium.balanced", isStrict: true))
      }
      #expect(first.version == 1 && second.version == 2 && second.id == first.id && second.request.isStrict)
      await #expect(throws: StoreError.self) {
        try await installation.transaction {
          try await $0.savePreset(NewPreset(id: first.id, expectedVersion: 1, name: "Balanced", strategy: "s"))
        }
      }
      await #expect(throws: StoreError.nameTaken(kind: "preset", name: "Balanced")) {
        try await installation.transaction { try await $0.savePreset(NewPreset(name: "Balanced", strategy: "s")) }
      }
      #expect(try await installation.transaction { try await $0.deletePreset(first.id) })
      #expect(try await installation.transaction { try await $0.presets() }.isEmpty)
    }
  }

  @Test func anOutboxMessageIsTakenByOneAndComesBackUntilDelivered() async throws {
    try await Installation.with(connections: 6) { installation in
      let generated = try await generate(in: installation)
      _ = try await installation.transaction { try await $0.select(variant: generated.variants[0]) }
      func take(_ hold: Duration) async throws -> [OutboxMessage] {
        try await installation.pool.withControlTransaction { try await Outbox.take(limit: 10, hold: hold, in: $0) }
      }
      let first = try await take(.zero)
      #expect(first.map(\.topic) == ["job.completed", "workflow.select"])
      let again = try await take(.seconds(60))
      #expect(again.map(\.id) == first.map(\.id) && again.allSatisfy { $0.attempts == 2 })
      #expect(try await take(.zero).isEmpty, "held by the second taker")
    }
  }

  private func slots(_ installation: Installation) async throws -> [Bool] {
    try await installation.transaction { try await $0.sql.run(enabledSlots) }
  }
}

private let enabledSlots = Statement<Void, Bool>("SELECT is_enabled FROM horarium.slot ORDER BY number") {
  (row: inout RowReader) throws(RowError) in try row.bool()
}
