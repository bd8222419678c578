import Foundation
import Tenancy
import Yams

/// The desired state of one tenant: `tenants/<slug>/tenant.yaml`, and its institution beside it.
package struct TenantFile: Decodable {
  package struct Preset: Decodable {
    package var name: String
    package var strategy: String
    package var options: [String: Double]?
    /// A faulty strategy fails the variant instead of falling back. Default: false.
    package var strict: Bool?
  }

  package struct Approvals: Decodable {
    /// Lets people approve what they selected or submitted themselves, where there is nobody else.
    package var own: Bool?
  }

  package struct Account: Decodable {
    package var email: String
    package var name: String
    package var roles: [Role]
    /// In plain text, for demonstrations only; set when the account is made. Left out: an account that nobody can sign in
    /// to, until a password is set.
    package var password: String?
    package var departments: [String]?
    package var teacher: String?
    package var group: String?
    package var student: String?
  }

  package var slug: TenantSlug
  package var name: String
  package var plan: String
  package var quotas: QuotaOverrides?
  /// A file or folder beside the tenant.yaml.
  package var institution: String?
  package var approvals: Approvals?
  package var presets: [Preset]?
  package var accounts: [Account]?

  /// The tenants of a folder, by name. Folders without a tenant.yaml, and those that begin with `_` or `.`, are none.
  package static func all(in folder: String) throws -> [(path: String, file: TenantFile)] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw InputError(message: "There is no folder '\(folder)'.\nMaybe name the folder 'tenants' of the project.")
    }
    let folders = names.filter { !$0.hasPrefix(".") && !$0.hasPrefix("_") && $0 != "template" }
    return try folders.filter { try isTenant("\(folder)/\($0)") }.map { slug in
      let path = "\(folder)/\(slug)"
      let file = try read("\(path)/tenant.yaml")
      guard file.slug.rawValue == slug else {
        throw InputError(
          message:
            "\(path)/tenant.yaml is about '\(file.slug)', but its folder is '\(slug)'.\nMaybe rename one of them.")
      }
      return (path, file)
    }
  }

  /// A file whose name is nearly the right one would else be a tenant that nobody applies.
  private static func isTenant(_ path: String) throws -> Bool {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return false }
    if names.contains("tenant.yaml") { return true }
    let near = ["tenant.yaml", "tenant.yml", "tenants.yaml", "tenants.yml", "tenant.json"]
    if let name = names.sorted().first(where: { near.contains($0.lowercased()) }) {
      throw InputError(message: "\(path)/\(name) is not read.\nMaybe rename it to tenant.yaml.")
    }
    return false
  }

  static func read(_ path: String) throws -> TenantFile {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    do {
      try refuseUnknownKeys(try Yams.load(yaml: text))
      let file = try YAMLDecoder().decode(TenantFile.self, from: text)
      try file.refuseMistakes()
      return file
    } catch let error as DecodingError {
      throw InputError(message: "\(path): \(error.inWords)")
    } catch {
      throw InputError(message: "\(path): \(error)")
    }
  }

  private static let keys: [String: Set<String>] = [
    "": ["slug", "name", "plan", "quotas", "institution", "approvals", "presets", "accounts"],
    "approvals": ["own"],
    "quotas": [
      "runningJobs", "queuedJobs", "lessonsPerJob", "variantsPerJob", "solverSecondsPerJob", "solverSecondsPerMonth",
      "requestsPerSecond", "users", "storageMegabytes",
    ],
    "presets": ["name", "strategy", "options", "strict"],
    "accounts": ["email", "name", "roles", "password", "departments", "teacher", "group", "student"],
  ]

  /// A key with a slip of the pen would else be silently without effect.
  private static func refuseUnknownKeys(_ document: Any?) throws {
    guard let document = document as? [String: Any] else {
      throw InputError(message: "the file is not a mapping of keys to values")
    }
    var found = document.keys.filter { !keys["", default: []].contains($0) }
    for part in ["approvals", "quotas"] {
      let own = (document[part] as? [String: Any] ?? [:]).keys
      found += own.filter { !keys[part, default: []].contains($0) }.map { "\(part).\($0)" }
    }
    for list in ["presets", "accounts"] {
      for item in document[list] as? [[String: Any]] ?? [] {
        found += item.keys.filter { !keys[list, default: []].contains($0) }.map { "\(list).\($0)" }
      }
    }
    guard found.isEmpty else {
      throw InputError(
        message:
          "unknown keys: \(found.sorted().joined(separator: ", "))\nMaybe tenants/README.md lists what was meant.")
    }
  }
}

extension DecodingError {
  /// Where, and what.
  var inWords: String {
    let (context, what): (Context, String) =
      switch self {
      case .keyNotFound(let key, let context): (context, "'\(key.stringValue)' is missing")
      case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
        (context, context.debugDescription)
      @unknown default: (Context(codingPath: [], debugDescription: ""), "\(self)")
      }
    let place = context.codingPath.map(\.stringValue).joined(separator: ".")
    return place.isEmpty ? what : "\(place): \(what)"
  }
}
