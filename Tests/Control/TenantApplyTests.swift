import Control
import Foundation
import Jobs
import Logging
import Persistence
import Postgres
import Tenancy
import TestTenants
import Testing
import Timetabling

private let institution = """
  {"format": "horarium/1", "name": "North", "term": {"id": "t", "firstDay": "2026-09-07", "weekCount": 1},
  "timeGrids": [{"days": ["Mon"], "periods": ["08:00-08:45"]}], "teachers": [{"id": "Ada"}],
  "lessons": [{"id": "Maths", "duration": 45, "teachers": ["Ada"], "roomNeed": {"count": 0}}]}
  """

private let yaml = """
  slug: north-school
  name: North School
  plan: campus
  institution: institution.json
  presets:
    - {name: Balanced, strategy: org.horarium.balanced}
    - {name: Compact, strategy: org.horarium.compact-days}
  accounts:
    - {email: admin@north.example, name: Ada, roles: [tenant-admin]}
  """

/// A tenant's folder and a database, and `apply` between them.
private struct World: Sendable {
  let folder: URL
  let stores: TenantStores
  let directory: TenantDirectory
  let pool: PostgresPool

  static func with(_ body: (World) async throws -> Void) async throws {
    try await Installation.with(tenants: 0) { installation in
      let folder = FileManager.default.temporaryDirectory.appending(path: "apply-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: folder) }
      try FileManager.default.createDirectory(
        at: folder.appending(path: "north-school"), withIntermediateDirectories: true)
      let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      let directory = TenantDirectory(pool: installation.pool)
      let world = World(
        folder: folder,
        stores: TenantStores(
          provisioner: TenantProvisioner(owner: installation.database.owner, logger: logger),
          directory: directory, pool: installation.pool), directory: directory, pool: installation.pool)
      try world.write("tenant.yaml", yaml)
      try world.write("institution.json", institution)
      try await body(world)
    }
  }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: "north-school/\(name)"))
  }

  func desired() async throws -> DesiredTenant {
    let (path, file) = try #require(try TenantFile.all(in: folder.path).first)
    return try await DesiredTenant(path: path, file: file)
  }

  @discardableResult func apply(overwriting: Set<String> = []) async throws -> TenantOutcome {
    try await desired().apply(stores, overwriting: overwriting)
  }

  func transaction<Value: Sendable>(_ body: (TenantTransaction) async throws -> Value) async throws -> Value {
    await directory.invalidate()
    let slug = try #require(TenantSlug(rawValue: "north-school"))
    let entry = try #require(try await directory.entry(slug: slug))
    return try await pool.withTransaction(
      for: try TenantContext.service("somebody", entry: entry), deadline: .seconds(30), body)
  }

  func preset(_ name: String) async throws -> VariantPreset? {
    try await transaction { try await $0.preset(named: name) }
  }

  /// What the API does when somebody saves a preset.
  func change(_ name: String, strategy: String) async throws {
    try await transaction { transaction in
      let old = try #require(try await transaction.preset(named: name))
      _ = try await transaction.savePreset(
        NewPreset(id: old.id, position: old.position, name: name, strategy: strategy, isStrict: true))
    }
  }
}

@Suite struct TenantApplyTests {
  @Test func aSecondApplyChangesNothing() async throws {
    try await World.with { world in
      #expect(try await world.apply().done.count == 5)
      let (presets, snapshot) = try await world.transaction { (try await $0.presets(), try await $0.terms()) }

      #expect(try await world.apply() == TenantOutcome.asItShouldBe)
      #expect(try await world.desired().changes(world.stores) == TenantOutcome.asItShouldBe)

      let (again, terms) = try await world.transaction { (try await $0.presets(), try await $0.terms()) }
      #expect(again == presets)
      #expect(terms.map(\.revision) == snapshot.map(\.revision))
    }
  }

