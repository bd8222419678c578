public import Foundation
public import Jobs
import Postgres
public import Tenancy
import Timetabling

/// Somebody who may sign in to one tenant.
public struct Account: Hashable, Sendable, Codable {
  public var id: UUID
  /// Lower case.
  public var email: String
  public var displayName: String
  public var roles: Set<Role>
  public var departments: [String]
  public var teacher: String?
  public var group: String?
  public var student: String?
  public var isEnabled: Bool
  /// Counts the revocations of all tokens of this account.
  public var tokenVersion: Int
  public var createdAt: Date
}

/// An account with the secret to compare a password with. Not encodable, so that it does not get out by accident.
public struct Credentials: Sendable {
  public var account: Account
  /// Nil: cannot sign in with a password.
  public var passwordHash: String?
}

public struct NewAccount: Sendable {
  public var email: String
  public var displayName: String
  public var passwordHash: String?
  public var roles: Set<Role>
  public var departments: [String]
  public var teacher: String?
  public var group: String?
  public var student: String?

  public init(
    email: String, displayName: String, passwordHash: String? = nil, roles: Set<Role>, departments: [String] = [],
    teacher: String? = nil, group: String? = nil, student: String? = nil
  ) {
    self.email = email.lowercased()
    self.displayName = displayName
    self.passwordHash = passwordHash
    self.roles = roles
    self.departments = departments
    self.teacher = teacher
    self.group = group
    self.student = student
  }
}

extension TenantTransaction {
  public func credentials(email: String) async throws -> Credentials? {
    try await sql.first(Self.credentials, email.lowercased())
  }

  public func account(_ id: UUID) async throws -> Account? { try await sql.first(Self.oneAccount, id) }

  /// By e-mail address, after the given one.
  public func accounts(after email: String = "", limit: Int = 50) async throws -> [Account] {
    try await sql.run(Self.accountPage, (email, max(1, min(200, limit))))
  }

  /// Makes the account with this e-mail address, or changes it; without a password hash the old one stays. Whoever
  /// loses or gains a role, a department or a password loses all tokens.
  public func upsertAccount(_ account: NewAccount) async throws -> Account {
    for (field, text) in [("email", account.email), ("displayName", account.displayName)] {
      guard (1...254).contains(text.unicodeScalars.count), ShownText.fault(in: text) == nil else {
        throw StoreError.unshowable(field: field, limit: 254)
      }
    }
    guard let id = try await sql.first(Self.upsertAccount, account), let stored = try await self.account(id) else {
      throw StoreError.unknown(kind: "account", id: account.email)
    }
    let limit = context.quotas.users
    if let count = try await sql.first(Self.countAccounts), count > limit {
      throw StoreError.quotaExceeded(name: "users", limit: limit)
    }
    try await appendAudit(action: "account.changed", subject: "account:\(id.uuidString.lowercased())")
    return stored
  }

  /// All of the account's tokens are void from now on. Returns the new version.
  public func revokeTokens(of account: UUID) async throws -> Int? {
    guard let version = try await sql.first(Self.bumpTokenVersion, account) else { return nil }
    try await appendAudit(action: "account.tokens-revoked", subject: "account:\(account.uuidString.lowercased())")
    return Int(version)
  }
}

// MARK: SQL

extension TenantTransaction {
  private static let credentials = Statement<String, Credentials>(
    """
    SELECT password_hash, jsonb_build_object('id', id, 'email', email, 'displayName', display_name,
      'roles', to_jsonb(roles), 'departments', to_jsonb(departments), 'teacher', teacher, 'group', class_group,
      'student', student, 'isEnabled', is_enabled, 'tokenVersion', token_version, 'createdAt', created_at)
    FROM account WHERE email = $1
    """,
    encode: { [.text($0)] }
  ) { (row: inout RowReader) throws(RowError) in
    let hash = try row.textIfPresent()
    return Credentials(account: try row.document(), passwordHash: hash)
  }

  private static let oneAccount = Statement<UUID, Account>.documents(
    """
    SELECT jsonb_build_object('id', id, 'email', email, 'displayName', display_name,
      'roles', to_jsonb(roles), 'departments', to_jsonb(departments), 'teacher', teacher, 'group', class_group,
      'student', student, 'isEnabled', is_enabled, 'tokenVersion', token_version, 'createdAt', created_at)
    FROM account WHERE id = $1
    """
  ) { [.uuid($0)] }

  private static let accountPage = Statement<(String, Int), Account>.documents(
    """
    SELECT jsonb_build_object('id', id, 'email', email, 'displayName', display_name,
      'roles', to_jsonb(roles), 'departments', to_jsonb(departments), 'teacher', teacher, 'group', class_group,
      'student', student, 'isEnabled', is_enabled, 'tokenVersion', token_version, 'createdAt', created_at)
    FROM account WHERE email > $1 ORDER BY email LIMIT $2
    """
  ) { [.text($0.0), .int(Int64($0.1))] }

  private static let upsertAccount = Statement<NewAccount, UUID>(
    """
    INSERT INTO account AS a (id, email, display_name, password_hash, roles, departments, teacher, class_group, student)
    VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (email) DO UPDATE SET display_name = excluded.display_name,
      password_hash = coalesce(excluded.password_hash, a.password_hash), roles = excluded.roles,
      departments = excluded.departments, teacher = excluded.teacher, class_group = excluded.class_group,
      student = excluded.student, changed_at = clock_timestamp(),
      token_version = a.token_version + CASE WHEN (a.roles, a.departments, a.teacher, a.class_group, a.student)
          IS DISTINCT FROM (excluded.roles, excluded.departments, excluded.teacher, excluded.class_group, excluded.student)
        OR excluded.password_hash IS NOT NULL AND excluded.password_hash <> coalesce(a.password_hash, '')
        THEN 1 ELSE 0 END
    RETURNING id
    """,
    encode: { new in
      [
        .text(new.email), .text(new.displayName), .optional(new.passwordHash),
        .textArray(new.roles.map(\.rawValue).sorted()), .textArray(new.departments), .optional(new.teacher),
        .optional(new.group), .optional(new.student),
      ]
    }
  ) { (row: inout RowReader) throws(RowError) in try row.uuid() }

  private static let countAccounts = Statement<Void, Int64>("SELECT count(*) FROM account") {
    (row: inout RowReader) throws(RowError) in try row.int()
  }

  private static let bumpTokenVersion = Statement<UUID, Int64>(
    "UPDATE account SET token_version = token_version + 1, changed_at = clock_timestamp() WHERE id = $1 RETURNING token_version",
    encode: { [.uuid($0)] }
  ) { (row: inout RowReader) throws(RowError) in try row.int() }
}
