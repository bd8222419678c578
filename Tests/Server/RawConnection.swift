import Foundation
import NIOCore
import NIOPosix

/// A socket without a protocol: for looking at bytes as they come.
struct RawConnection: Sendable {
  private let inbound: NIOAsyncChannelInboundStream<ByteBuffer>
  private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

  @discardableResult
  static func with<Value: Sendable>(
    port: Int, _ body: (inout Reader, RawConnection) async throws -> Value
  ) async throws -> Value {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      var reader = Reader(iterator: inbound.makeAsyncIterator())
      return try await body(&reader, RawConnection(inbound: inbound, outbound: outbound))
    }
  }

  func write(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }
  func write(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

  struct Reader {
    var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private(set) var bytes: [UInt8] = []

    init(iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) { self.iterator = iterator }

    /// Everything up to and with the first `text`; what follows stays for the next call.
    mutating func read(through text: String) async throws -> String {
      let end = Array(text.utf8)
      while true {
        if let range = bytes.firstRange(of: end) {
          let found = String(decoding: bytes[..<range.upperBound], as: UTF8.self)
          bytes.removeSubrange(..<range.upperBound)
          return found
        }
        try await more()
      }
    }

    /// Everything until the server ends the connection, however it does that.
    mutating func readToEnd() async -> String {
      do { while true { try await more() } } catch { return String(decoding: bytes, as: UTF8.self) }
    }

    /// One unmasked WebSocket frame.
    mutating func frame() async throws -> (opcode: UInt8, payload: [UInt8]) {
      try await fill(2)
      var start = 2
      var length = Int(bytes[1] & 0x7F)
      if length == 126 {
        try await fill(4)
        length = Int(bytes[2]) << 8 | Int(bytes[3])
        start = 4
      }
      try await fill(start + length)
      let frame = (bytes[0] & 0x0F, Array(bytes[start..<start + length]))
      bytes.removeSubrange(..<(start + length))
      return frame
    }

    private mutating func fill(_ count: Int) async throws { while bytes.count < count { try await more() } }

    private mutating func more() async throws {
      guard let buffer = try await iterator.next() else { throw ConnectionEnded() }
      bytes += Array(buffer.readableBytesView)
    }
  }
}

struct ConnectionEnded: Error {}
