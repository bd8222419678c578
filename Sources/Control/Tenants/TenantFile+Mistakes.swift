import Passwords
import Persistence
import Timetabling

extension TenantFile {
  var definition: TenantDefinition { TenantDefinition(slug: slug, name: name, plan: plan, quotas: quotas) }

  /// What would be refused once half of the file, or half of the tenants, had been applied; and what stands twice, of which
  /// each apply would undo the other.
  func refuseMistakes() throws {
    try definition.check()
    let (presets, accounts) = (presets ?? [], accounts ?? [])
    let found =
      Self.repeated(presets.map(\.name)).map { "the preset '\($0)' stands twice" }
      + Self.repeated(accounts.map { $0.email.lowercased() }).map { "the account '\($0)' stands twice" }
      + presets.compactMap { Self.fault(of: $0.name, "a preset's name", longest: 80) }
      + accounts.compactMap { Self.fault(of: $0.email, "an account's email", longest: 254) }
      + accounts.compactMap { Self.fault(of: $0.name, "the name of account \($0.email)", longest: 254) }
      + accounts.compactMap { account in
        let length = account.password.map(\.utf8.count) ?? PasswordHash.minimumLength
        let isUsable = (PasswordHash.minimumLength...PasswordHash.maximumLength).contains(length)
        return isUsable ? nil : "account \(account.email): \(PasswordError.badLength(length))"
      }
    guard found.isEmpty else { throw InputError(message: found.joined(separator: "\n")) }
  }

  private static func repeated(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { !seen.insert($0).inserted }
  }

  private static func fault(of text: String, _ what: String, longest: Int) -> String? {
    let length = text.unicodeScalars.count
    guard (1...longest).contains(length) else { return "\(what) has \(length) characters, not 1 to \(longest)" }
    return ShownText.fault(in: text).map { "\(what) holds \($0)" }
  }
}
