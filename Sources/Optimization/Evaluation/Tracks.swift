import Timetabling

/// A day of a track: its busy periods, those that are busy twice or more, and what they cost.
struct TrackDay: BitwiseCopyable, Sendable {
  var once: UInt64
  var twice: UInt64
  var cost: Int64
  /// Where its costs by mask begin in `Tracks.table`; −1 where they are counted.
  var table: Int32

  /// The busy periods once a meeting that covers `periods` is gone.
  @inline(__always) func without(_ periods: UInt64) -> UInt64 { once & ~(periods & ~twice) }
}

/// The weeks of people, day by day as bits of busy periods, and what each day and week costs.
///
/// A track is one person (or, for isolated periods, one group) of which all weeks lie on one another: criteria are
/// counted so, and constraints too where all of the person's lessons have the same weeks. People whose lessons
/// alternate have their constraints counted week by week in `Kernels`.
struct Tracks: Sendable {
  struct DayRule: BitwiseCopyable, Hashable, Sendable {
    enum Kind: UInt8, BitwiseCopyable { case gaps, periods, missing, row, span, isolated }
    var kind: Kind
    var limit: Int32
    var weight: Int64
    /// Of `periods`: the only ones that count (`PeriodSets`); −1: all.
    var set: Int32 = -1
  }

  struct WeekRule: BitwiseCopyable, Hashable, Sendable {
    enum Kind: UInt8, BitwiseCopyable { case gaps, days, lateStarts, missing }
    var kind: Kind
    /// Of the week's sum; of `missing` the least periods of each day.
    var limit: Int32
    var weight: Int64
    /// Of `days` and `missing`: the only periods that count (`PeriodSets`); −1: all.
    var set: Int32 = -1
    /// The sum of a week without lessons.
    var emptySum: Int32 = 0

    /// What one day adds to the week's sum.
    @inline(__always) func measure(_ mask: UInt64, blocked: UInt64, within periods: UInt64) -> Int {
      if kind == .missing { return periods == 0 ? 0 : max(0, Int(limit) &- mask.nonzeroBitCount) }
      guard mask != 0 else { return 0 }
      return switch kind {
      case .gaps: Tracks.gaps(mask, blocked: blocked)
      case .days: mask & periods != 0 ? 1 : 0
      // The day begins with the first period that is not blocked.
      case .lateStarts: mask & ~blocked & (blocked &+ 1) == 0 ? 1 : 0
      case .missing: 0
      }
    }

    /// Violations in a week of which the days add up to `sum`.
    @inline(__always) func units(_ sum: Int) -> Int {
      kind == .missing ? (sum == Int(emptySum) ? 0 : sum) : max(0, sum &- Int(limit))
    }
  }

  let count: Int
  let dayCount: Int
  let ofLesson: Rows<Int32>
  let weekRules: Rows<WeekRule>
  let hasWeekRules: Bool
  /// Whether no two lessons of a track may overlap, so that lessons that may have no track in common.
  let areCliques: Bool
  /// Day costs by mask: (track × day) → offset into `table`, where a day has at most 12 periods.
  let tableBegin: Flat<Int32>
  let table: Flat<Int64>
  let usesTable: Bool
  let dayRules: Rows<DayRule>
  let joined: Flat<UInt64>
  let sets: PeriodSets
  /// (track × day): periods that are no gaps and no start of the day, because the person is never there.
  let blocked: Flat<UInt64>

  /// Whose week is counted, and how.
  struct Person: Sendable {
    var lessons: [Int]
    /// Of each day.
    var blocked: [UInt64]
    var day: [DayRule] = []
    var week: [WeekRule] = []
    var hasRules: Bool { !day.isEmpty || !week.isEmpty }
  }

