internal import Crypto
internal import CryptoExtras
internal import Foundation

/// A password's scrypt hash (RFC 7914) as accounts store it: `scrypt$<log2 N>$<r>$<p>$<salt>$<key>`, base64.
///
/// Hashing takes about 100 ms and 64 MiB on purpose: call it on a thread of its own, never on the
/// cooperative pool.
public struct PasswordHash: Hashable, Sendable {
  /// What scrypt costs. The stored text carries its own, so they can be raised without anybody signing in anew.
  public struct Cost: Hashable, Sendable {
    /// Base 2 logarithm of the number of rounds. 4...20, default 16.
    public let logarithmOfRounds: Int
    /// 1...16, default 8.
    public let blockSize: Int
    /// 1...16, default 1.
    public let parallelism: Int

    public init(logarithmOfRounds: Int = 16, blockSize: Int = 8, parallelism: Int = 1) {
      precondition(
        (4...20).contains(logarithmOfRounds) && (1...16).contains(blockSize) && (1...16).contains(parallelism))
      self.logarithmOfRounds = logarithmOfRounds
      self.blockSize = blockSize
      self.parallelism = parallelism
    }
  }

  public static let minimumLength = 10
  /// Longer ones are refused before they are hashed.
  public static let maximumLength = 256

  public let cost: Cost
  private let salt: [UInt8]
  private let key: [UInt8]

  /// Hashes with a fresh random salt of 16 bytes.
  public init(of password: String, cost: Cost = Cost()) throws(PasswordError) {
    let length = password.utf8.count
    guard (Self.minimumLength...Self.maximumLength).contains(length) else { throw .badLength(length) }
    var generator = SystemRandomNumberGenerator()
    let salt = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
    guard let key = Self.derive(password, salt: salt, cost: cost) else { throw .hashingFailed }
    (self.cost, self.salt, self.key) = (cost, salt, key)
  }

  /// Nil unless it is what `text` makes.
  public init?(text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]), (4...20).contains(rounds),
      let blockSize = Int(parts[2]), (1...16).contains(blockSize), let parallelism = Int(parts[3]),
      (1...16).contains(parallelism), let salt = Data(base64Encoded: String(parts[4])), salt.count >= 16,
      let key = Data(base64Encoded: String(parts[5])), key.count == 32
    else { return nil }
    cost = Cost(logarithmOfRounds: rounds, blockSize: blockSize, parallelism: parallelism)
    (self.salt, self.key) = (Array(salt), Array(key))
  }

  public var text: String {
    let (salt, key) = (Data(salt).base64EncodedString(), Data(key).base64EncodedString())
    return "scrypt$\(cost.logarithmOfRounds)$\(cost.blockSize)$\(cost.parallelism)$\(salt)$\(key)"
  }

  /// Takes the same time whether it matches or not.
  public func matches(_ password: String) -> Bool {
    guard password.utf8.count <= Self.maximumLength,
      let other = Self.derive(password, salt: salt, cost: cost), other.count == key.count
    else { return false }
    return zip(key, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// No password matches it, and finding that out takes as long as with any: for accounts that don't exist.
  public static func unmatchable(cost: Cost = Cost()) -> PasswordHash {
    var generator = SystemRandomNumberGenerator()
    func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) } }
    return PasswordHash(cost: cost, salt: random(16), key: random(32))
  }

  private init(cost: Cost, salt: [UInt8], key: [UInt8]) {
    (self.cost, self.salt, self.key) = (cost, salt, key)
  }

  private static func derive(_ password: String, salt: [UInt8], cost: Cost) -> [UInt8]? {
    let key = try? KDF.Scrypt.deriveKey(
      from: Data(password.utf8), salt: Data(salt), outputByteCount: 32, rounds: 1 << cost.logarithmOfRounds,
      blockSize: cost.blockSize, parallelism: cost.parallelism)
    return key?.withUnsafeBytes { Array($0) }
  }
}

public enum PasswordError: Error, Hashable, Sendable, CustomStringConvertible {
  case badLength(Int)
  case hashingFailed

  public var description: String {
    switch self {
    case .badLength(let length):
      """
      The password has \(length) bytes, but \(PasswordHash.minimumLength) to \(PasswordHash.maximumLength) are needed.
      Maybe take a few words instead of one.
      """
    case .hashingFailed: "The password could not be hashed.\nMaybe too little memory is free."
    }
  }
}
