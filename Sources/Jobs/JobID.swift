public import Foundation

/// A job's name: a UUID of version 7, so that ids made later sort later.
public struct JobID: RawRepresentable, Hashable, Sendable {
  public let rawValue: UUID

  public init(rawValue: UUID) { self.rawValue = rawValue }

  public static func make(at time: Date, using generator: inout some RandomNumberGenerator) -> JobID {
    JobID(rawValue: UUID.timeOrdered(at: time, using: &generator))
  }
}

extension JobID: LosslessStringConvertible, Codable, Comparable {
  public init?(_ description: String) {
    guard let uuid = UUID(uuidString: description) else { return nil }
    rawValue = uuid
  }

  public var description: String { rawValue.uuidString.lowercased() }

  public static func < (left: Self, right: Self) -> Bool { left.description < right.description }

  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(UUID.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// A claim's number among its tenant's claims, from 1: of two of them the later has the higher one.
public struct Fence: RawRepresentable, Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  public let rawValue: Int64

  public init(rawValue: Int64) { self.rawValue = rawValue }

  public var description: String { String(rawValue) }
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  public init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(Int64.self) }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

extension UUID {
  /// Version 7 (RFC 9562): 48 bits of milliseconds, then 74 random bits.
  public static func timeOrdered(at time: Date, using generator: inout some RandomNumberGenerator) -> UUID {
    let milliseconds = UInt64(max(0, time.timeIntervalSince1970 * 1000))
    let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0..<0x1000, using: &generator)
    let low = 0x8000_0000_0000_0000 | UInt64.random(in: 0..<0x4000_0000_0000_0000, using: &generator)
    var bytes = [UInt8](repeating: 0, count: 16)
    for index in 0..<8 {
      bytes[index] = UInt8(truncatingIfNeeded: high >> UInt64(56 - 8 * index))
      bytes[8 + index] = UInt8(truncatingIfNeeded: low >> UInt64(56 - 8 * index))
    }
    return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }
}