  @Test func whatSomebodyChangedInTheMeantimeIsNamedAndKept() async throws {
    try await World.with { world in
      try await world.apply()
      try await world.change("Balanced", strategy: "org.horarium.even-load")

      let outcome = try await world.apply()

      #expect(outcome.done == [])
      #expect(outcome.kept.count == 1)
      #expect(outcome.kept.first?.contains("preset:Balanced was changed here") == true)
      let kept = try #require(try await world.preset("Balanced"))
      #expect(kept.strategy == "org.horarium.even-load" && kept.isStrict)
    }
  }

  @Test func aChangedFileIsAppliedWhereNobodyElseChangedAnything() async throws {
    try await World.with { world in
      try await world.apply()
      try await world.change("Balanced", strategy: "org.horarium.even-load")
      try world.write("tenant.yaml", yaml.replacing("org.horarium.compact-days", with: "org.horarium.room-efficient"))

      let outcome = try await world.apply()

      #expect(outcome.done == ["change preset Compact"])
      #expect(outcome.kept.count == 1)
      #expect(try await world.preset("Compact")?.strategy == "org.horarium.room-efficient")
      #expect(try await world.apply().done == [])
    }
  }

  @Test func whatChangedOnBothSidesStaysUntilItIsOverwrittenByName() async throws {
    try await World.with { world in
      try await world.apply()
      try await world.change("Balanced", strategy: "org.horarium.even-load")
      try world.write("tenant.yaml", yaml.replacing("org.horarium.balanced", with: "org.horarium.faculty-first"))
      #expect(try await world.apply().kept.first?.contains("and so was its file") == true)

      #expect(try await world.apply(overwriting: ["preset:Balanced"]).done == ["change preset Balanced"])
      #expect(try await world.preset("Balanced")?.strategy == "org.horarium.faculty-first")
      #expect(try await world.apply() == TenantOutcome.asItShouldBe)
    }
  }

  @Test func dataImportedByOtherWaysAreNotReplacedByAnOldFile() async throws {
    try await World.with { world in
      try await world.apply()
      let changed = try await world.transaction { transaction in
        var problem = try #require(try await transaction.loadProblem(term: "t"))
        problem.teachers[0].name = "Ada Lovelace"
        _ = try await transaction.importProblem(problem)
        return problem
      }

      let outcome = try await world.apply()

      #expect(outcome.kept.first?.contains("institution:t was changed here") == true)
      #expect(try await world.transaction { try await $0.loadProblem(term: "t") } == changed)
    }
  }

  @Test func aPasswordInTheFileIsTheFirstOneAndStaysWhoeverChangedIt() async throws {
    try await World.with { world in
      try world.write("tenant.yaml", yaml.replacing("[tenant-admin]", with: "[tenant-admin], password: long-enough-1"))
      try await world.apply()
      #expect(try await world.apply() == TenantOutcome.asItShouldBe)
      let first = try await world.transaction { try await $0.credentials(email: "admin@north.example")?.passwordHash }
      try world.write("tenant.yaml", yaml.replacing("[tenant-admin]", with: "[tenant-admin], password: long-enough-2"))

      let outcome = try await world.apply()

      #expect(outcome.done == [])
      #expect(outcome.kept.first?.contains("the password of admin@north.example is not the file's") == true)
      let kept = try await world.transaction { try await $0.credentials(email: "admin@north.example")?.passwordHash }
      #expect(kept != nil && kept == first)
      #expect(try await world.apply(overwriting: ["account:admin@north.example"]).done.count == 1)
      #expect(try await world.apply() == TenantOutcome.asItShouldBe)
    }
  }

  @Test func whoeverMayApproveTheirOwnIsSaidByTheFile() async throws {
    try await World.with { world in
      try world.write("tenant.yaml", yaml + "\napprovals: {own: true}\n")
      #expect(try await world.apply().done.contains("let people approve their own"))
      #expect(try await world.transaction { try await $0.allowsOwnApproval() })
      try world.write("tenant.yaml", yaml)
      #expect(try await world.apply().done == ["let nobody approve their own"])
      #expect(try await world.apply() == TenantOutcome.asItShouldBe)
    }
  }

