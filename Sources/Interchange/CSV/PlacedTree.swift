/// A piece of the import document that knows where in the CSV files it came from.
indirect enum PlacedTree {
  /// A number, `true` or `false`, as JSON writes it.
  case literal(String, place: String)
  case text(String, place: String)
  case array([PlacedTree], place: String)
  case object([(name: String, value: PlacedTree)], place: String)

  var place: String {
    switch self {
    case .literal(_, let place), .text(_, let place), .array(_, let place), .object(_, let place): place
    }
  }

  /// A number where the text is one in JSON, or else the text.
  static func number(_ text: String, place: String) -> PlacedTree {
    let isNumber = (try? JSONParser.parse(Array(text.utf8), depth: 1)).map { $0.kind(JSONText.root) == .number }
    return isNumber == true ? .literal(text, place: place) : .text(text, place: place)
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

  /// The document's bytes, and the place of each node the parser will find in them.
  func serialized() -> (bytes: [UInt8], places: [String]) {
    var bytes: [UInt8] = []
    var places: [String] = []
    write(&bytes, &places)
    return (bytes, places)
  }

  private func write(_ bytes: inout [UInt8], _ places: inout [String]) {
    places.append(place)
    switch self {
    case .literal(let text, _): bytes += text.utf8
    case .text(let text, _): Self.quote(text, &bytes)
    case .array(let elements, _):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(&bytes, &places)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members, _):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        places.append(member.value.place)
        Self.quote(member.name, &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(&bytes, &places)
      }
      bytes.append(UInt8(ascii: "}"))
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
