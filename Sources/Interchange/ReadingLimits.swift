import Timetabling

/// How much a reader takes from somebody it does not trust. Each limit ends the reading where it is passed.
public struct ReadingLimits: Sendable {
  /// Input beyond this many bytes is not looked at. Default 64 MB.
  public var bytes: Int
  /// Objects and arrays within one another. Default 32.
  public var depth: Int
  /// Issues listed; the rest is counted. Default 1,000.
  public var issues: Int
  /// Names, texts, numbers, arrays and objects in all; of CSV, cells and the items in them. Default: no limit.
  public var values: Int
  /// Values of one array or object that `elements` does not name. Default: no limit.
  public var listed: Int
  /// Elements of the document's own lists, by the list's name. Default: no limit.
  public var elements: [String: Int]
  /// Bytes of one text; of CSV, of one cell. Default: no limit.
  public var textBytes: Int
  /// Reading ends with `InstitutionReading.tookTooLong` once it has come. Default: never.
  public var deadline: ContinuousClock.Instant?

  public init(
    bytes: Int = 64 << 20, depth: Int = 32, issues: Int = 1_000, values: Int = .max, listed: Int = .max,
    elements: [String: Int] = [:], textBytes: Int = .max, deadline: ContinuousClock.Instant? = nil
  ) {
    self.bytes = bytes
    self.depth = depth
    self.issues = issues
    self.values = values
    self.listed = listed
    self.elements = elements
    self.textBytes = textBytes
    self.deadline = deadline
  }

  /// What an institution of so many lessons can need, with room to spare.
  ///
  /// Reading costs about 16 bytes a value and 2 kB a lesson, so that a plan's limit of lessons bounds the memory of a
  /// request: 500 lessons take 3 MB of input and some 30 MB to read, 50,000 lessons 64 MB and some 500 MB.
  public init(lessons: Int, deadline: ContinuousClock.Instant?) {
    func most(_ base: Int, _ each: Int, upTo limit: Int) -> Int {
      let (product, isTooMuch) = lessons.multipliedReportingOverflow(by: each)
      return isTooMuch ? limit : min(limit, base + product)
    }
    self.init(
      bytes: most(1 << 20, 4 << 10, upTo: 64 << 20), issues: 500, values: most(20_000, 400, upTo: 8_000_000),
      listed: 20_000,
      elements: [
        "lessons": lessons, "students": most(1_000, 40, upTo: ProblemCheck.Limit.students),
        "courses": most(500, 2, upTo: ProblemCheck.Limit.courses),
        "constraints": most(1_000, 4, upTo: ProblemCheck.Limit.constraints),
        "travelTimes": most(1_000, 4, upTo: ProblemCheck.Limit.constraints), "timeGrids": 100,
        "rooms": most(500, 2, upTo: ProblemCheck.Limit.rooms),
        "teachers": most(500, 2, upTo: ProblemCheck.Limit.teachers),
        "groups": most(500, 2, upTo: ProblemCheck.Limit.groups),
        "zones": most(500, 2, upTo: ProblemCheck.Limit.others),
        "buildings": most(500, 2, upTo: ProblemCheck.Limit.others),
        "departments": most(500, 2, upTo: ProblemCheck.Limit.others),
        "programs": most(500, 2, upTo: ProblemCheck.Limit.others),
      ], textBytes: 16 << 10, deadline: deadline)
  }

  public var isLate: Bool { deadline.map { $0 <= .now } ?? false }
}
