package import Foundation
package import Postgres

/// Rows that come as one JSON document (`to_jsonb(row)`, `jsonb_build_object(…)`): new columns break no reader.
package enum RowDocument {
  /// Keys are taken as they are, or from snake case. Times are PostgreSQL's ISO 8601; within stored values (a
  /// certificate) they are numbers, as `JSONEncoder` writes them by default.
  package static func decoder(snakeCase: Bool = false) -> JSONDecoder {
    let decoder = JSONDecoder()
    if snakeCase { decoder.keyDecodingStrategy = .convertFromSnakeCase }
    decoder.dateDecodingStrategy = .custom { decoder in
      let container = try decoder.singleValueContainer()
      if let seconds = try? container.decode(Double.self) { return Date(timeIntervalSinceReferenceDate: seconds) }
      let text = try container.decode(String.self)
      guard let date = date(text) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a time")
      }
      return date
    }
    return decoder
  }

  /// `2026-11-21T08:36:34.123456+00:00`, the fraction being optional.
  package static func date(_ text: String) -> Date? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[4] == 45, bytes[7] == 45, bytes[10] == 84 || bytes[10] == 32 else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[range] {
        guard (48...57).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 48)
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
      let minute = number(14..<16), let second = number(17..<19)
    else { return nil }
    var index = 19
    var fraction = 0.0
    if bytes[index] == 46 {
      let end = bytes[(index + 1)...].firstIndex { !(48...57).contains($0) } ?? bytes.count
      guard end > index + 1, end - index <= 10, let digits = number(index + 1..<end) else { return nil }
      var scale = 1.0
      for _ in 0..<(end - index - 1) { scale *= 10 }
      fraction = Double(digits) / scale
      index = end
    }
    var offset = 0
    switch index < bytes.count ? bytes[index] : 90 {
    case 90: break
    case 43, 45:
      guard let hours = number(index + 1..<index + 3) else { return nil }
      let minutes = index + 6 <= bytes.count ? number(index + 4..<index + 6) ?? 0 : 0
      offset = (hours * 60 + minutes) * 60 * (bytes[index] == 45 ? -1 : 1)
    default: return nil
    }
    // Days since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil).
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    let whole = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
    return Date(timeIntervalSince1970: Double(whole) + fraction)
  }
}

extension RowReader {
  /// The next column, a JSON document, as a value.
  package mutating func document<Value: Decodable>(
    _ type: Value.Type = Value.self, snakeCase: Bool = false
  ) throws(RowError) -> Value {
    let data = try json()
    do {
      return try RowDocument.decoder(snakeCase: snakeCase).decode(type, from: data)
    } catch {
      throw refusal("\(error)")
    }
  }
}

extension Statement where Row: Decodable {
  /// For statements whose rows are one JSON document each.
  package static func documents(
    _ text: StaticString, encode: @escaping @Sendable (Parameters) -> [Parameter]
  ) -> Statement {
    Statement(text, encode: encode) { (row: inout RowReader) throws(RowError) in try row.document() }
  }
}

extension Statement where Row: Decodable, Parameters == Void {
  package static func documents(_ text: StaticString) -> Statement {
    documents(text) { _ in [] }
  }
}
