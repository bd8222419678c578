import FoundationEssentials

/// One value sent to the server, apart from the SQL text.
public enum Parameter: Sendable, Equatable {
  /// The server infers the type from the place where the parameter stands.
  case null
  /// A null where the place does not tell the type, as in `$1 IS NULL`; made by `optional(_:)`.
  case typedNull(ParameterType)
  /// The server infers the type, so that a text fits text, enum, inet and all others that have a text form.
  /// Where the place does not tell, write `$1::text`. Must not contain U+0000.
  case text(String)
  /// int8. Functions that want int4 need `$1::int`.
  case int(Int64)
  case bool(Bool)
  /// float8
  case double(Double)
  /// bytea
  case bytes([UInt8])
  case uuid(UUID)
  /// jsonb; UTF-8 text of one JSON value
  case json(Data)
  /// timestamptz, with microseconds
  case timestamp(Date)
  /// text[]
  case textArray([String])
  /// int8[]
  case intArray([Int64])
  case uuidArray([UUID])

  public static func optional(_ value: String?) -> Parameter { value.map(Parameter.text) ?? .null }
  public static func optional(_ value: Int64?) -> Parameter { value.map(Parameter.int) ?? .typedNull(.int8) }
  public static func optional(_ value: Bool?) -> Parameter { value.map(Parameter.bool) ?? .typedNull(.bool) }
  public static func optional(_ value: Double?) -> Parameter { value.map(Parameter.double) ?? .typedNull(.float8) }
  public static func optional(_ value: [UInt8]?) -> Parameter { value.map(Parameter.bytes) ?? .typedNull(.bytea) }
  public static func optional(_ value: UUID?) -> Parameter { value.map(Parameter.uuid) ?? .typedNull(.uuid) }
  public static func optional(_ value: Data?) -> Parameter { value.map(Parameter.json) ?? .typedNull(.jsonb) }
  public static func optional(_ value: Date?) -> Parameter {
    value.map(Parameter.timestamp) ?? .typedNull(.timestamptz)
  }
}

/// The server's built-in types that this module writes or reads, by the numbers PostgreSQL fixed for them.
public struct ParameterType: RawRepresentable, Sendable, Hashable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let unspecified = ParameterType(rawValue: 0)
  public static let bool = ParameterType(rawValue: 16)
  public static let bytea = ParameterType(rawValue: 17)
  public static let name = ParameterType(rawValue: 19)
  public static let int8 = ParameterType(rawValue: 20)
  public static let int2 = ParameterType(rawValue: 21)
  public static let int4 = ParameterType(rawValue: 23)
  public static let text = ParameterType(rawValue: 25)
  public static let json = ParameterType(rawValue: 114)
  public static let float4 = ParameterType(rawValue: 700)
  public static let float8 = ParameterType(rawValue: 701)
  public static let unknown = ParameterType(rawValue: 705)
  public static let bpchar = ParameterType(rawValue: 1042)
  public static let varchar = ParameterType(rawValue: 1043)
  public static let timestamptz = ParameterType(rawValue: 1184)
  public static let uuid = ParameterType(rawValue: 2950)
  public static let jsonb = ParameterType(rawValue: 3802)
  public static let textArray = ParameterType(rawValue: 1009)
  public static let int8Array = ParameterType(rawValue: 1016)
  public static let uuidArray = ParameterType(rawValue: 2951)

  /// Types made by CREATE TYPE or CREATE EXTENSION.
  var isUserDefined: Bool { rawValue >= 16384 }
}
