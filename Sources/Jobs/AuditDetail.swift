public import Foundation

/// How the audit log is written: dates as ISO 8601, members in alphabetical order. Ids are strings in lower case, which
/// `UUID` itself does not write: a detail has `String` for them.
public enum AuditDetail {
  public static func data(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return try encoder.encode(value)
  }
}
