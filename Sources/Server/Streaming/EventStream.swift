import HTTPTypes
import Hummingbird

/// Server-sent events (WHATWG HTML, section 9.2).
enum EventStream {
  static func response(_ feed: ProgressFeed, after eventID: String?) -> Response {
    let body = ResponseBody { writer in
      try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
      let ending = try await feed.run(after: eventID) { output in
        try await writer.write(ByteBuffer(string: text(output)))
      }
      switch ending {
      case .tokenExpired: try await writer.write(ByteBuffer(string: "event: expired\ndata: {}\n\n"))
      case .accessEnded: try await writer.write(ByteBuffer(string: "event: revoked\ndata: {}\n\n"))
      case .jobEnded, .shutdown, .left: break
      }
      try await writer.finish(nil)
    }
    return Response(
      status: .ok,
      headers: [.contentType: "text/event-stream", .cacheControl: "no-store", .accelBuffering: "no"], body: body)
  }

  private static func text(_ output: ProgressFeed.Output) -> String {
    switch output {
    case .ping: return ": ping\n\n"
    case .frame(let frame):
      let data = String(decoding: Reply.data(ProgressDocument(frame.reading)), as: UTF8.self)
      let id = frame.eventID.map { "id: \($0)\n" } ?? ""
      return "event: \(frame.kind.rawValue)\n\(id)data: \(data)\n\n"
    }
  }
}