  @Test func whatWasRemovedStaysRemovedAndAccountsKeepTheirChanges() async throws {
    try await World.with { world in
      try await world.apply()
      let balanced = try #require(try await world.preset("Balanced"))
      try await world.transaction { transaction in
        _ = try await transaction.deletePreset(balanced.id)
        _ = try await transaction.upsertAccount(
          NewAccount(email: "admin@north.example", displayName: "Ada L.", roles: [.tenantAdmin]))
      }

      let outcome = try await world.apply()

      #expect(outcome.done == [])
      #expect(outcome.kept.count == 2)
      #expect(outcome.kept.contains { $0.contains("preset:Balanced was removed here") })
      #expect(outcome.kept.contains { $0.contains("account:admin@north.example was changed here") })
      #expect(try await world.preset("Balanced") == nil)
    }
  }

  /// The reported case: a hard constraint that nobody understands must stop the import.
  @Test func aFETFileWithAnUnknownConstraintIsRefusedBeforeAnythingIsMade() async throws {
    let reported = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/Cases/fet-school")
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let school = folder.appendingPathComponent("fet-school")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: reported, to: school)
    // The reported constraint is understood by now.
    let fet = school.appendingPathComponent("tiny.fet")
    let text = String(decoding: try Data(contentsOf: fet), as: UTF8.self)
    try text.replacing("TeacherIntervalMaxDaysPerWeek", with: "TeacherNeverHeardOf")
      .write(to: fet, atomically: true, encoding: .utf8)
    let file = try #require(try TenantFile.all(in: folder.path).first?.file)
    let error = await #expect(throws: InputError.self) { try await DesiredTenant(path: school.path, file: file) }
    #expect(error?.message.contains("TeacherNeverHeardOf") == true)
  }

  @Test func aFileWithNearlyTheRightNameIsNamed() async throws {
    try await World.with { world in
      let tenant = world.folder.appending(path: "north-school")
      try FileManager.default.moveItem(
        at: tenant.appending(path: "tenant.yaml"), to: tenant.appending(path: "tenant.yml"))
      let error = #expect(throws: InputError.self) { try TenantFile.all(in: world.folder.path) }
      #expect(error?.message.contains("tenant.yml") == true)
    }
  }
}

extension TenantOutcome {
  fileprivate static let asItShouldBe = TenantOutcome(done: [])
}

@Suite struct PartDecisionTests {
  @Test(
    arguments: [
      ("f", "s", true, PartDecision.nothing), ("f", "s", false, .nothing), ("g", "s", false, .change),
      ("f", "t", false, .keep(.changedHere)), ("g", "t", false, .keep(.changedOnBothSides)),
      ("f", nil, false, .keep(.removedHere)), ("g", nil, false, .keep(.removedHere)),
    ] as [(String, String?, Bool, PartDecision)])
  func threeSidesDecide(file: String, stored: String?, isAsDesired: Bool, decision: PartDecision) {
    let applied = AppliedPart(part: "p", file: "f", stored: "s")
    #expect(
      PartDecision(file: file, stored: stored, isAsDesired: isAsDesired, applied: applied, isOverwritten: false)
        == decision)
    guard !isAsDesired else { return }
    #expect(
      PartDecision(file: file, stored: stored, isAsDesired: false, applied: applied, isOverwritten: true)
        == (stored == nil ? .add : .change))
  }

  @Test func whatWasNeverAppliedIsAddedOrKept() {
    #expect(PartDecision(file: "f", stored: nil, isAsDesired: false, applied: nil, isOverwritten: false) == .add)
    #expect(
      PartDecision(file: "f", stored: "s", isAsDesired: false, applied: nil, isOverwritten: false)
        == .keep(.neverApplied))
  }
}
