import Timetabling

/// Constraints that are counted anew whenever one of their meetings moves: rare kinds, and people whose lessons
/// alternate from week to week.
struct Kernels: Sendable {
  enum Kind: Sendable {
    /// First meetings that must follow one another in some order.
    case grouped([Int32])
    /// A meeting after which its leaf groups must have none of `others` that day.
    case endDay(meeting: Int32, others: [Int32])
    /// Meetings of which at most `max` may cover one period within the span at once.
    case simultaneous(meetings: [Int32], span: TimeSpan, periods: UInt64, max: Int)
    /// A person's worst week; `weeks[i]` are the meetings of week class i.
    case person(weeks: [[Int32]], blocked: [UInt64], day: [Tracks.DayRule], week: [Tracks.WeekRule])
  }

  struct Kernel: Sendable {
    let kind: Kind
    /// For `person` 1: its rules carry the weights.
    let weight: Int64
  }

  let all: [Kernel]
  let ofMeeting: Rows<Int32>
  var isEmpty: Bool { all.isEmpty }

  init(_ compiled: CompiledProblem, _ measure: Measure, alternating: [Tracks.Person]) {
    let index = compiled.index
    var kernels: [Kernel] = []
    var members: [[Int32]] = []
    func add(_ kind: Kind, weight: Int64, _ meetings: [Int32]) {
      kernels.append(Kernel(kind: kind, weight: weight))
      members.append(Array(Set(meetings)))
    }
    func meetings(_ lessons: [Int]) -> [Int32] { lessons.flatMap { compiled.meetings(of: $0).map(Int32.init) } }

    for (constraint, weight) in zip(index.problem.constraints, measure.constraintWeights) where weight != 0 {
      let set = constraint.kind.subject == .lessons ? index.lessons(of: constraint.selector) : []
      switch constraint.kind {
      case .lessonsGrouped:
        let firsts = set.compactMap { compiled.meetings(of: $0).first.map(Int32.init) }
        add(.grouped(firsts), weight: weight, firsts)
      case .lessonsEndDay:
        for lesson in set {
          let near = Set(index.lessons[lesson].leafGroups.flatMap { index.groupLessons[$0] }).sorted()
            .filter { index.lessons[$0].weeks.meets(index.lessons[lesson].weeks) }
          for meeting in meetings([lesson]) {
            let others = meetings(near).filter { $0 != meeting }
            add(.endDay(meeting: meeting, others: others), weight: weight, others + [meeting])
          }
        }
      case .lessonsMaxSimultaneous:
        for span in constraint.times {
          let all = meetings(set)
          add(
            .simultaneous(
              meetings: all, span: span, periods: index.scale.mask(of: span), max: constraint.parameter("max")),
            weight: weight, all)
        }
      default: continue
      }
    }
    for person in alternating {
      let weeks = compiled.weekClasses.masks.map { week in
        meetings(person.lessons.filter { index.lessons[$0].weeks.meets(week) })
      }
      // The worst week is sought for each rule by itself.
      let all = weeks.flatMap { $0 }
      for rule in person.day {
        add(.person(weeks: weeks, blocked: person.blocked, day: [rule], week: []), weight: 1, all)
      }
      for rule in person.week {
        add(.person(weeks: weeks, blocked: person.blocked, day: [], week: [rule]), weight: 1, all)
      }
    }
    all = kernels
    ofMeeting = Rows(ConflictGraph.invert(members.map { $0.map(Int.init) }, count: compiled.meetingCount))
  }

  func free() { ofMeeting.free() }

  /// What the kernel costs with every meeting where `timeOf` says.
  func cost(_ number: Int, _ timeOf: Flat<Int32>, _ compiled: CompiledProblem) -> Int64 {
    let times = compiled.times
    let kernel = all[number]
    func mask(_ meeting: Int32) -> UInt64 {
      let time = timeOf[Int(meeting)]
      return time < 0 ? 0 : times.mask[Int(time)]
    }
    switch kernel.kind {
    case .grouped(let firsts):
      var placed = firsts.map { Int(timeOf[Int($0)]) }
      guard placed.allSatisfy({ $0 >= 0 }) else { return 0 }
      placed.sort { times.spans[$0] < times.spans[$1] }
      for (one, other) in zip(placed, placed.dropFirst())
      where times.day[one] != times.day[other] || times.first[other] != times.last[one] + 1 { return kernel.weight }
      return 0
    case .endDay(let meeting, let others):
      let time = timeOf[Int(meeting)]
      guard time >= 0 else { return 0 }
      let span = times.spans[Int(time)]
      for other in others {
        let at = timeOf[Int(other)]
        if at >= 0, times.day[Int(at)] == times.day[Int(time)], times.spans[Int(at)].start >= span.end {
          return kernel.weight
        }
      }
      return 0
    case .simultaneous(let meetings, let span, let periods, let limit):
      let near = meetings.filter { meeting in
        let time = timeOf[Int(meeting)]
        return time >= 0 && times.spans[Int(time)].overlaps(span)
      }
      guard near.count > limit else { return 0 }
      var peak = 0
      for week in compiled.weekClasses.masks {
        let held = near.filter { compiled.index.lessons[Int(compiled.lessonOf[Int($0)])].weeks.meets(week) }.map(mask)
        var rest = periods
        while rest != 0 {
          let bit = rest & (0 &- rest)
          rest &= rest - 1
          peak = Swift.max(peak, held.count { $0 & bit != 0 })
        }
      }
      return kernel.weight * Int64(Swift.max(0, peak - limit))
    case .person(let weeks, let blocked, let day, let week):
      var worst: Int64 = 0
      for meetings in weeks where !meetings.isEmpty {
        var masks = [UInt64](repeating: 0, count: compiled.dayCount)
        for meeting in meetings where timeOf[Int(meeting)] >= 0 {
          masks[Int(times.day[Int(timeOf[Int(meeting)])])] |= mask(meeting)
        }
        var cost: Int64 = 0
        for (number, mask) in masks.enumerated() {
          for rule in day {
            cost += Tracks.cost(rule, mask, joined: compiled.index.scale.joined[number], blocked: blocked[number])
          }
        }
        for rule in week {
          let sum = zip(masks, blocked).reduce(0) { $0 + WeekMeasure($1.0, blocked: $1.1)[rule.kind] }
          cost += rule.weight * Int64(Swift.max(0, sum - Int(rule.limit)))
        }
        worst = Swift.max(worst, cost)
      }
      return worst
    }
  }
}

/// What one day adds to the sums that week rules limit.
struct WeekMeasure {
  let mask: UInt64
  let blocked: UInt64

  @inline(__always) init(_ mask: UInt64, blocked: UInt64) {
    self.mask = mask
    self.blocked = blocked
  }

  @inline(__always) subscript(_ kind: Tracks.WeekRule.Kind) -> Int {
    guard mask != 0 else { return 0 }
    return switch kind {
    case .gaps: Tracks.gaps(mask, blocked: blocked)
    case .days: 1
    // The day begins with the first period that is not blocked.
    case .lateStarts: mask & ~blocked & (blocked &+ 1) == 0 ? 1 : 0
    }
  }
}
