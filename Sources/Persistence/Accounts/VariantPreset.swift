public import Foundation
public import Jobs
import Postgres

/// How a tenant wants one of its variants weighed. Every change makes a new version; jobs keep the one they used.
public struct VariantPreset: Hashable, Sendable, Codable {
  public var id: UUID
  public var version: Int
  public var position: Int
  public var name: String
  public var strategy: String
  public var options: [String: Double]
  public var isStrict: Bool
  public var createdBy: String
  public var createdAt: Date

  /// What a job carries of it.
  public var request: VariantRequest {
    VariantRequest(
      name: name, strategy: strategy, options: options, isStrict: isStrict, preset: id, presetVersion: version)
  }
}

public struct NewPreset: Sendable {
  /// Nil: a new preset.
  public var id: UUID?
  /// The version that was looked at; nil to overwrite whatever is there.
  public var expectedVersion: Int?
  public var position: Int
  public var name: String
  public var strategy: String
  public var options: [String: Double]
  public var isStrict: Bool

  public init(
    id: UUID? = nil, expectedVersion: Int? = nil, position: Int = 0, name: String, strategy: String,
    options: [String: Double] = [:], isStrict: Bool = false
  ) {
    self.id = id
    self.expectedVersion = expectedVersion
    self.position = position
    self.name = name
    self.strategy = strategy
    self.options = options
    self.isStrict = isStrict
  }
}

extension TenantTransaction {
  /// In their order.
  public func presets() async throws -> [VariantPreset] { try await sql.run(Self.allPresets) }

  public func preset(_ id: UUID) async throws -> VariantPreset? { try await sql.first(Self.onePreset, id) }

  public func preset(named name: String) async throws -> VariantPreset? {
    try await presets().first { $0.name == name }
  }

  public func savePreset(_ new: NewPreset) async throws -> VariantPreset {
    var version = 0
    if let id = new.id {
      guard let current = try await sql.first(Self.lockPreset, id) else {
        throw StoreError.unknown(kind: "preset", id: id.uuidString.lowercased())
      }
      version = Int(current)
      if let expected = new.expectedVersion, expected != version {
        throw StoreError.stale(
          kind: "preset", id: id.uuidString.lowercased(), expected: expected, actual: version)
      }
    }
    if let twin = try await preset(named: new.name), twin.id != new.id {
      throw StoreError.nameTaken(kind: "preset", name: new.name)
    }
    if let id = new.id { try await sql.execute(Self.retirePreset, id) }
    let options = try JSONEncoder().encode(new.options)
    guard let id = try await sql.first(Self.insertPreset, (new, version + 1, options, actor)),
      let stored = try await preset(id)
    else { throw StoreError.unknown(kind: "preset", id: new.name) }
    try await appendAudit(
      action: "preset.saved", subject: "preset:\(id.uuidString.lowercased())", detail: try JSONEncoder().encode(stored))
    return stored
  }

  /// Its versions stay on record.
  public func deletePreset(_ id: UUID) async throws -> Bool {
    guard try await sql.execute(Self.retirePreset, id) > 0 else { return false }
    try await appendAudit(action: "preset.deleted", subject: "preset:\(id.uuidString.lowercased())")
    return true
  }
}

// MARK: SQL

extension TenantTransaction {
  private static let allPresets = Statement<Void, VariantPreset>.documents(
    """
    SELECT jsonb_build_object('id', id, 'version', version, 'position', position, 'name', name, 'strategy', strategy,
      'options', options, 'isStrict', is_strict, 'createdBy', created_by, 'createdAt', created_at)
    FROM variant_preset WHERE is_current ORDER BY position, name
    """)

  private static let onePreset = Statement<UUID, VariantPreset>.documents(
    """
    SELECT jsonb_build_object('id', id, 'version', version, 'position', position, 'name', name, 'strategy', strategy,
      'options', options, 'isStrict', is_strict, 'createdBy', created_by, 'createdAt', created_at)
    FROM variant_preset WHERE id = $1 AND is_current
    """
  ) { [.uuid($0)] }

  private static let lockPreset = Statement<UUID, Int64>(
    "SELECT version FROM variant_preset WHERE id = $1 AND is_current FOR UPDATE", encode: { [.uuid($0)] }
  ) { (row: inout RowReader) throws(RowError) in try row.int() }

  private static let retirePreset = Statement<UUID, Void>(
    "UPDATE variant_preset SET is_current = false WHERE id = $1 AND is_current"
  ) { [.uuid($0)] }

  private static let insertPreset = Statement<(NewPreset, Int, Data, String), UUID>(
    """
    INSERT INTO variant_preset (id, version, position, name, strategy, options, is_strict, created_by)
    VALUES (coalesce($1, gen_random_uuid()), $2, $3, $4, $5, $6, $7, $8) RETURNING id
    """,
    encode: { new, version, options, actor in
      [
        .optional(new.id), .int(Int64(version)), .int(Int64(new.position)), .text(new.name), .text(new.strategy),
        .json(options), .bool(new.isStrict), .text(actor),
      ]
    }
  ) { (row: inout RowReader) throws(RowError) in try row.uuid() }
}
