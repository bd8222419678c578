import Foundation
import Logging
import NIOCore
import NIOWebSocket

/// Sends a feed's frames as text messages; listens only for what ends the connection.
struct WebSocketSession: Sendable {
  let feed: ProgressFeed
  /// The id of the last event that the client has seen.
  let after: String?
  let logger: Logger
  /// The text of a frame's message.
  let text: @Sendable (ProgressFeedStateMachine.Frame) -> String

  func run(_ channel: WebSocketUpgradeChannel.WebSocket) async {
    do {
      try await channel.executeThenClose { inbound, outbound in
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await listen(inbound, outbound) }
          group.addTask { try await tell(outbound) }
          // Whichever ends first ends the other.
          try await group.next()
          group.cancelAll()
        }
      }
    } catch {
      logger.debug("WebSocket ended", metadata: ["error": .string("\(error)")])
    }
  }

  private func tell(_ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>) async throws {
    let ending = try await feed.run(after: after) { output in
      switch output {
      case .frame(let frame):
        try await outbound.write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text(frame))))
      case .ping: try await outbound.write(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()))
      }
    }
    switch ending {
    case .jobEnded: try await close(outbound, .normalClosure, "the job ended")
    case .tokenExpired: try await close(outbound, .policyViolation, "the token expired")
    case .accessEnded: try await close(outbound, .policyViolation, "you may watch no longer")
    case .shutdown: try await close(outbound, .goingAway, "the server shuts down")
    case .left: break
    }
  }

  private func listen(
    _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>, _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
  ) async throws {
    // A client answers pings, and sends some: each costs this side an answer.
    var frames = TokenBucket(capacity: 20, interval: .milliseconds(50), now: .now)
    for try await frame in inbound {
      if case .empty = frames.take(now: .now) {
        return try await close(outbound, .policyViolation, "too many frames")
      }
      if let complaint = Self.complaint(frame) { return try await close(outbound, .protocolError, complaint) }
      switch frame.opcode {
      case .ping:
        try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
      case .connectionClose:
        var data = frame.unmaskedData
        let code = data.readableBytes == 0 ? .normalClosure : data.readWebSocketErrorCode()
        return try await close(outbound, code ?? .protocolError, "")
      case .pong: break
      default:
        // Everything here is said by the server.
        return try await close(outbound, .policyViolation, "messages are not taken here")
      }
    }
  }

  /// What RFC 6455, section 5, wants of a client's frames and NIO's decoder does not look at.
  private static func complaint(_ frame: WebSocketFrame) -> String? {
    if frame.maskKey == nil { return "the frame is not masked" }
    if frame.rsv1 || frame.rsv2 || frame.rsv3 { return "a reserved bit is set" }
    switch frame.opcode {
    case .text, .binary, .connectionClose, .ping, .pong: return nil
    case .continuation: return "a continuation without a beginning"
    default: return "the opcode is not known"
    }
  }

  private func close(
    _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>, _ code: WebSocketErrorCode, _ reason: String
  ) async throws {
    var data = ByteBuffer()
    data.write(webSocketErrorCode: code)
    data.writeString(reason)
    try await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
  }
}
