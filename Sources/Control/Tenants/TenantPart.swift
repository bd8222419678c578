import Foundation
import Jobs
import Persistence
import Timetabling
import Verification

/// One part of a tenant that its files speak of, and that somebody may have changed since.
struct TenantPart: Sendable {
  /// `preset:Balanced`, as `--overwrite` takes it.
  var name: String
  /// What the file says, as text to compare.
  var file: String
  /// What the database holds, as text to compare; nil for nothing.
  var stored: String?
  /// Whether the database holds what the file says.
  var isAsDesired: Bool
  /// A new tenant has some value before anybody gave it one, so one that was never applied says nothing.
  var isSetFromTheStart = false
  /// Differences that stay, whatever is decided: a password is nobody's to compare with what was.
  var note: String?
  /// `import …` instead of `add` and `change`.
  var verb: String?
  var perform: @Sendable (TenantTransaction) async throws -> Void

  func decision(_ applied: [AppliedPart], overwriting: Set<String>) -> PartDecision {
    let last = applied.first { $0.part == name }
    return PartDecision(
      file: file, stored: isSetFromTheStart && last == nil ? nil : stored, isAsDesired: isAsDesired, applied: last,
      isOverwritten: overwriting.contains(name))
  }

  /// `change preset Balanced`
  func words(_ decision: PartDecision) -> String {
    if let verb { return verb }
    let what = name.split(separator: ":", maxSplits: 1).joined(separator: " ")
    return (decision == .add ? "add " : "change ") + what
  }

  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

// MARK: Approvals

extension TenantPart {
  /// Left out of the file: nobody approves their own.
  static func approvals(allowsOwn: Bool, known: Bool) -> TenantPart {
    func text(_ allows: Bool) -> String { allows ? "own" : "others'" }
    return TenantPart(
      name: "approvals", file: text(allowsOwn), stored: text(known), isAsDesired: allowsOwn == known,
      isSetFromTheStart: true, verb: allowsOwn ? "let people approve their own" : "let nobody approve their own"
    ) { try await $0.setAllowsOwnApproval(allowsOwn) }
  }
}

// MARK: Presets

extension TenantPart {
  /// What a preset is, from a file or from the database.
  private struct PresetText: Encodable, Equatable {
    var position: Int
    var strategy: String
    var options: [String: Double]
    var strict: Bool
  }

  /// Positions count from 1, here and in the API.
  static func preset(_ preset: TenantFile.Preset, at index: Int, known: [VariantPreset]) throws -> TenantPart {
    let old = known.first { $0.name == preset.name }
    let wanted = PresetText(
      position: index + 1, strategy: preset.strategy, options: preset.options ?? [:], strict: preset.strict ?? false)
    let found = old.map {
      PresetText(position: $0.position, strategy: $0.strategy, options: $0.options, strict: $0.isStrict)
    }
    let new = NewPreset(
      id: old?.id, position: wanted.position, name: preset.name, strategy: wanted.strategy, options: wanted.options,
      isStrict: wanted.strict)
    return TenantPart(
      name: "preset:\(preset.name)", file: try text(wanted), stored: try found.map { try text($0) },
      isAsDesired: wanted == found
    ) { _ = try await $0.savePreset(new) }
  }
}

// MARK: Accounts

extension TenantPart {
  /// What an account is but for its password.
  private struct AccountText: Encodable, Equatable {
    var name: String
    var roles: [String]
    var departments: [String]
    var teacher: String?
    var group: String?
    var student: String?
  }

  /// - Parameters:
  ///   - hash: makes the hash of a new password; takes 100 ms on purpose
  ///   - isPassword: whether the file's password is the one that is stored
  static func account(
    _ account: TenantFile.Account, known: Credentials?, isPassword: Bool, isOverwritten: Bool, hash: String?
  ) throws -> TenantPart {
    let email = account.email.lowercased()
    let wanted = AccountText(
      name: account.name, roles: account.roles.map(\.rawValue).sorted(),
      departments: (account.departments ?? []).sorted(),
      teacher: account.teacher, group: account.group, student: account.student)
    let found = known.map { known in
      AccountText(
        name: known.account.displayName, roles: known.account.roles.map(\.rawValue).sorted(),
        departments: known.account.departments.sorted(), teacher: known.account.teacher, group: known.account.group,
        student: known.account.student)
    }
    let isOther = account.password != nil && known?.passwordHash != nil && !isPassword
    let lacksPassword = account.password != nil && known != nil && known?.passwordHash == nil
    let new = NewAccount(
      email: email, displayName: account.name, passwordHash: hash, roles: Set(account.roles),
      departments: account.departments ?? [], teacher: account.teacher, group: account.group, student: account.student)
    return TenantPart(
      name: "account:\(email)", file: try text(wanted),
      stored: try found.map { try text($0) + (lacksPassword ? " without a password" : "") },
      isAsDesired: wanted == found && !lacksPassword && !(isOther && isOverwritten),
      note: isOther && !isOverwritten ? "the password of \(email) is not the file's" : nil
    ) { _ = try await $0.upsertAccount(new) }
  }
}

// MARK: Data

extension TenantPart {
  static func institution(_ problem: Problem, known: Problem?) -> TenantPart {
    let (wanted, found) = (ContentHash.of(problem), known.map { ContentHash.of($0) })
    return TenantPart(
      name: "institution:\(problem.term.id)", file: wanted, stored: found, isAsDesired: wanted == found,
      verb: "import \(problem.summary)"
    ) { _ = try await $0.importProblem(problem) }
  }
}
