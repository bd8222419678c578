import Foundation
import HTTPTypes
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
    let (tag, presets) = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) {
      (try await $0.presetListTag(), try await $0.presets())
    }
    return reply(presets, tag: tag)
  }

  private static func reply(_ presets: [VariantPreset], tag: String?) -> Response {
    var headers: HTTPFields = [:]
    if let tag { headers[.eTag] = Precondition.header(tag) }
    return Reply.json(PresetsDocument(presets: presets.map(PresetDocument.init)), headers: headers)
  }

  /// The whole list in its order: a preset of a known id gets a new version where it differs, one without is made, one
  /// that is left out is removed.
  private static func replace(_ call: Call, _ identity: Identity) async throws -> Response {
    let precondition = try call.precondition()
    var fields = try await call.fields()
    let items = fields.required("presets", fields.objects("presets", limit: 50))
    var wanted: [NewPreset] = []
    for (index, item) in (items ?? []).enumerated() {
      if let preset = preset(item, at: index, &fields) { wanted.append(preset) }
    }
    let names = wanted.map(\.name)
    if Set(names).count != names.count { fields.fail("presets", "value.twice", "Two presets have the same name.") }
    let ids = wanted.compactMap(\.id)
    if Set(ids).count != ids.count { fields.fail("presets", "value.twice", "Two presets have the same id.") }
    try fields.finish()
    let (tag, presets) = try await call.dependencies.pool.withTransaction(for: identity.tenant) { transaction in
      let presets = try await transaction.replacePresets(wanted, if: precondition)
      return (try await transaction.presetListTag(), presets)
    }
    return reply(presets, tag: tag)
  }

  private static func preset(
    _ item: [String: StrictJSON], at position: Int, _ fields: inout FieldReader
  ) -> NewPreset? {
    let place = "presets/\(position)"
    let known = ["id", "name", "options", "strategy", "strict", "version"]
    for name in item.keys.sorted() where !known.contains(name) {
      let shown = name.cut(to: 60)
      fields.fail(
        "\(place)/\(shown)", "member.unknown",
        "'\(shown)' is not known here.\nMaybe one of: \(known.joined(separator: ", ")).")
    }
    /// What the member is, where it is there and no null; fails where it is something else than `expected`.
    func member<Value>(_ name: String, _ expected: String, _ value: (StrictJSON) -> Value?) -> Value? {
      guard let found = item[name], found != .null else { return nil }
      if let value = value(found) { return value }
      fields.fail("\(place)/\(name)", "value.type", "'\(name)' is \(found.kind), but must be \(expected).")
      return nil
    }
    let id = member("id", "a UUID") { $0.string.flatMap(UUID.init(uuidString:)) }
    let version = member("version", "an integer from 1") { value in
      value.integer.flatMap { (1...Int64(Int32.max)).contains($0) ? Int($0) : nil }
    }
    let isStrict = member("strict", "true or false", \.bool) ?? false
    let options = member("options", "an object of numbers", \.object).map { self.options($0, place, &fields) } ?? [:]
    guard let name = item["name"]?.string, FieldReader.fault(in: name, limit: 80) == nil else {
      fields.fail("\(place)/name", "value.missing", "'name' must be a string of 1 to 80 characters, on one line.")
      return nil
    }
    guard let strategy = item["strategy"]?.string, isStrategyID(strategy) else {
      fields.fail("\(place)/strategy", "value.missing", "'strategy' must be a strategy's id, as org.horarium.balanced.")
      return nil
    }
    return NewPreset(
      id: id, expectedVersion: version, position: position + 1, name: name, strategy: strategy, options: options,
      isStrict: isStrict)
  }

  /// The letters that a plugin's descriptor may use for its id; whether one has it is not asked here.
  private static func isStrategyID(_ text: String) -> Bool {
    (3...200).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || [0x2D, 0x2E, 0x5F].contains($0)
      }
  }

  private static func options(
    _ members: [String: StrictJSON], _ place: String, _ fields: inout FieldReader
  ) -> [String: Double] {
    guard members.count <= 64 else {
      fields.fail("\(place)/options", "value.range", "'options' has \(members.count) members; at most 64 are taken.")
      return [:]
    }
    var options: [String: Double] = [:]
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      if let fault = FieldReader.fault(in: name, limit: 80) {
        fields.fail("\(place)/options/\(name.cut(to: 80))", "value.range", "The name of an option must \(fault).")
      } else if let number = value.double {
        options[name] = number
      } else {
        fields.fail("\(place)/options/\(name)", "value.type", "'\(name)' is \(value.kind), but must be a number.")
      }
    }
    return options
  }
}
