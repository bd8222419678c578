import Foundation
import Jobs
import Passwords
import Persistence
import Postgres
import Tenancy
import Timetabling
import Verification

/// Where tenants are looked at and changed.
package struct TenantStores: Sendable {
  let provisioner: TenantProvisioner
  let directory: TenantDirectory
  let pool: PostgresPool

  package init(provisioner: TenantProvisioner, directory: TenantDirectory, pool: PostgresPool) {
    self.provisioner = provisioner
    self.directory = directory
    self.pool = pool
  }
}

/// One tenant as its files want it.
package struct DesiredTenant: Sendable {
  package let file: TenantFile
  /// Nil where the file names no data.
  let institution: Problem?

  /// Reads and checks the data too.
  package init(path: String, file: TenantFile) async throws {
    self.file = file
    for name in Self.dataPassedOver(beside: file.institution, in: path) {
      Console.print(error: "\(file.slug): note: '\(name)' is not read.\nMaybe name it as 'institution' in tenant.yaml.")
    }
    guard let institution = file.institution else {
      self.institution = nil
      return
    }
    let reading = try await ProblemInput.read(path + "/" + institution).reading
    for remark in reading.remarks { Console.print(error: "\(file.slug): note: \(remark.text)") }
    guard let problem = reading.problem else {
      let found = reading.issues + reading.unsupported
      let first = found.prefix(20).map { "  \($0.text)" }
      let count = found.count + reading.omittedIssues
      throw InputError(
        message: "\(path): \(count) \(count == 1 ? "place" : "places") of the institution's data cannot be used.\n"
          + first.joined(separator: "\n"))
    }
    self.institution = problem
  }

  /// What lies in the tenant's folder under the name of its data, and is not what the file names.
  private static func dataPassedOver(beside named: String?, in path: String) -> [String] {
    let used = named?.split(separator: "/").first { $0 != "." }.map(String.init)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.sorted().filter { $0.lowercased().hasPrefix("institution") && $0 != used }
  }

  private var definition: TenantDefinition { file.definition }

  /// What `apply` would do, in words.
  package func changes(_ stores: TenantStores, overwriting: Set<String> = []) async throws -> TenantOutcome {
    let own = try await stores.provisioner.plan(definition)
    guard let entry = try await stores.directory.entry(slug: file.slug) else {
      return TenantOutcome(
        done: own + (file.accounts ?? []).map { "add account \($0.email)" }
          + (file.presets ?? []).map { "add preset \($0.name)" }
          + (institution.map { ["import \($0.summary)"] } ?? []))
    }
    var outcome = try await stores.pool.withTransaction(for: try context(entry), deadline: .seconds(120)) {
      transaction in
      let applied = try await transaction.appliedParts()
      let ownPart = try definitionPart(entry, differences: own)
      var outcome = TenantOutcome()
      outcome.add(ownPart, ownPart.decision(applied, overwriting: overwriting), done: own)
      for part in try await parts(in: transaction, overwriting) {
        outcome.add(part, part.decision(applied, overwriting: overwriting))
      }
      return outcome
    }
    if let institution = try await imported(into: entry, stores, overwriting) {
      outcome.done += try await ImportReport.foresee(institution, for: try context(entry), stores).lines
    }
    return outcome
  }

  /// Does it, and says what it did. What others have changed since the last time stays, and is said, unless its part is
  /// overwritten by name.
  package func apply(_ stores: TenantStores, overwriting: Set<String> = []) async throws -> TenantOutcome {
    var outcome = try await applyDefinition(stores, overwriting)
    guard let entry = try await stores.directory.entry(slug: file.slug) else {
      throw InputError(
        message: "\(file.slug): the tenant was made and is not there.\nMaybe somebody removed it just now.")
    }
    let before = outcome
    let imported = try await imported(into: entry, stores, overwriting)
    // All or nothing, in the order of the file: presets and accounts first, so that whoever sees the data may use it.
    let (made, report) = try await ImportReport.during(imported, for: try context(entry), stores) { transaction in
      var outcome = before
      try await lock(transaction)
      let applied = try await transaction.appliedParts()
      let parts = try await parts(in: transaction, overwriting)
      var kept: Set<String> = []
      for part in parts {
        let decision = part.decision(applied, overwriting: overwriting)
        outcome.add(part, decision)
        switch decision {
        case .add, .change: try await part.perform(transaction)
        case .keep: kept.insert(part.name)
        case .nothing: break
        }
      }
      let isChanged = outcome.done.count > before.done.count
      // Read again: what stands there now is what this run left behind.
      let left = isChanged ? try await self.parts(in: transaction, overwriting) : parts
      for part in left where !kept.contains(part.name) {
        guard part.isAsDesired, let stored = part.stored else { continue }
        try await transaction.recordApplied(AppliedPart(part: part.name, file: part.file, stored: stored))
      }
      let own = try definitionPart(entry, differences: [])
      if !outcome.isDefinitionKept, let stored = own.stored {
        try await transaction.recordApplied(AppliedPart(part: own.name, file: own.file, stored: stored))
      }
      if isChanged {
        try await transaction.appendAudit(
          action: "tenant.applied", subject: entry.slug.rawValue,
          detail: try AuditDetail.data(["changes": Array(outcome.done.dropFirst(before.done.count))]))
      }
      return outcome
    }
    outcome = made
    outcome.done += report.lines
    return outcome
  }

  /// The data, where they are going to replace what is there.
  private func imported(
    into entry: TenantEntry, _ stores: TenantStores, _ overwriting: Set<String>
  ) async throws -> Problem? {
    guard let institution else { return nil }
    return try await stores.pool.withTransaction(for: try context(entry), deadline: .seconds(120)) { transaction in
      let known = try await transaction.loadProblem(term: institution.term.id)
      let part = TenantPart.institution(institution, known: known)
      switch part.decision(try await transaction.appliedParts(), overwriting: overwriting) {
      case .add, .change: return institution
      case .keep, .nothing: return nil
      }
    }
  }

  /// Whoever edits meanwhile waits. A lock on a term makes its row, and a term that is not there yet must not seem to be.
  private func lock(_ transaction: TenantTransaction) async throws {
    let terms = try await transaction.terms().map(\.id)
    try await transaction.lockAll(replacing: institution.flatMap { terms.contains($0.term.id) ? $0 : nil })
  }

  /// Names of the parts that `--overwrite` may name.
  package var partNames: [String] {
    [Self.definitionName, "approvals"] + (file.presets ?? []).map { "preset:\($0.name)" }
      + (file.accounts ?? []).map { "account:\($0.email.lowercased())" }
      + (institution.map { ["institution:\($0.term.id)"] } ?? [])
  }

  private static let definitionName = "definition"

  /// The tenant itself belongs to the operators, who own the control schema: it is made before anything can be put into it.
  private func applyDefinition(_ stores: TenantStores, _ overwriting: Set<String>) async throws -> TenantOutcome {
    let own = try await stores.provisioner.plan(definition)
    var outcome = TenantOutcome()
    guard !own.isEmpty else { return outcome }
    if let entry = try await stores.directory.entry(slug: file.slug) {
      let part = try definitionPart(entry, differences: own)
      let applied = try await stores.pool.withTransaction(for: try context(entry), deadline: .seconds(30)) {
        try await $0.appliedParts()
      }
      let decision = part.decision(applied, overwriting: overwriting)
      outcome.add(part, decision, done: own)
      guard decision == .change else { return outcome }
    } else {
      outcome.done += own
    }
    var generator = SystemRandomNumberGenerator()
    _ = try await stores.provisioner.apply(definition, using: &generator)
    await stores.directory.invalidate()
    return outcome
  }

  private struct DefinitionText: Encodable {
    var name: String
    var plan: String
    var quotas: Quotas
  }

  /// Name, plan and quotas.
  private func definitionPart(_ entry: TenantEntry, differences: [String]) throws -> TenantPart {
    TenantPart(
      name: Self.definitionName, file: try TenantPart.text(definition),
      stored: try TenantPart.text(DefinitionText(name: entry.name, plan: entry.plan, quotas: entry.quotas)),
      isAsDesired: differences.isEmpty
    ) { _ in }
  }

  private func context(_ entry: TenantEntry) throws -> TenantContext {
    try TenantContext.service("horariumctl", entry: entry)
  }

  private func parts(in transaction: TenantTransaction, _ overwriting: Set<String>) async throws -> [TenantPart] {
    let presets = try await transaction.presets()
    var parts = [
      TenantPart.approvals(allowsOwn: file.approvals?.own ?? false, known: try await transaction.allowsOwnApproval())
    ]
    parts += try (file.presets ?? []).enumerated().map { try TenantPart.preset($1, at: $0, known: presets) }
    for account in file.accounts ?? [] { parts.append(try await accountPart(account, transaction, overwriting)) }
    if let institution {
      parts.append(
        TenantPart.institution(institution, known: try await transaction.loadProblem(term: institution.term.id)))
    }
    return parts
  }

  /// A password in the file is the first one: whoever changed theirs keeps it, unless the account is overwritten by name.
  private func accountPart(
    _ account: TenantFile.Account, _ transaction: TenantTransaction, _ overwriting: Set<String>
  ) async throws -> TenantPart {
    let email = account.email.lowercased()
    let known = try await transaction.credentials(email: email)
    let isPassword =
      known?.passwordHash.flatMap { PasswordHash(text: $0) }.flatMap { hash in
        account.password.map(hash.matches)
      } ?? false
    let isOverwritten = overwriting.contains("account:\(email)")
    var hash: String?
    if let password = account.password, known?.passwordHash == nil || isOverwritten && !isPassword {
      do {
        hash = try PasswordHash(of: password).text
      } catch {
        throw InputError(message: "\(file.slug): account \(account.email): \(error)")
      }
    }
    return try TenantPart.account(
      account, known: known, isPassword: isPassword, isOverwritten: isOverwritten, hash: hash)
  }
}

/// What was done, or would be, and what differs and stays.
package struct TenantOutcome: Hashable, Sendable {
  package internal(set) var done: [String] = []
  package internal(set) var kept: [String] = []
  var isDefinitionKept = false

  package init(done: [String] = []) { self.done = done }

  mutating func add(_ part: TenantPart, _ decision: PartDecision, done words: [String]? = nil) {
    switch decision {
    case .nothing: break
    case .add, .change: done += words ?? [part.words(decision)]
    case .keep(let reason):
      let what = words.map { " (\($0.joined(separator: ", ")))" } ?? ""
      kept.append("kept: \(part.name)\(what) \(reason.words).\nMaybe --overwrite '\(part.name)' lets the file win.")
      if part.name == "definition" { isDefinitionKept = true }
    }
    if let note = part.note { kept.append("kept: \(note).\nMaybe --overwrite '\(part.name)' sets it.") }
  }

  /// Lines to print, each with the tenant's slug.
  package func text(_ slug: TenantSlug) -> String {
    let lines = done + kept
    return (lines.isEmpty ? ["as it should be"] : lines).map { "\(slug): \($0)" }.joined(separator: "\n")
  }
}
