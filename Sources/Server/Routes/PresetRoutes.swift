import Foundation
import Hummingbird
import Jobs
import Persistence
import Tokens

/// Variant presets: what a tenant's generations make variants with.
enum PresetRoutes {
  static let all: [Route] = [
    .member(.get, "/v1/variant-presets", .readPreset, list),
    .member(.put, "/v1/variant-presets", .writePreset, replace),
  ]

  struct PresetDocument: Encodable {
    var id: String
    var version: Int
    var name: String
    var strategy: String
    var options: [String: Double]
    /// A faulty strategy fails the variant instead of falling back.
    var strict: Bool

    init(_ preset: VariantPreset) {
      id = preset.id.uuidString.lowercased()
      version = preset.version
      name = preset.name
      strategy = preset.strategy
      options = preset.options
      strict = preset.isStrict
    }
  }

  private struct PresetsDocument: Encodable { var presets: [PresetDocument] }

  private static func list(_ call: Call, _ identity: Identity) async throws -> Response {
    let presets = try await call.dependencies.pool.withTransaction(for: identity.tenant) { try await $0.presets() }
    return Reply.json(PresetsDocument(presets: presets.map(PresetDocument.init)))
  }

  /// The whole list in its order: a preset of a known id gets a new version, one without is made, one that is left
  /// out is removed.
  private static func replace(_ call: Call, _ identity: Identity) async throws -> Response {
    var fields = try await call.fields()
    let items = fields.required("presets", fields.objects("presets", limit: 50))
    var wanted: [NewPreset] = []
    for (index, item) in (items ?? []).enumerated() {
      if let preset = preset(item, at: index, &fields) { wanted.append(preset) }
    }
    let names = wanted.map(\.name)
    if Set(names).count != names.count { fields.fail("presets", "value.twice", "Two presets have the same name.") }
    try fields.finish()
    let presets = try await call.dependencies.pool.withTransaction(for: identity.tenant) { transaction in
      let kept = Set(wanted.compactMap(\.id))
      for old in try await transaction.presets() where !kept.contains(old.id) {
        _ = try await transaction.deletePreset(old.id)
      }
      for preset in wanted { _ = try await transaction.savePreset(preset) }
      return try await transaction.presets()
    }
    return Reply.json(PresetsDocument(presets: presets.map(PresetDocument.init)))
  }

  private static func preset(
    _ item: [String: StrictJSON], at position: Int, _ fields: inout FieldReader
  ) -> NewPreset? {
    let place = "presets/\(position)"
    for name in item.keys where !["id", "name", "strategy", "options", "strict", "version"].contains(name) {
      fields.fail("\(place)/\(name)", "member.unknown", "'\(name)' is not known here.")
    }
    let id = item["id"]?.string.flatMap(UUID.init(uuidString:))
    if item["id"] != nil, id == nil { fields.fail("\(place)/id", "value.type", "'id' must be a UUID.") }
    guard let name = item["name"]?.string, (1...80).contains(name.count) else {
      fields.fail("\(place)/name", "value.missing", "'name' must be a string of 1 to 80 characters.")
      return nil
    }
    guard let strategy = item["strategy"]?.string, (3...200).contains(strategy.utf8.count) else {
      fields.fail("\(place)/strategy", "value.missing", "'strategy' must be a strategy's id, as org.horarium.balanced.")
      return nil
    }
    var options: [String: Double] = [:]
    for (name, value) in item["options"]?.object ?? [:] {
      guard let number = value.double else {
        fields.fail("\(place)/options/\(name)", "value.type", "'\(name)' is \(value.kind), but must be a number.")
        continue
      }
      options[name] = number
    }
    return NewPreset(
      id: id, expectedVersion: item["version"]?.integer.map { Int($0) }, position: position, name: name,
      strategy: strategy, options: options, isStrict: item["strict"]?.bool ?? false)
  }
}
