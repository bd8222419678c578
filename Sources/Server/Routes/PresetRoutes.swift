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
    let (tag, presets) = try await call.dependencies.pool.withTransaction(
      for: identity.tenant, isolation: .repeatableRead
    ) { (try await $0.presetListTag(), try await $0.presets()) }
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
    for name in item.keys where !["id", "name", "strategy", "options", "strict", "version"].contains(name) {
      fields.fail("\(place)/\(name)", "member.unknown", "'\(name)' is not known here.")
    }
    // A value of another type would else be silently left out.
    for (member, value) in item where value != .null {
      let (isRight, rule): (Bool, String) =
        switch member {
        case "id": (value.string.flatMap(UUID.init(uuidString:)) != nil, "a UUID")
        case "version": (value.integer.map { (1...Int64(Int32.max)).contains($0) } ?? false, "a whole number from 1")
        case "strict": (value.bool != nil, "true or false")
        case "options": (value.object != nil, "an object of numbers")
        default: (true, "")
        }
      if !isRight { fields.fail("\(place)/\(member)", "value.type", "'\(member)' must be \(rule).") }
    }
    guard let name = item["name"]?.string, (1...80).contains(name.count), isPlain(name) else {
      fields.fail(
        "\(place)/name", "value.missing", "'name' must be a string of 1 to 80 characters and no control characters.")
      return nil
    }
    guard let strategy = item["strategy"]?.string, (3...200).contains(strategy.utf8.count), isPlain(strategy) else {
      fields.fail("\(place)/strategy", "value.missing", "'strategy' must be a strategy's id, as org.horarium.balanced.")
      return nil
    }
    var options: [String: Double] = [:]
    for (name, value) in item["options"]?.object ?? [:] {
      guard let number = value.double, isPlain(name) else {
        fields.fail("\(place)/options/\(name)", "value.type", "'\(name)' is \(value.kind), but must be a number.")
        continue
      }
      options[name] = number
    }
    return NewPreset(
      id: item["id"]?.string.flatMap(UUID.init(uuidString:)), expectedVersion: item["version"]?.integer.map { Int($0) },
      position: position + 1, name: name, strategy: strategy, options: options, isStrict: item["strict"]?.bool ?? false)
  }

  private static func isPlain(_ text: String) -> Bool { text.unicodeScalars.allSatisfy { $0.value >= 32 } }
}
