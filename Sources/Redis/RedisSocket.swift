internal import CHiredis
import Glibc
import Readiness

/// One hiredis context, non-blocking. Bytes go in and out when the owner says so; waiting is the owner's.
///
/// Unchecked: hiredis wants one thread at a time, which each owner guarantees.
final class RedisSocket: @unchecked Sendable {
  private let context: UnsafeMutablePointer<redisContext>
  private static let connectThreads = BlockingThreads(name: "redis-connect", count: 2)
  /// hiredis writes with write(2): without this, a server that hangs up would end the process.
  private static let ignoresBrokenPipes: Bool = {
    _ = signal(SIGPIPE, SIG_IGN)
    return true
  }()

  private init(_ context: UnsafeMutablePointer<redisContext>) { self.context = context }
  deinit { redisFree(context) }

  var descriptor: Int32 { context.pointee.fd }

  /// Connects and logs in; a server that accepts but does not answer is refused.
  static func connect(_ configuration: RedisConfiguration) async throws -> RedisSocket {
    _ = ignoresBrokenPipes
    guard let address = RedisAddress(configuration.address) else {
      throw RedisError.unavailable("\(configuration.address) is no address.\nMaybe write unix:/path or host:port.")
    }
    let deadline = ContinuousClock.now + configuration.connectTimeout
    // Name lookup blocks.
    let socket: RedisSocket? = try await connectThreads.run {
      let context =
        switch address {
        case .unix(let path): redisConnectUnixNonBlock(path)
        case .tcp(let host, let port): redisConnectNonBlock(host, Int32(port))
        }
      return context.map(RedisSocket.init)
    }
    guard let socket else { throw RedisError.unavailable("out of memory") }
    try socket.check()
    guard try await Readiness.shared.wait(for: .write, on: socket.descriptor, until: deadline) != .deadlineReached
    else {
      throw RedisError.unavailable("no answer within \(configuration.connectTimeout)")
    }
    if let password = configuration.password { try socket.append([.string("AUTH"), .string(password)]) }
    try socket.append([.string("PING")])
    for _ in 0..<(configuration.password == nil ? 1 : 2) {
      if case .error(let message) = try await socket.reply(until: deadline) { throw RedisError.unavailable(message) }
    }
    return socket
  }

  func append(_ command: [RedisArgument]) throws {
    let words = command.map(\.wire)
    let lengths = words.map(\.count)
    var bytes = words.flatMap { $0 }
    bytes.append(0)  // never an empty buffer, whose address would be nil
    let status = bytes.withUnsafeBytes { buffer in
      var offset = 0
      var pointers: [UnsafePointer<CChar>?] = lengths.map { length in
        defer { offset += length }
        return buffer.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self)
      }
      return redisAppendCommandArgv(context, Int32(words.count), &pointers, lengths)
    }
    guard status == REDIS_OK else { throw lost() }
  }

  /// True when nothing is left to write.
  func write() throws -> Bool {
    var isDone: Int32 = 0
    guard redisBufferWrite(context, &isDone) == REDIS_OK else { throw lost() }
    return isDone == 1
  }

  /// Takes in what has arrived.
  func read() throws {
    guard redisBufferRead(context) == REDIS_OK else { throw lost() }
  }

  /// The next complete reply among what has been read.
  func nextReply() throws -> RedisReply? {
    var raw: UnsafeMutableRawPointer?
    guard redisGetReplyFromReader(context, &raw) == REDIS_OK else { throw lost() }
    guard let raw else { return nil }
    defer { freeReplyObject(raw) }
    return RedisReply(raw.assumingMemoryBound(to: redisReply.self))
  }

  /// For the handshake only, while nobody else uses the socket.
  private func reply(until deadline: ContinuousClock.Instant) async throws -> RedisReply {
    while true {
      let isWritten = try write()
      if let reply = try nextReply() { return reply }
      let outcome = try await Readiness.shared.wait(
        for: isWritten ? .read : [.read, .write], on: descriptor, until: deadline)
      if outcome == .deadlineReached { throw RedisError.unavailable("it accepts connections but does not answer") }
      try read()
    }
  }

  private func check() throws {
    if context.pointee.err != 0 { throw RedisError.unavailable(message) }
  }

  private var message: String {
    withUnsafeBytes(of: context.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  private func lost() -> RedisError { .connectionLost(message) }
}

extension RedisReply {
  /// Copies; the caller frees `raw`.
  fileprivate init(_ raw: UnsafePointer<redisReply>) {
    let reply = raw.pointee
    let bytes = UnsafeRawBufferPointer(start: reply.str, count: reply.str == nil ? 0 : Int(reply.len))
    switch reply.type {
    case REDIS_REPLY_STRING: self = .bytes(Array(bytes))
    case REDIS_REPLY_STATUS: self = .status(String(decoding: bytes, as: UTF8.self))
    case REDIS_REPLY_ERROR: self = .error(String(decoding: bytes, as: UTF8.self))
    case REDIS_REPLY_INTEGER: self = .integer(reply.integer)
    case REDIS_REPLY_ARRAY:
      self = .array((0..<Int(reply.elements)).map { index in reply.element[index].map { RedisReply($0) } ?? .null })
    default: self = .null
    }
  }
}
