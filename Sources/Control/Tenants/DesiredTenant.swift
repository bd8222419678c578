import Foundation
import Jobs
import Passwords
import Persistence
import Postgres
import Tenancy
import Timetabling
import Verification

/// Where tenants are looked at and changed.
struct TenantStores: Sendable {
  let provisioner: TenantProvisioner
  let directory: TenantDirectory
  let pool: PostgresPool
}

/// One tenant as its files want it.
struct DesiredTenant: Sendable {
  let file: TenantFile
  /// Nil where the file names no data.
  let institution: Problem?

  /// Reads and checks the data too.
  init(path: String, file: TenantFile) async throws {
    self.file = file
    guard let institution = file.institution else {
      self.institution = nil
      return
    }
    let input = try await ProblemInput.read(path + "/" + institution)
    guard let problem = input.problem, input.issues.isEmpty else {
      let first = input.issues.prefix(20).map { "  \($0.place): \($0.message)" }
      throw InputError(
        message: "\(path): the institution's data has \(input.issues.count + input.omittedIssues) mistakes.\n"
          + first.joined(separator: "\n"))
    }
    self.institution = problem
  }

  private var definition: TenantDefinition {
    TenantDefinition(slug: file.slug, name: file.name, plan: file.plan, quotas: file.quotas)
  }

  /// What `apply` would do, in words; empty where everything is as it should be.
  func changes(_ stores: TenantStores) async throws -> [String] {
    let own = try await stores.provisioner.plan(definition)
    guard let entry = try await stores.directory.entry(slug: file.slug) else {
      return own + (file.accounts ?? []).map { "add account \($0.email)" }
        + (file.presets ?? []).map { "add preset \($0.name)" }
        + (institution.map { ["import \($0.summary)"] } ?? [])
    }
    let steps = try await steps(for: entry, stores)
    var changes = own + steps.map(\.description)
    if let institution, steps.contains(where: \.isImport) {
      changes += try await ImportReport.foresee(institution, for: try context(entry), stores).lines
    }
    return changes
  }

  /// Does it, and says what it did.
  func apply(_ stores: TenantStores) async throws -> [String] {
    let own = try await stores.provisioner.plan(definition)
    if !own.isEmpty {
      var generator = SystemRandomNumberGenerator()
      _ = try await stores.provisioner.apply(definition, using: &generator)
      await stores.directory.invalidate()
    }
    guard let entry = try await stores.directory.entry(slug: file.slug) else {
      throw InputError(
        message: "\(file.slug): the tenant was made and is not there.\nMaybe somebody removed it just now.")
    }
    let steps = try await steps(for: entry, stores)
    guard !steps.isEmpty else { return own }
    let imported = steps.contains(where: \.isImport) ? institution : nil
    // All or nothing, in the order of the file: presets and accounts first, so that whoever sees the data may use it.
    let report = try await ImportReport.during(imported, for: try context(entry), stores) { transaction in
      try await transaction.lockAll(replacing: institution)
      for step in steps { try await step.perform(transaction) }
      try await transaction.appendAudit(
        action: "tenant.applied", subject: entry.slug.rawValue,
        detail: try AuditDetail.data(["changes": steps.map(\.description)]))
    }
    return own + steps.map(\.description) + report.lines
  }

  private func context(_ entry: TenantEntry) throws -> TenantContext {
    try TenantContext.service("horariumctl", entry: entry)
  }

  private struct Step: Sendable {
    var description: String
    var isImport = false
    var perform: @Sendable (TenantTransaction) async throws -> Void
  }

  private func steps(for entry: TenantEntry, _ stores: TenantStores) async throws -> [Step] {
    try await stores.pool.withTransaction(for: try context(entry), deadline: .seconds(120)) { transaction in
      try await approvalSteps(transaction) + presetSteps(transaction) + accountSteps(transaction)
        + institutionSteps(transaction)
    }
  }

  /// Left out: nobody approves their own.
  private func approvalSteps(_ transaction: TenantTransaction) async throws -> [Step] {
    let allowsOwn = file.approvals?.own ?? false
    guard try await transaction.allowsOwnApproval() != allowsOwn else { return [] }
    return [
      Step(description: allowsOwn ? "let people approve their own" : "let nobody approve their own") {
        try await $0.setAllowsOwnApproval(allowsOwn)
      }
    ]
  }

  private func presetSteps(_ transaction: TenantTransaction) async throws -> [Step] {
    let known = try await transaction.presets()
    return (file.presets ?? []).enumerated().compactMap { index, preset in
      let old = known.first { $0.name == preset.name }
      let new = NewPreset(
        id: old?.id, position: index + 1, name: preset.name, strategy: preset.strategy,
        options: preset.options ?? [:])
      if let old, old.strategy == new.strategy, old.options == new.options, old.position == new.position { return nil }
      return Step(description: "\(old == nil ? "add" : "change") preset \(preset.name)") {
        _ = try await $0.savePreset(new)
      }
    }
  }

  private func accountSteps(_ transaction: TenantTransaction) async throws -> [Step] {
    var steps: [Step] = []
    for account in file.accounts ?? [] {
      let old = try await transaction.credentials(email: account.email.lowercased())
      let hash = try passwordHash(of: account, known: old?.passwordHash)
      let new = NewAccount(
        email: account.email.lowercased(), displayName: account.name, passwordHash: hash, roles: Set(account.roles),
        departments: account.departments ?? [], teacher: account.teacher, group: account.group,
        student: account.student)
      if let old, old.passwordHash == hash, old.account.isAs(new) { continue }
      steps.append(
        Step(description: "\(old == nil ? "add" : "change") account \(new.email)") {
          _ = try await $0.upsertAccount(new)
        })
    }
    return steps
  }

  /// The stored hash where it fits the password, so that applying again changes nothing. Takes 100 ms on purpose.
  private func passwordHash(of account: TenantFile.Account, known: String?) throws -> String? {
    guard let password = account.password else { return known }
    if let known, let hash = PasswordHash(text: known), hash.matches(password) { return known }
    do {
      return try PasswordHash(of: password).text
    } catch {
      throw InputError(message: "\(file.slug): account \(account.email): \(error)")
    }
  }

  private func institutionSteps(_ transaction: TenantTransaction) async throws -> [Step] {
    guard let institution else { return [] }
    if let known = try await transaction.loadProblem(term: institution.term.id),
      ContentHash.of(known) == ContentHash.of(institution)
    {
      return []
    }
    return [
      Step(description: "import \(institution.summary)", isImport: true) {
        _ = try await $0.importProblem(institution)
      }
    ]
  }
}

extension Account {
  fileprivate func isAs(_ wanted: NewAccount) -> Bool {
    displayName == wanted.displayName && roles == wanted.roles && Set(departments) == Set(wanted.departments)
      && teacher == wanted.teacher && group == wanted.group && student == wanted.student
  }
}
