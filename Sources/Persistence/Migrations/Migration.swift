internal import Crypto
import Foundation

/// One step of a schema: a script that is run once, in one transaction, and never changes afterwards.
struct Migration: Sendable {
  let version: Int
  let name: String
  let script: String

  /// Shows that a script which was applied has been edited since.
  var digest: String {
    SHA256.hash(data: Data(script.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// For the schema `horarium`, which all tenants share.
  static let control = [
    controlMigration0001, controlMigration0002, controlMigration0003, controlMigration0005, controlMigration0006,
    controlMigration0007, controlMigration0008,
  ]
  /// For each tenant's own schema. Names are unqualified: the search path decides.
  static let tenant = [
    tenantMigration0001, tenantMigration0002, tenantMigration0003, tenantMigration0004, tenantMigration0005,
    tenantMigration0006, tenantMigration0009, tenantMigration0010,
  ]
}
