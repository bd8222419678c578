import Timetabling

/// One CSV file (RFC 4180): a header and records, each with the line it begins on.
///
/// Takes commas or semicolons, whichever the header uses, and either kind of line end.
struct CSVText {
  struct Record {
    var line: Int
    var cells: [String]
  }

  var header: [String] = []
  var records: [Record] = []

  /// Nil, with an issue, where the bytes are no CSV.
  static func parse(_ bytes: [UInt8], file: String, budget: inout CSVBudget, issues: inout IssueList) -> CSVText? {
    if let offset = firstInvalidUTF8(bytes) {
      let line = bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
      issues.add(
        at: "\(file):\(line)", "csv.utf8", "The file is not UTF-8 on this line.\nMaybe save it as 'CSV UTF-8'.")
      return nil
    }
    var parser = CSVParser(bytes: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...])
    var records = parser.records(within: &budget)
    if let excess = budget.excess {
      issues.add(at: "\(file):\(parser.line)", excess.code, excess.message)
      return nil
    }
    if let failure = parser.failure {
      issues.add(at: "\(file):\(failure.line)", "csv.syntax", failure.message)
      return nil
    }
    guard !records.isEmpty else {
      issues.add(at: "\(file):1", "csv.header", "The file is empty.\nMaybe begin it with the names of its columns.")
      return nil
    }
    let header = records.removeFirst()
    return CSVText(header: header.cells, records: records)
  }

  static func cell(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { [0x22, 0x2C, 0x3B, 0x0A, 0x0D].contains($0) }
    return needsQuotes || text.first == " " || text.last == " "
      ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" : text
  }
}

private struct CSVParser {
  let bytes: ArraySlice<UInt8>
  private var index: Int
  private(set) var line = 1
  private let delimiter: UInt8
  private(set) var failure: (line: Int, message: String)?

  init(bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    index = bytes.startIndex
    let header = bytes.prefix { $0 != UInt8(ascii: "\n") }
    let isSemicolons = header.contains(UInt8(ascii: ";")) && !header.contains(UInt8(ascii: ","))
    delimiter = isSemicolons ? UInt8(ascii: ";") : UInt8(ascii: ",")
  }

  /// Lines with nothing on them are passed over.
  mutating func records(within budget: inout CSVBudget) -> [CSVText.Record] {
    var records: [CSVText.Record] = []
    while index < bytes.endIndex, failure == nil, budget.takeRow() {
      var record = CSVText.Record(line: line, cells: [])
      repeat {
        let cell = cell()
        guard budget.take(cell, inRowOf: record.cells.count) else { return records }
        record.cells.append(cell)
      } while take(delimiter)
      endLine()
      if record.cells != [""] { records.append(record) }
    }
    return records
  }

  private mutating func cell() -> String {
    guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") else { return plainCell() }
    let start = line
    var text: [UInt8] = []
    index += 1
    while index < bytes.endIndex {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "\""), !take(UInt8(ascii: "\"")) { return String(decoding: text, as: UTF8.self) }
      if byte == UInt8(ascii: "\n") { line += 1 }
      text.append(byte)
    }
    failure = (start, "A quote that opens here is never closed.")
    return ""
  }

  private mutating func plainCell() -> String {
    let start = index
    while index < bytes.endIndex, bytes[index] != delimiter, !isLineEnd(bytes[index]) {
      if bytes[index] == UInt8(ascii: "\"") {
        failure = (line, "A quote stands within a cell.\nMaybe put the whole cell in quotes and write the quote twice.")
        index = bytes.endIndex
        return ""
      }
      index += 1
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func endLine() {
    guard index < bytes.endIndex, failure == nil else { return }
    _ = take(UInt8(ascii: "\r"))
    if take(UInt8(ascii: "\n")) || index == bytes.endIndex {
      line += 1
    } else if bytes[index - 1] != UInt8(ascii: "\r") {
      failure = (line, "Something follows a closing quote.")
    } else {
      line += 1
    }
  }

  private func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.endIndex, bytes[index] == byte else { return false }
    index += 1
    return true
  }
}
