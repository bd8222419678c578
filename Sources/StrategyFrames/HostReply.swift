/// What the host answers. It speaks first: `ready` or `failed`, once its library is loaded or refused.
package enum HostReply: Equatable, Sendable {
  /// The library is loaded behind these walls ("landlock 7", "seccomp") and offers these strategies.
  case ready(walls: [String], strategies: [Descriptor])
  case done
  case weights([Int32])
  /// `status` is one of the TTW_… codes.
  case failed(status: Int32, message: String)

  /// The fields of `ttw_descriptor_t`.
  package struct Descriptor: Equatable, Sendable {
    package var id: String
    package var name: String
    package var version: String
    package var summary: String
    package var options: [Option]

    package init(id: String, name: String, version: String, summary: String, options: [Option]) {
      self.id = id
      self.name = name
      self.version = version
      self.summary = summary
      self.options = options
    }
  }

  /// The fields of `ttw_option_info_t`.
  package struct Option: Equatable, Sendable {
    package var id: String
    package var summary: String
    package var minimum: Double
    package var maximum: Double
    package var defaultValue: Double
    package var isInteger: Bool

    package init(
      id: String, summary: String, minimum: Double, maximum: Double, defaultValue: Double, isInteger: Bool
    ) {
      self.id = id
      self.summary = summary
      self.minimum = minimum
      self.maximum = maximum
      self.defaultValue = defaultValue
      self.isInteger = isInteger
    }
  }
}

extension HostReply {
  package func makeFrame() -> [UInt8] {
    var writer = FrameWriter()
    switch self {
    case .ready(let walls, let strategies):
      writer.put(UInt8(1))
      writer.put(UInt32(walls.count))
      for wall in walls { writer.put(wall) }
      writer.put(UInt32(strategies.count))
      for strategy in strategies { strategy.write(to: &writer) }
    case .done: writer.put(UInt8(2))
    case .weights(let weights):
      writer.put(UInt8(3))
      writer.put(weights)
    case .failed(let status, let message):
      writer.put(UInt8(4))
      writer.put(status)
      writer.put(message)
    }
    return writer.finish()
  }

  package init(frame: [UInt8]) throws(FrameError) {
    var reader = FrameReader(frame)
    switch try reader.integer(UInt8.self) {
    case 1:
      var walls: [String] = []
      for _ in 0..<(try reader.integer(UInt32.self)) { walls.append(try reader.text()) }
      var strategies: [Descriptor] = []
      for _ in 0..<(try reader.integer(UInt32.self)) { strategies.append(try Descriptor(from: &reader)) }
      self = .ready(walls: walls, strategies: strategies)
    case 2: self = .done
    case 3: self = .weights(try reader.integers())
    case 4: self = .failed(status: try reader.integer(), message: try reader.text())
    case let tag: throw .unknownTag(tag)
    }
    try reader.finish()
  }
}

extension HostReply.Descriptor {
  fileprivate func write(to writer: inout FrameWriter) {
    for text in [id, name, version, summary] { writer.put(text) }
    writer.put(UInt32(options.count))
    for option in options {
      writer.put(option.id)
      writer.put(option.summary)
      for value in [option.minimum, option.maximum, option.defaultValue] { writer.put(value) }
      writer.put(UInt8(option.isInteger ? 1 : 0))
    }
  }

  fileprivate init(from reader: inout FrameReader) throws(FrameError) {
    id = try reader.text()
    name = try reader.text()
    version = try reader.text()
    summary = try reader.text()
    options = []
    for _ in 0..<(try reader.integer(UInt32.self)) {
      options.append(
        HostReply.Option(
          id: try reader.text(), summary: try reader.text(), minimum: try reader.double(),
          maximum: try reader.double(), defaultValue: try reader.double(),
          isInteger: try reader.integer(UInt8.self) == 1))
    }
  }
}