  /// `alternating`: people with constraints whose lessons alternate, for `Kernels`.
  init(_ compiled: CompiledProblem, _ measure: Measure, alternating: inout [Person]) {
    let index = compiled.index
    func isSteady(_ person: Person) -> Bool { Set(person.lessons.map { index.lessons[$0].weeks }).count <= 1 }
    var kept: [Person] = []
    var builder = PeriodSets.Builder(dayCount: compiled.dayCount)
    for (criteria, constraints) in Self.people(compiled, measure, &builder) {
      var person = criteria
      if isSteady(constraints) {
        person.day += constraints.day
        person.week += constraints.week
      } else if constraints.hasRules {
        alternating.append(constraints)
      }
      if !person.lessons.isEmpty, person.hasRules { kept.append(person) }
    }
    count = kept.count
    ofLesson = Rows(ConflictGraph.invert(kept.map(\.lessons), count: compiled.lessonCount))
    dayCount = compiled.dayCount
    weekRules = Rows(kept.map(\.week))
    hasWeekRules = kept.contains { !$0.week.isEmpty }
    areCliques = kept.allSatisfy { person in
      person.lessons.allSatisfy { one in
        person.lessons.allSatisfy { one == $0 || compiled.conflicts.areApart(one, $0) }
      }
    }
    dayRules = Rows(kept.map(\.day))
    joined = Flat(index.scale.joined)
    blocked = Flat(kept.flatMap(\.blocked))
    let sets = PeriodSets(builder)
    self.sets = sets
    usesTable = compiled.periodCount <= 12

    var offsets: [Int32] = []
    var tables: [Int64] = []
    var known: [TableKey: Int32] = [:]
    if usesTable {
      for person in kept {
        for day in 0..<compiled.dayCount {
          let key = TableKey(
            rules: person.day, joined: index.scale.joined[day], blocked: person.blocked[day],
            within: person.day.map { sets[$0.set, day] })
          if let offset = known[key] {
            offsets.append(offset)
          } else {
            let offset = Int32(tables.count)
            known[key] = offset
            offsets.append(offset)
            for mask in 0..<(UInt64(1) << UInt64(compiled.periodCount)) {
              tables.append(
                zip(person.day, key.within).reduce(0) {
                  $0 + Self.cost($1.0, mask, joined: key.joined, blocked: key.blocked, within: $1.1)
                })
            }
          }
        }
      }
    }
    tableBegin = Flat(offsets)
    table = Flat(tables)
  }

  private struct TableKey: Hashable {
    var rules: [DayRule]
    var joined: UInt64
    var blocked: UInt64
    /// Of each rule.
    var within: [UInt64]
  }

  @inline(__always) static func cost(
    _ rule: DayRule, _ mask: UInt64, joined: UInt64, blocked: UInt64, within set: UInt64
  ) -> Int64 {
    guard mask != 0 else { return 0 }
    let periods = (mask & set).nonzeroBitCount
    let span = 64 &- mask.leadingZeroBitCount &- mask.trailingZeroBitCount
    let limit = Int(rule.limit)
    let units: Int =
      switch rule.kind {
      case .gaps: max(0, gaps(mask, blocked: blocked) &- limit)
      case .periods: max(0, periods &- limit)
      case .missing: max(0, limit &- periods)
      case .span: max(0, span &- limit)
      case .isolated: (mask & ~(mask << 1) & ~(mask >> 1)).nonzeroBitCount
      case .row: rowExcess(mask, joined: joined, limit: limit)
      }
    return rule.weight &* Int64(units)
  }

  /// Periods between the first and the last busy one that are neither busy nor blocked.
  @inline(__always) static func gaps(_ mask: UInt64, blocked: UInt64) -> Int {
    if mask == 0 { return 0 }
    let within = (UInt64.max << UInt64(mask.trailingZeroBitCount)) & (UInt64.max >> UInt64(mask.leadingZeroBitCount))
    return (within & ~mask & ~blocked).nonzeroBitCount
  }

  static func rowExcess(_ mask: UInt64, joined: UInt64, limit: Int) -> Int {
    var excess = 0
    var run = 0
    var rest = mask
    while rest != 0 {
      let ordinal = UInt64(rest.trailingZeroBitCount)
      rest &= rest &- 1
      let continues = ordinal > 0 && (mask & joined) >> (ordinal - 1) & 1 == 1
      run = continues ? run + 1 : 1
      if run > limit { excess += 1 }
    }
    return excess
  }

  /// For days of too many periods for a table.
  func countedDayCost(_ cell: Int, _ mask: UInt64) -> Int64 {
    let (track, day) = cell.quotientAndRemainder(dividingBy: dayCount)
    var cost: Int64 = 0
    for position in dayRules.range(track) {
      let rule = dayRules[position]
      cost &+= Self.cost(rule, mask, joined: joined[day], blocked: blocked[cell], within: sets[rule.set, day])
    }
    return cost
  }

