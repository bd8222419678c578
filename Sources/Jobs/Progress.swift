public import Foundation
public import Tenancy

/// One event of a running job, as its worker publishes it and as SSE and WebSocket carry it.
public struct Progress: Hashable, Sendable, Codable {
  public var job: JobID
  public var fence: Fence
  /// Counts the events under one fence, from 1.
  public var seq: Int64
  public var phase: String
  /// The variant in work, nil while the work serves all of them.
  public var variant: String?
  /// 0...99.9; only PostgreSQL says 100. Never falls, and never more than PostgreSQL holds: see `ProgressSequence`.
  public var percent: Double
  public var message: String
  /// Seconds left, low and high.
  public var etaLow: Double?
  public var etaHigh: Double?
  public var hardViolations: Int
  public var unplaced: Int
  public var cost: Int64
  /// The share of the first variant's cost that twice the time is expected to save, 0...1; nil until that is known.
  public var gainOfTwiceTheTime: Double?
  public var updatedAt: Date

  public init(
    job: JobID, fence: Fence, seq: Int64, phase: String, variant: String? = nil, percent: Double, message: String,
    etaLow: Double? = nil, etaHigh: Double? = nil, hardViolations: Int = 0, unplaced: Int = 0, cost: Int64 = 0,
    gainOfTwiceTheTime: Double? = nil, updatedAt: Date
  ) {
    self.job = job
    self.fence = fence
    self.seq = seq
    self.phase = phase
    self.variant = variant
    self.percent = percent
    self.message = message
    self.etaLow = etaLow
    self.etaHigh = etaHigh
    self.hardViolations = hardViolations
    self.unplaced = unplaced
    self.cost = cost
    self.gainOfTwiceTheTime = gainOfTwiceTheTime
    self.updatedAt = updatedAt
  }

  /// `<fence>-<seq>`: the id of the event in the Redis stream, in SSE, and for resuming.
  public var eventID: String { "\(fence)-\(seq)" }

  public static func parse(eventID: String) -> (fence: Fence, seq: Int64)? {
    let parts = eventID.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let fence = Int64(parts[0]), let seq = Int64(parts[1]), fence >= 0, seq >= 0 else {
      return nil
    }
    return (Fence(rawValue: fence), seq)
  }

  /// The form that is stored and sent: one line, keys sorted, times in seconds since 1970.
  public func encoded() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .secondsSince1970
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// Nil for anything that is not an event of ours: what Redis holds is looked at, not trusted.
  public static func decoded(_ text: String) -> Progress? {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    return try? decoder.decode(Progress.self, from: Data(text.utf8))
  }
}

/// Where a job's progress lives in Redis. Every key and channel begins with the tenant.
public struct ProgressKeys: Hashable, Sendable {
  /// Hash: `fence`, `seq`, `body`.
  public let state: String
  /// Published: the body of each event.
  public let channel: String
  /// Stream of the last events, ids `<fence>-<seq>`, field `body`: for readers that come back.
  public let stream: String

  public init(tenant: TenantID, job: JobID) {
    let prefix = "t:\(tenant):job:\(job):progress"
    state = prefix
    channel = prefix + ":live"
    stream = prefix + ":events"
  }
}

/// Writes one event, unless a newer claim or a later event is there already.
public enum ProgressScript {
  /// KEYS: state, stream, channel. ARGV: fence, seq, body, seconds to live. Returns 1 if written, 0 if outdated.
  public static let write: StaticString = """
    local fence = tonumber(redis.call('HGET', KEYS[1], 'fence') or '-1')
    local seq = tonumber(redis.call('HGET', KEYS[1], 'seq') or '-1')
    local f, s = tonumber(ARGV[1]), tonumber(ARGV[2])
    if f < fence or (f == fence and s <= seq) then return 0 end
    redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'seq', ARGV[2], 'body', ARGV[3])
    redis.call('EXPIRE', KEYS[1], ARGV[4])
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', '512', ARGV[1] .. '-' .. ARGV[2], 'body', ARGV[3])
    redis.call('EXPIRE', KEYS[2], ARGV[4])
    redis.call('PUBLISH', KEYS[3], ARGV[3])
    return 1
    """

  public static func keys(_ keys: ProgressKeys) -> [String] { [keys.state, keys.stream, keys.channel] }

  public static func arguments(_ progress: Progress, secondsToLive: Int = 86_400) throws -> [String] {
    [String(progress.fence.rawValue), String(progress.seq), try progress.encoded(), String(secondsToLive)]
  }
}
