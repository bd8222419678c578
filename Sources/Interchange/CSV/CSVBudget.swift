/// What a folder of CSV files may still hold. Counted while it is read, so that what is too much is never built.
struct CSVBudget {
  static let columns = 200

  /// Why reading ended.
  private(set) var excess: (code: String, message: String)?
  private let limits: ReadingLimits
  private var valuesLeft: Int
  private var list = ""
  private var most = Int.max
  private var rowsLeft = Int.max
  private var rows = 0

  /// A cell costs the tree and the place of it beside its bytes: a quarter of the values of JSON.
  init(_ limits: ReadingLimits) {
    self.limits = limits
    valuesLeft = limits.values == .max ? .max : limits.values / 4
  }

  /// The next file's rows become the elements of the document's list of this name.
  mutating func begin(list: String, of limits: ReadingLimits) {
    self.list = list
    most = limits.elements[list] ?? .max
    rowsLeft = most
    rows = 0
  }

  mutating func takeRow() -> Bool {
    rows += 1
    if rows & 0xFF == 0, limits.isLate {
      excess = (InstitutionReading.tookTooLong, "Reading took too long.")
      return false
    }
    // The first row is the header.
    guard rows > 1, most < .max else { return true }
    rowsLeft -= 1
    if rowsLeft < 0 {
      excess = (
        list == "lessons" ? InstitutionReading.tooManyLessons : "size.too-many",
        "There are more than \(most) \(list); no more is read.\nMaybe split the institution, or ask for a larger plan."
      )
    }
    return rowsLeft >= 0
  }

  /// The row just read holds nothing.
  mutating func giveRowBack() { if rowsLeft < .max { rowsLeft += 1 } }

  mutating func take(_ cell: String, inRowOf count: Int) -> Bool {
    let bytes = cell.utf8
    // A list of students is one cell.
    let (longest, isUnlimited) = limits.textBytes.multipliedReportingOverflow(by: 4)
    if count >= Self.columns {
      excess = ("csv.cells", "The row has more than \(Self.columns) cells.\nMaybe the file is of another kind.")
    } else if !isUnlimited, bytes.count > longest {
      excess = ("csv.cell-too-long", "A cell has \(bytes.count) bytes; at most \(longest) are taken.")
    } else if valuesLeft < .max {
      valuesLeft -= 1 + bytes.count { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ",") }
      if valuesLeft < 0 {
        excess = ("size.too-many", "The files hold too many cells; no more is read.\nMaybe split the institution.")
      }
    }
    return excess == nil
  }
}
