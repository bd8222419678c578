/// One SQL text with its parameters and rows.
///
/// The text is a `StaticString`: it can't be built from input. Values travel apart from it, as parameters.
public struct Statement<Parameters: Sendable, Row: Sendable>: Sendable {
  public let text: StaticString
  let encode: @Sendable (Parameters) -> [Parameter]
  let decode: @Sendable (inout RowReader) throws(RowError) -> Row

  /// - Parameters:
  ///   - encode: the values of `$1`, `$2`, … in order
  ///   - decode: reads every column of one row, from left to right
  public init(
    _ text: StaticString,
    encode: @escaping @Sendable (Parameters) -> [Parameter],
    decode: @escaping @Sendable (inout RowReader) throws(RowError) -> Row
  ) {
    self.text = text
    self.encode = encode
    self.decode = decode
  }
}

extension Statement where Parameters == Void {
  public init(
    _ text: StaticString, decode: @escaping @Sendable (inout RowReader) throws(RowError) -> Row
  ) {
    self.init(text, encode: { _ in [] }, decode: decode)
  }
}

/// Rows that a statement without a decoder returns are not looked at.
extension Statement where Row == Void {
  public init(_ text: StaticString, encode: @escaping @Sendable (Parameters) -> [Parameter]) {
    self.init(text, encode: encode) { (reader: inout RowReader) throws(RowError) in reader.skipRest() }
  }
}

extension Statement where Parameters == Void, Row == Void {
  public init(_ text: StaticString) {
    self.init(text, encode: { _ in [] })
  }
}

extension StaticString {
  /// The first words: how errors and logs name a statement. Never holds a value, because the text holds none.
  var firstWords: String {
    let words = description.split(maxSplits: 8, whereSeparator: \.isWhitespace)
    return words.prefix(8).joined(separator: " ") + (words.count > 8 ? " …" : "")
  }
}