  /// All days of all tracks with nothing on them.
  func emptyDays() -> Flat<TrackDay> {
    let days = Flat(count * dayCount, TrackDay(once: 0, twice: 0, cost: 0, table: -1))
    for cell in 0..<days.count {
      if usesTable { days[cell].table = tableBegin[cell] }
      days[cell].cost = usesTable ? table[Int(tableBegin[cell])] : countedDayCost(cell, 0)
    }
    return days
  }

  func free() {
    ofLesson.free()
    weekRules.free()
    tableBegin.free()
    table.free()
    dayRules.free()
    joined.free()
    sets.free()
    blocked.free()
  }

  /// For each person: the rules of criteria, and those of constraints.
  private static func people(
    _ compiled: CompiledProblem, _ measure: Measure, _ sets: inout PeriodSets.Builder
  ) -> [(Person, Person)] {
    let index = compiled.index
    let taught = ConflictGraph.invert(compiled.teachers, count: index.problem.teachers.count)
    var teachers = zip(taught, index.teacherBlocked).map { Person(lessons: $0, blocked: $1) }
    var groups = zip(index.groupLessons, index.groupBlocked).map { Person(lessons: $0, blocked: $1) }
    var criteria = groups
    if measure[.compactness] > 0 {
      for group in index.leafGroups {
        criteria[group].day.append(DayRule(kind: .gaps, limit: 0, weight: measure[.compactness]))
      }
    }
    for (constraint, weight) in zip(index.problem.constraints, measure.constraintWeights)
    where weight != 0 && constraint.kind.subject != .lessons {
      let set = constraint.kind.needsTimes ? sets.add(index.scale.masks(of: constraint.times)) : -1
      var (day, week) = rules(constraint, weight, set)
      if constraint.parameter("everyDay") == 1 {
        let days = sets.add(index.scale.days.map { $0.isEmpty ? 0 : .max })
        (day, week) = ([], [missing(constraint.parameter("min"), weight, days, index)])
      }
      for subject in index.subjects(of: constraint) {
        if constraint.kind.subject == .teachers {
          teachers[subject].day += day
          teachers[subject].week += week
        } else {
          groups[subject].day += day
          groups[subject].week += week
        }
      }
    }
    return zip(criteria, groups).map { ($0, $1) }
      + teachers.map { (Person(lessons: $0.lessons, blocked: $0.blocked), $0) }
  }

  /// On every day of the set so many periods at least.
  private static func missing(_ min: Int, _ weight: Int64, _ days: Int32, _ index: ProblemIndex) -> WeekRule {
    WeekRule(
      kind: .missing, limit: Int32(min), weight: weight, set: days,
      emptySum: Int32(min * index.scale.days.count { !$0.isEmpty }))
  }

  private static func rules(_ constraint: Constraint, _ weight: Int64, _ set: Int32) -> ([DayRule], [WeekRule]) {
    let limit = Int32(constraint.parameter("max"))
    func day(_ kind: DayRule.Kind, _ limit: Int32) -> ([DayRule], [WeekRule]) {
      ([DayRule(kind: kind, limit: limit, weight: weight, set: set)], [])
    }
    func week(_ kind: WeekRule.Kind) -> ([DayRule], [WeekRule]) {
      ([], [WeekRule(kind: kind, limit: limit, weight: weight, set: set)])
    }
    switch constraint.kind {
    case .teacherMaxGapsPerWeek, .groupMaxGapsPerWeek: return week(.gaps)
    case .teacherMaxDaysPerWeek, .groupMaxDaysPerWeek, .teacherMaxDaysPerWeekInTimes, .groupMaxDaysPerWeekInTimes:
      return week(.days)
    case .groupMaxLateStarts: return week(.lateStarts)
    case .teacherMaxGapsPerDay, .groupMaxGapsPerDay: return day(.gaps, limit)
    case .teacherMaxPeriodsPerDay, .groupMaxPeriodsPerDay, .teacherMaxPeriodsPerDayInTimes,
      .groupMaxPeriodsPerDayInTimes:
      return day(.periods, limit)
    case .teacherMinPeriodsPerDay, .groupMinPeriodsPerDay: return day(.missing, Int32(constraint.parameter("min")))
    case .teacherMaxPeriodsInRow, .groupMaxPeriodsInRow: return day(.row, limit)
    case .teacherMaxSpanPerDay, .groupMaxSpanPerDay: return day(.span, limit)
    case .groupIsolatedPeriods: return day(.isolated, 0)
    default: return ([], [])
    }
  }
}
