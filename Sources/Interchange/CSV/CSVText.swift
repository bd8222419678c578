import Timetabling

/// One CSV file (RFC 4180): a header and records, each with the line it begins on.
///
/// Spreadsheets write this format in many ways, and all that can mean one thing only are taken: commas, semicolons or
/// tabs, whichever the header uses or `sep=` says; any line end; UTF-8, or UTF-16 with its mark; columns and rows of
/// empty cells; spaces around a cell that stands in no quotes.
struct CSVText {
  struct Record {
    var line: Int
    var cells: [String]
  }

  var header: [String] = []
  var records: [Record] = []

  /// Nil, with an issue, where the bytes are no CSV.
  static func parse(_ bytes: [UInt8], file: String, budget: inout CSVBudget, issues: inout IssueList) -> CSVText? {
    let bytes = TextEncoding.utf8(of: bytes)
    if let offset = firstInvalidUTF8(bytes) ?? bytes.firstIndex(of: 0) {
      let line = bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
      issues.add(
        at: "\(file):\(line)", "csv.utf8", "The file is not UTF-8 on this line.\nMaybe save it as 'CSV UTF-8'.")
      return nil
    }
    var parser = CSVParser(bytes: bytes[...])
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
    let needsQuotes = text.utf8.contains { [0x22, 0x2C, 0x3B, 0x09, 0x0A, 0x0D].contains($0) }
    return needsQuotes || CSVList.trimmed(text[...]) != text
      ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" : text
  }
}

private struct CSVParser {
  let bytes: ArraySlice<UInt8>
  private var index: Int
  private(set) var line = 1
  private let delimiter: UInt8
  private(set) var failure: (line: Int, message: String)?

  private static let delimiters = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]

  init(bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    index = bytes.startIndex
    let first = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    if first.count == 5, first.dropLast().elementsEqual("sep=".utf8, by: { $0 | 0x20 == $1 || $0 == $1 }),
      let named = first.last, Self.delimiters.contains(named)
    {
      delimiter = named
      index = first.endIndex
      endLine()
    } else {
      delimiter = Self.delimiters.first(where: first.contains) ?? UInt8(ascii: ",")
    }
  }

  /// Lines with nothing on them, and rows with nothing in their cells, are passed over.
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
      if record.cells.contains(where: { !$0.isEmpty }) { records.append(record) } else { budget.giveRowBack() }
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
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    // Most cells have no space at either end, and there are millions of them.
    func isSign(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x80 }
    guard index > start, !(isSign(bytes[start]) && isSign(bytes[index - 1])) else { return text }
    return CSVList.trimmed(text[...])
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
