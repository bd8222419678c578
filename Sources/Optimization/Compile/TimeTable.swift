import Timetabling

/// The different places in the week that lessons may have, and the atoms of time they cover.
struct TimeTable: Sendable {
  let spans: [TimeSpan]
  /// Day by day, in order.
  let atoms: [TimeSpan]
  let position: [TimeSpan: Int]
  private let times: Flat<HotTime>
  /// Whether times that share a period of the scale always overlap. Not where a second grid cuts the periods of the first.
  let arePeriodsWhole: Bool

  var count: Int { spans.count }
  var atomCount: Int { atoms.count }

  init(_ index: ProblemIndex) {
    var kinds: Set<Int> = []
    let different = index.lessons.filter { kinds.insert($0.placementKind).inserted }
    let spans = Set(different.flatMap(\.placements)).sorted()
    let days = index.scale.days.count
    var atoms: [TimeSpan] = []
    for day in 0..<days {
      let bounds = Set(spans.filter { $0.day == day }.flatMap { [$0.start, $0.end] }).sorted()
      atoms += zip(bounds, bounds.dropFirst()).map { TimeSpan(day: day, start: $0, end: $1) }
    }
    self.spans = spans
    self.atoms = atoms
    position = Dictionary(uniqueKeysWithValues: spans.enumerated().map { ($1, $0) })
    var starting: [TimeSpan: Int] = [:]
    var ending: [TimeSpan: Int] = [:]
    for (atom, span) in atoms.enumerated() {
      starting[TimeSpan(day: span.day, start: span.start, end: span.start)] = atom
      ending[TimeSpan(day: span.day, start: span.end, end: span.end)] = atom + 1
    }
    let times = spans.map { span in
      HotTime(
        day: Int32(span.day),
        atomBegin: Int32(starting[TimeSpan(day: span.day, start: span.start, end: span.start)] ?? 0),
        atomEnd: Int32(ending[TimeSpan(day: span.day, start: span.end, end: span.end)] ?? 0),
        mask: index.scale.mask(of: span))
    }
    self.times = Flat(times)
    arePeriodsWhole = index.scale.days.indices.allSatisfy { day in
      index.scale.days[day].indices.allSatisfy { period in
        // Intervals overlap one another exactly if they have an atom in common.
        let covering = times.filter { Int($0.day) == day && $0.mask >> UInt64(period) & 1 == 1 }
        return (covering.map(\.atomBegin).max() ?? 0) < (covering.map(\.atomEnd).min() ?? .max)
      }
    }
  }

  @inline(__always) subscript(_ time: Int) -> HotTime { times[time] }

  /// For each time the number of the span that it is, −1 where it is none of them.
  func numbers(of spans: [TimeSpan]) -> [Int] {
    spans.enumerated().reduce(into: [Int](repeating: -1, count: count)) { numbers, span in
      if let time = position[span.element] { numbers[time] = span.offset }
    }
  }

  func free() { times.free() }
}

/// Weeks of the term that no pattern in the problem tells apart.
struct WeekClasses: Sendable {
  let masks: [WeekSet]
  /// The classes in which each lesson is held.
  let ofLesson: Rows<Int32>
  /// Lessons with equal numbers are held in the same weeks.
  let pattern: Flat<Int32>
  /// (pattern × pattern) whether lessons held so meet in some week.
  private let meets: Flat<UInt8>
  private let patternCount: Int
  var count: Int { masks.count }

  /// Whether the two lessons are ever held in one week.
  @inline(__always) func areShared(_ one: Int, _ other: Int) -> Bool {
    meets[Int(pattern[one]) &* patternCount &+ Int(pattern[other])] != 0
  }

  init(_ index: ProblemIndex) {
    var patterns = Set(index.lessons.map(\.weeks))
    for room in index.problem.rooms { patterns.formUnion(room.availability.compactMap(\.weeks)) }
    let ordered = patterns.sorted { $0.mask < $1.mask }
    var classes: [[Bool]: UInt64] = [:]
    for week in 0..<max(1, min(64, index.problem.term.weekCount)) {
      classes[ordered.map { $0.contains(week: week) }, default: 0] |= 1 << UInt64(week)
    }
    let masks = classes.values.sorted { $0.trailingZeroBitCount < $1.trailingZeroBitCount }.map { WeekSet(mask: $0) }
    self.masks = masks
    ofLesson = Rows(index.lessons.map { lesson in masks.indices.filter { masks[$0].meets(lesson.weeks) } })
    let numbers = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1, $0) })
    pattern = Flat(index.lessons.map { Int32(numbers[$0.weeks] ?? 0) })
    patternCount = ordered.count
    meets = Flat(ordered.flatMap { one in ordered.map { one.meets($0) ? 1 : 0 } })
  }

  func free() {
    ofLesson.free()
    pattern.free()
    meets.free()
  }
}
