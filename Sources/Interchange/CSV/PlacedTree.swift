/// A piece of the import document that knows where in the CSV files it came from.
indirect enum PlacedTree {
  /// A number, `true` or `false`, as JSON writes it.
  case literal(String, place: String)
  /// The remark stands in for what the reader would say of a text that it cannot take.
  case text(String, place: String, remark: String? = nil)
  case array([PlacedTree], place: String)
  case object([(name: String, value: PlacedTree)], place: String)

  var place: String {
    switch self {
    case .literal(_, let place), .text(_, let place, _), .array(_, let place), .object(_, let place): place
    }
  }

  /// Sets a member, through objects that are made where they are missing.
  mutating func set(_ path: ArraySlice<String>, to value: PlacedTree) {
    guard case .object(var members, let place) = self, let name = path.first else { return }
    let index = members.firstIndex { $0.name == name }
    if path.count == 1 {
      members.append((name, value))
    } else if let index {
      members[index].value.set(path.dropFirst(), to: value)
    } else {
      var inner = PlacedTree.object([], place: place)
      inner.set(path.dropFirst(), to: value)
      members.append((name, inner))
    }
    self = .object(members, place: place)
  }

  /// What the parser will find in the bytes, node by node.
  struct Serialized {
    var bytes: [UInt8] = []
    /// Where each node came from.
    var places: [String] = []
    var remarks: [Int: String] = [:]
  }

  func serialized() -> Serialized {
    var output = Serialized()
    write(&output)
    return output
  }

  private func write(_ output: inout Serialized) {
    output.places.append(place)
    switch self {
    case .literal(let text, _): output.bytes += text.utf8
    case .text(let text, _, let remark):
      output.remarks[output.places.count - 1] = remark
      Self.quote(text, &output.bytes)
    case .array(let elements, _):
      output.bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { output.bytes.append(UInt8(ascii: ",")) }
        element.write(&output)
      }
      output.bytes.append(UInt8(ascii: "]"))
    case .object(let members, _):
      output.bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { output.bytes.append(UInt8(ascii: ",")) }
        output.places.append(member.value.place)
        Self.quote(member.name, &output.bytes)
        output.bytes.append(UInt8(ascii: ":"))
        member.value.write(&output)
      }
      output.bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func quote(_ text: String, _ bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20:
        let digits = Array(String(byte, radix: 16).utf8)
        bytes += Array("\\u00".utf8) + (digits.count == 1 ? [UInt8(ascii: "0")] : []) + digits
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
