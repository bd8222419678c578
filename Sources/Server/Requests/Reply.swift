import Foundation
import HTTPTypes
import Hummingbird

/// Makes answers.
enum Reply {
  static let encoder: @Sendable () -> JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return encoder
  }

  static func data(_ value: some Encodable) -> Data {
    do {
      return try encoder().encode(value)
    } catch {
      preconditionFailure("A \(type(of: value)) cannot be written as JSON: \(error)")
    }
  }

  static func json(
    _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    json(data: data(value), status: status, headers: headers)
  }

  /// `data` is JSON already.
  static func json(data: Data, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
    var headers = headers
    headers[.contentType] = "application/json"
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
  }

  static func text(_ text: String, type: String) -> Response {
    Response(status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
