public import Foundation
public import Jobs
import Postgres
import Timetabling

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

  /// What `If-Match` compares: rises with every change of the list or of one preset.
  public func presetListTag() async throws -> String? {
    try await sql.first(Self.listRevision).map(String.init)
  }

  public func savePreset(_ new: NewPreset) async throws -> VariantPreset {
    _ = try await lockPresetList()
    let known = try await presets()
    let stored = try await store(new, replacing: try Self.current(of: new, in: known), beside: known)
    try await appendAudit(
      action: "preset.saved", subject: "preset:\(stored.id.uuidString.lowercased())",
      detail: try AuditDetail.data(PresetDetail(stored)))
    return stored
  }

  /// Its versions stay on record.
  public func deletePreset(_ id: UUID) async throws -> Bool {
    _ = try await lockPresetList()
    guard try await sql.execute(Self.retirePreset, id) > 0 else { return false }
    try await appendAudit(action: "preset.deleted", subject: "preset:\(id.uuidString.lowercased())")
    return true
  }

  /// The whole list in its order, positions counted from 1: a preset of a known id gets a new version where something
  /// of it differs, one without an id is made, one that is left out is retired. All or nothing, one editor at a time.
  public func replacePresets(
    _ wanted: [NewPreset], if precondition: Precondition = .none
  ) async throws -> [VariantPreset] {
    let tag = try await lockPresetList()
    let known = try await presets()
    try precondition.check("list", "variant-presets", current: known.isEmpty && precondition == .unstated ? nil : tag)
    var changed: [(new: NewPreset, old: VariantPreset?)] = []
    for (index, preset) in wanted.enumerated() {
      var new = preset
      new.position = index + 1
      let old = try Self.current(of: new, in: known)
      if old.map({ !$0.isAs(new) }) ?? true { changed.append((new, old)) }
    }
    let kept = Set(wanted.compactMap(\.id))
    let removed = known.filter { !kept.contains($0.id) }
    // What goes or changes goes first, so that a name may pass from one preset to another.
    for old in removed + changed.compactMap(\.old) { try await sql.execute(Self.retirePreset, old.id) }
    var saved: [VariantPreset] = []
    for change in changed { saved.append(try await store(change.new, replacing: change.old, beside: [])) }
    let detail = PresetListDetail(
      saved: saved.map(PresetDetail.init), removed: removed.map { $0.id.uuidString.lowercased() })
    if !saved.isEmpty || !removed.isEmpty {
      try await appendAudit(
        action: "presets.replaced", subject: "presets", detail: try AuditDetail.data(detail))
    }
    return try await presets()
  }

  /// The first statement of whatever changes presets; its revision rises whether or not something is found different.
  private func lockPresetList() async throws -> String {
    do {
      return String(try await sql.first(Self.raiseRevision) ?? 0)
    } catch let error as PostgresError where error.isServerError(SQLState.lockNotAvailable) {
      throw StoreError.busy(kind: "list", id: "variant-presets")
    }
  }

  private static func current(of new: NewPreset, in known: [VariantPreset]) throws -> VariantPreset? {
    guard let id = new.id else { return nil }
    let name = id.uuidString.lowercased()
    guard let current = known.first(where: { $0.id == id }) else { throw StoreError.unknown(kind: "preset", id: name) }
    if let expected = new.expectedVersion, expected != current.version {
      throw StoreError.stale(kind: "preset", id: name, expected: expected, actual: current.version)
    }
    return current
  }

  private func store(
    _ new: NewPreset, replacing old: VariantPreset?, beside others: [VariantPreset]
  ) async throws -> VariantPreset {
    guard (1...80).contains(new.name.unicodeScalars.count), ShownText.fault(in: new.name) == nil else {
      throw StoreError.unshowable(field: "name", limit: 80)
    }
    if others.contains(where: { $0.name == new.name && $0.id != new.id }) {
      throw StoreError.nameTaken(kind: "preset", name: new.name)
    }
    if let old { try await sql.execute(Self.retirePreset, old.id) }
    let options = try JSONEncoder().encode(new.options)
    guard let id = try await sql.first(Self.insertPreset, (new, (old?.version ?? 0) + 1, options, actor)),
      let stored = try await preset(id)
    else { throw StoreError.unknown(kind: "preset", id: new.name) }
    return stored
  }
}

extension VariantPreset {
  fileprivate func isAs(_ new: NewPreset) -> Bool {
    name == new.name && strategy == new.strategy && options == new.options && isStrict == new.isStrict
      && position == new.position
  }
}

/// A preset as the audit log shows it.
private struct PresetDetail: Encodable {
  var id: String
  var version: Int
  var position: Int
  var name: String
  var strategy: String
  var options: [String: Double]
  var isStrict: Bool

  init(_ preset: VariantPreset) {
    id = preset.id.uuidString.lowercased()
    version = preset.version
    position = preset.position
    name = preset.name
    strategy = preset.strategy
    options = preset.options
    isStrict = preset.isStrict
  }
}

private struct PresetListDetail: Encodable {
  var saved: [PresetDetail]
  /// Ids.
  var removed: [String]
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

  private static let listRevision = Statement<Void, Int64>("SELECT revision FROM preset_list") {
    (row: inout RowReader) throws(RowError) in try row.int()
  }

  /// The revision before, which an editor may have read.
  private static let raiseRevision = Statement<Void, Int64>(
    "UPDATE preset_list SET revision = revision + 1 RETURNING revision - 1"
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
