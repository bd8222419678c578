import Control
import Foundation
import Testing

@Suite struct TenantFileTests {
  /// Runs `body` with a folder that holds one file `SLUG/tenant.yaml`.
  private func withFile(_ yaml: String, slug: String = "north-school", _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tenants-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let tenant = folder.appending(path: slug)
    try FileManager.default.createDirectory(at: tenant, withIntermediateDirectories: true)
    try Data(yaml.utf8).write(to: tenant.appending(path: "tenant.yaml"))
    try body(folder.path)
  }

  private let good = """
    slug: north-school
    name: North School
    plan: campus
    quotas: {runningJobs: 2}
    presets:
      - {name: Balanced, strategy: org.horarium.balanced, options: {gaps: 2}}
    approvals: {own: true}
    accounts:
      - {email: admin@north.example, name: Ada, roles: [tenant-admin], password: long-enough-1}
    """

  @Test func aFileIsReadAsWritten() throws {
    try withFile(good) { folder in
      let files = try TenantFile.all(in: folder)
      #expect(files.map(\.file.slug.rawValue) == ["north-school"])
      let file = try #require(files.first?.file)
      #expect(file.quotas?.runningJobs == 2)
      #expect(file.presets?.first?.options == ["gaps": 2])
      #expect(file.accounts?.first?.roles == [.tenantAdmin])
      #expect(file.approvals?.own == true)
    }
  }

  @Test(arguments: [
    ("quotas", "qoutas", "qoutas"), ("strategy:", "stratgy:", "presets.stratgy"),
    ("roles:", "rolls:", "accounts.rolls"), ("own:", "won:", "approvals.won"),
    ("runningJobs", "runingJobs", "quotas.runingJobs"),
  ])
  func aMisspelledKeyIsNamedInsteadOfIgnored(_ right: String, _ wrong: String, _ named: String) throws {
    try withFile(good.replacingOccurrences(of: right, with: wrong)) { folder in
      let error = #expect(throws: InputError.self) { try TenantFile.all(in: folder) }
      #expect(error?.message.contains(named) == true)
    }
  }

  @Test(arguments: [("campus", "", "plan"), ("tenant-admin", "emperor", "roles"), ("North School", "", "name")])
  func aWrongValueIsNamedWithItsPlace(_ right: String, _ wrong: String, _ place: String) throws {
    let yaml = good.replacingOccurrences(of: right, with: wrong.isEmpty ? "[1]" : wrong)
    try withFile(yaml) { folder in
      let error = #expect(throws: InputError.self) { try TenantFile.all(in: folder) }
      #expect(error?.message.contains(place) == true)
    }
  }

  /// Each would be found when half was applied, or each apply would undo the one before.
  @Test(arguments: [
    ("long-enough-1", "short", "5 bytes"), ("campus", "palace", "'palace'"),
    ("runningJobs: 2", "runningJobs: -2", "-2"), ("name: Ada", "name: ''", "0 characters"),
    ("accounts:\n", "  - {name: Balanced, strategy: x}\naccounts:\n", "'Balanced' stands twice"),
    (
      "accounts:\n", "accounts:\n  - {email: ADMIN@north.example, name: Eve, roles: []}\n",
      "'admin@north.example' stands twice"
    ),
  ])
  func aMistakeIsFoundBeforeAnythingIsApplied(_ right: String, _ wrong: String, _ named: String) throws {
    // The presets stand last before the accounts then.
    let yaml = good.replacing("approvals: {own: true}\n", with: "").replacing(right, with: wrong)
    try withFile(yaml) { folder in
      let error = #expect(throws: InputError.self) { try TenantFile.all(in: folder) }
      #expect(error?.message.contains(named) == true, "\(error?.message ?? "nothing")")
    }
  }

  @Test func aFileInAnotherTenantsFolderIsRefused() throws {
    try withFile(good, slug: "south-school") { folder in
      let error = #expect(throws: InputError.self) { try TenantFile.all(in: folder) }
      #expect(error?.message.contains("north-school") == true)
    }
  }

  @Test func foldersThatAreNoTenantsAreLeftOut() throws {
    try withFile(good) { folder in
      for name in ["template", "_old", ".git", "notes"] {
        let other = "\(folder)/\(name)"
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        if name != "notes" { try Data("nonsense: true".utf8).write(to: URL(fileURLWithPath: other + "/tenant.yaml")) }
      }
      #expect(try TenantFile.all(in: folder).count == 1)
    }
  }

  @Test func aFolderThatIsNotThereIsNamed() {
    let error = #expect(throws: InputError.self) { try TenantFile.all(in: "/nowhere/tenants") }
    #expect(error?.message.contains("/nowhere/tenants") == true)
  }
}
