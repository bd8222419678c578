/// Sets of periods that rules about people's weeks look at, of each day the bits; each set once.
struct PeriodSets: Sendable {
  private let masks: Flat<UInt64>
  private let dayCount: Int

  struct Builder {
    let dayCount: Int
    fileprivate private(set) var sets: [[UInt64]] = []

    init(dayCount: Int) { self.dayCount = dayCount }

    /// The set's number.
    mutating func add(_ days: [UInt64]) -> Int32 {
      if let known = sets.firstIndex(of: days) { return Int32(known) }
      sets.append(days)
      return Int32(sets.count - 1)
    }
  }

  init(_ builder: Builder) {
    dayCount = builder.dayCount
    masks = Flat(builder.sets.flatMap { $0 })
  }

  /// All periods where there is no set: its number is −1.
  @inline(__always) subscript(_ number: Int32, _ day: Int) -> UInt64 {
    number < 0 ? .max : masks[Int(number) &* dayCount &+ day]
  }

  func free() { masks.free() }
}
