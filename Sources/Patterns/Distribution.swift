/// A rule on how some classes lie to one another: required, or with a penalty for each time it is broken.
public struct Distribution: Hashable, Sendable {
  public var kind: Kind
  public var isRequired: Bool
  /// Per violated pair of classes, or per unit of excess. Without meaning where required.
  public var penalty: Int
  /// In the order of the file, which `precedence` asks for.
  public var classes: [Int]

  public init(_ kind: Kind, isRequired: Bool, penalty: Int = 0, classes: [Int]) {
    self.kind = kind
    self.isRequired = isRequired
    self.penalty = penalty
    self.classes = classes
  }

  /// The competition's nineteen types. Lengths are in slots.
  public enum Kind: Hashable, Sendable {
    case sameStart
    /// One lies within the other in its hours of the day, or both have the same.
    case sameTime
    case differentTime
    /// The days of one are among those of the other.
    case sameDays
    case differentDays
    case sameWeeks
    case differentWeeks
    case sameRoom
    case differentRoom
    case overlap
    case notOverlap
    /// The same people can attend both: neither overlap nor too short a way.
    case sameAttendees
    /// The first meeting of each lies before the first meeting of those after it in the list.
    case precedence
    /// From the first start to the last end of a day at most so many slots.
    case workDay(Int)
    /// At least so many slots between two on the same day.
    case minGap(Int)
    case maxDays(Int)
    case maxDayLoad(Int)
    /// Breaks of more than `gap` slots, at most so many a day.
    case maxBreaks(Int, gap: Int)
    /// Two or more classes with breaks of at most `gap` slots make a block; at most so many slots from end to end.
    case maxBlock(Int, gap: Int)

    /// Whether it speaks of each two of its classes; the others speak of all of them together.
    public var isPairwise: Bool {
      switch self {
      case .maxDays, .maxDayLoad, .maxBreaks, .maxBlock: false
      default: true
      }
    }
  }
}

extension Distribution.Kind: CustomStringConvertible {
  /// As the competition writes it: `WorkDay(75)`.
  public var description: String {
    switch self {
    case .sameStart: "SameStart"
    case .sameTime: "SameTime"
    case .differentTime: "DifferentTime"
    case .sameDays: "SameDays"
    case .differentDays: "DifferentDays"
    case .sameWeeks: "SameWeeks"
    case .differentWeeks: "DifferentWeeks"
    case .sameRoom: "SameRoom"
    case .differentRoom: "DifferentRoom"
    case .overlap: "Overlap"
    case .notOverlap: "NotOverlap"
    case .sameAttendees: "SameAttendees"
    case .precedence: "Precedence"
    case .workDay(let slots): "WorkDay(\(slots))"
    case .minGap(let slots): "MinGap(\(slots))"
    case .maxDays(let days): "MaxDays(\(days))"
    case .maxDayLoad(let slots): "MaxDayLoad(\(slots))"
    case .maxBreaks(let breaks, let gap): "MaxBreaks(\(breaks),\(gap))"
    case .maxBlock(let slots, let gap): "MaxBlock(\(slots),\(gap))"
    }
  }

  /// Reads what `description` writes; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
    var numbers: [Int] = []
    if parts.count == 2 {
      guard parts[1].last == ")" else { return nil }
      for piece in parts[1].dropLast().split(separator: ",", omittingEmptySubsequences: false) {
        guard let number = Int(piece.filter { $0 != " " }), (0...1_000_000).contains(number) else { return nil }
        numbers.append(number)
      }
    }
    let plain: [String: Self] = [
      "SameStart": .sameStart, "SameTime": .sameTime, "DifferentTime": .differentTime, "SameDays": .sameDays,
      "DifferentDays": .differentDays, "SameWeeks": .sameWeeks, "DifferentWeeks": .differentWeeks,
      "SameRoom": .sameRoom, "DifferentRoom": .differentRoom, "Overlap": .overlap, "NotOverlap": .notOverlap,
      "SameAttendees": .sameAttendees, "Precedence": .precedence,
    ]
    switch (String(parts[0]), numbers.count) {
    case (let name, 0) where parts.count == 1:
      guard let kind = plain[name] else { return nil }
      self = kind
    case ("WorkDay", 1): self = .workDay(numbers[0])
    case ("MinGap", 1): self = .minGap(numbers[0])
    case ("MaxDays", 1): self = .maxDays(numbers[0])
    case ("MaxDayLoad", 1): self = .maxDayLoad(numbers[0])
    case ("MaxBreaks", 2): self = .maxBreaks(numbers[0], gap: numbers[1])
    case ("MaxBlock", 2): self = .maxBlock(numbers[0], gap: numbers[1])
    default: return nil
    }
  }
}
