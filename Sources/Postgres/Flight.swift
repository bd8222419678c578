internal import CLibpq

/// A statement's text and the values of its parameters, as they go to the server.
struct Message: Sendable {
  let text: StaticString
  let wire: [WireParameter]

  init(_ text: StaticString, _ parameters: [Parameter]) throws {
    self.text = text
    wire = try parameters.map { try $0.wire() }
  }
}

/// Messages that go to the server together, in libpq's pipeline mode. Never empty.
struct Flight: Sendable {
  /// One message to the server that has one result.
  enum Step: Sendable {
    case forget(name: String)
    case prepare(Message, PreparedStatements.Key, name: String)
    case runPrepared(Message, name: String)
    case run(Message)

    var text: StaticString {
      switch self {
      case .forget: "DEALLOCATE"
      case .prepare(let message, _, _), .runPrepared(let message, _), .run(let message): message.text
      }
    }

    func send(_ connection: OpaquePointer) -> Int32 {
      switch self {
      case .forget(let name):
        // The name is made by this module from a number: nothing to quote.
        return PQsendQueryParams(connection, "DEALLOCATE \(name)", 0, nil, nil, nil, nil, 1)
      case .prepare(let message, _, let name):
        let types = message.wire.map(\.type.rawValue)
        return PQsendPrepare(connection, name, message.text.cString, Int32(types.count), types)
      case .runPrepared(let message, let name):
        let wire = message.wire
        return wire.withPointers { values in
          PQsendQueryPrepared(connection, name, Int32(wire.count), values, wire.lengths, wire.formats, 1)
        }
      case .run(let message):
        let wire = message.wire
        return wire.withPointers { values in
          PQsendQueryParams(
            connection, message.text.cString, Int32(wire.count), wire.map(\.type.rawValue), values, wire.lengths,
            wire.formats, 1)
        }
      }
    }
  }

  let steps: [Step]

  /// What an error calls it: whatever stands before it only prepares the last step.
  var name: String { steps[steps.count - 1].text.firstWords }

  /// Puts all steps in line. False when libpq refused one; the connection is of no more use then.
  func send(_ connection: OpaquePointer) -> Bool {
    PQenterPipelineMode(connection) == 1 && steps.allSatisfy { $0.send(connection) == 1 }
  }
}

extension StaticString {
  /// Literals end with a zero byte.
  var cString: UnsafePointer<CChar> { UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self) }
}
