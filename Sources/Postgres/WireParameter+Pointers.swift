extension [WireParameter] {
  var lengths: [Int32] { map { Int32($0.bytes?.count ?? 0) } }
  var formats: [Int32] { map { $0.isBinary ? 1 : 0 } }

  /// Lends the values as the array of pointers that libpq's calls take; it copies them before it returns.
  func withPointers<Value>(_ body: ([UnsafePointer<CChar>?]) -> Value) -> Value {
    var offsets: [Int?] = []
    var bytes: [UInt8] = []
    for parameter in self {
      offsets.append(parameter.bytes == nil ? nil : bytes.count)
      bytes += parameter.bytes ?? []
      bytes.append(0)  // never an empty buffer, whose address would be nil and so mean NULL
    }
    return bytes.withUnsafeBytes { buffer in
      body(
        offsets.map { offset in
          offset.flatMap { buffer.baseAddress?.advanced(by: $0).assumingMemoryBound(to: CChar.self) }
        })
    }
  }
}
