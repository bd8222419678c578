import Foundation
import FoundationNetworking

/// What a script of an institution would be: requests with a bearer token, answers as JSON.
struct Client: Sendable {
  let server: URL
  var token: String?

  struct Answer: Sendable {
    var status: Int
    var headers: [String: String]
    var body: Data

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON.
    func json() throws -> JSON { try JSONDecoder().decode(JSON.self, from: body) }
  }

  static func get(_ url: URL) async throws -> Answer { try await send(URLRequest(url: url)) }

  func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
    try await request("GET", path, headers: headers, body: nil)
  }

  func post(_ path: String, _ body: JSON = .object([:]), headers: [String: String] = [:]) async throws -> Answer {
    // Sorted: the same order twice is to be the same bytes, as an Idempotency-Key promises.
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try await request("POST", path, headers: headers, body: try encoder.encode(body))
  }

  func put(_ path: String, bytes: Data, headers: [String: String] = [:]) async throws -> Answer {
    try await request("PUT", path, headers: headers, body: bytes)
  }

  /// A client that is signed in.
  func signedIn(tenant: String, email: String, password: String) async throws -> Client {
    let body: JSON = ["tenant": .string(tenant), "email": .string(email), "password": .string(password)]
    let answer = try await post("/v1/sessions", body)
    guard answer.status == 200, let token = try answer.json()["accessToken"].text else {
      throw DeploymentError("sign-in of \(email): \(answer.status) \(answer.text)")
    }
    return Client(server: server, token: token)
  }

  private func request(
    _ method: String, _ path: String, headers: [String: String], body: Data?
  ) async throws -> Answer {
    guard let url = URL(string: path, relativeTo: server) else { throw DeploymentError("no address: \(path)") }
    var request = URLRequest(url: url)
    request.httpMethod = method
    request.timeoutInterval = 120
    if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
    if let body {
      request.httpBody = body
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    }
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    return try await Self.send(request)
  }

  private static func send(_ request: URLRequest) async throws -> Answer {
    let (body, response) = try await URLSession.shared.data(for: request)
    guard let http = response as? HTTPURLResponse else { throw DeploymentError("no HTTP answer from \(request)") }
    var headers: [String: String] = [:]
    for (name, value) in http.allHeaderFields { headers["\(name)".lowercased()] = "\(value)" }
    return Answer(status: http.statusCode, headers: headers, body: body)
  }
}

/// Any JSON value; a missing member reads as null, so that a test can say `answer["a"][0]["b"].text`.
enum JSON: Hashable, Sendable, Codable {
  case null, bool(Bool), number(Double), string(String), array([JSON]), object([String: JSON])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .string(text)
    } else if let array = try? value.decode([JSON].self) {
      self = .array(array)
    } else {
      self = .object(try value.decode([String: JSON].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .null: try value.encodeNil()
    case .bool(let bool): try value.encode(bool)
    case .number(let number): try value.encode(number)
    case .string(let text): try value.encode(text)
    case .array(let array): try value.encode(array)
    case .object(let object): try value.encode(object)
    }
  }

  subscript(_ name: String) -> JSON {
    if case .object(let object) = self { object[name] ?? .null } else { .null }
  }

  subscript(_ index: Int) -> JSON {
    if case .array(let array) = self, array.indices.contains(index) { array[index] } else { .null }
  }

  var text: String? { if case .string(let text) = self { text } else { nil } }
  var number: Double? { if case .number(let number) = self { number } else { nil } }
  var items: [JSON] { if case .array(let items) = self { items } else { [] } }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int) { self = .number(Double(value)) }
  init(arrayLiteral elements: JSON...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
}
