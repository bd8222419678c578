/// Who contributes what to each measure of a timetable.
///
/// Shares are counted in thousandths of a unit, so that what several lessons or people cause together can be split
/// between them and still sums up exactly.
public struct ScoreBreakdown: Hashable, Sendable, Codable {
  /// The criteria in catalogue order, then the weighted constraints in the problem's.
  public var items: [ScoreItem]
  public var constants: InputConstants

  public init(items: [ScoreItem], constants: InputConstants) {
    self.items = items
    self.constants = constants
  }
}

/// One criterion, or one weighted constraint.
public struct ScoreItem: Hashable, Sendable, Codable {
  /// `criterion.compactness`, or `constraint.` with the constraint's kind.
  public var term: String
  /// Id of the constraint.
  public var constraint: String?
  /// Units of the criterion, or violations of the constraint not yet times its weight; less is better.
  public var units: Int
  /// No timetable has fewer units, as far as a quick bound tells; none has more than `worst`. For constraints 0 and
  /// `units`.
  public var best: Int
  public var worst: Int
  /// Sorted by id; they sum up to 1000 × `units`, with what belongs to no lesson under an empty id.
  public var lessons: [ScoreShare]
  /// The same units by the teachers, class groups, students, rooms or times they fall on.
  public var holders: [ScoreShare]

  public init(
    term: String, constraint: String? = nil, units: Int, best: Int, worst: Int, lessons: [ScoreShare],
    holders: [ScoreShare]
  ) {
    self.term = term
    self.constraint = constraint
    self.units = units
    self.best = best
    self.worst = worst
    self.lessons = lessons
    self.holders = holders
  }

  /// Percent of the way from the worst bound to 0 units: reached, and as much as can be reached.
  public var reached: Double { percent(units) }
  public var attainable: Double { percent(best) }

  /// Whether the input fixes the figure, so that it says nothing about the timetable.
  public var isConstant: Bool { constraint == nil && worst <= best }

  private func percent(_ units: Int) -> Double { worst > 0 ? Double(worst - units) / Double(worst) * 100 : 100 }
}

public struct ScoreShare: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable {
    case lesson, teacher, group, student, room, time, nobody
  }

  public var kind: Kind
  public var id: String
  public var thousandths: Int

  public init(kind: Kind, id: String, thousandths: Int) {
    self.kind = kind
    self.id = id
    self.thousandths = thousandths
  }
}

/// Figures that look like results but are constants of the input: no timetable changes them.
public struct InputConstants: Hashable, Sendable, Codable {
  /// Minutes, or periods where there are no clock times.
  public var unit: TimeUnit
  /// Room time a week of the lessons that cannot be in virtual rooms, and that in which physical rooms are open: their ratio
  /// is raw utilisation, in the week with most lessons.
  public var neededRoomTime: Int
  public var openRoomTime: Int
  /// Whether every lesson's teachers are given, so that everybody's weekly workload is.
  public var areTeachersGiven: Bool
  /// Standard deviation, over teachers with lessons, of the time taught in a week of the term's mean; nil where teachers are
  /// chosen, and where fewer than two have lessons.
  public var weeklyLoadDeviation: Double?

  /// Raw room-hour utilisation in percent, nil without physical rooms.
  public var roomHourUtilization: Double? {
    openRoomTime > 0 ? Double(neededRoomTime) / Double(openRoomTime) * 100 : nil
  }
}

extension InputConstants {
  public init(_ index: ProblemIndex) {
    let problem = index.problem
    let minutesOfUnit = problem.minutesOfPeriod ?? 1
    unit = problem.minutesOfPeriod == nil ? .minutes : .periods
    let weeks = (0..<max(1, min(64, problem.term.weekCount))).map { WeekSet(mask: 1 << UInt64($0)) }
    let needed =
      weeks.map { week in
        index.lessons.indices.reduce(0) { sum, lesson in
          let value = problem.lessons[lesson]
          let isOnline = index.lessons[lesson].rooms.contains { problem.rooms[$0].isVirtual }
          guard index.lessons[lesson].weeks.meets(week), !isOnline else { return sum }
          return sum + value.duration * value.meetingsPerWeek * max(0, value.roomNeed.count)
        }
      }.max() ?? 0
    neededRoomTime = needed / minutesOfUnit
    let open = problem.rooms.indices.filter { !problem.rooms[$0].isVirtual }.reduce(0) { sum, room in
      sum
        + index.scale.days.enumerated().reduce(0) { sum, day in
          sum
            + day.element.reduce(0) { sum, period in
              let span = TimeSpan(day: day.offset, start: period.start, end: period.end)
              return index.isBlocked(room: room, at: span, weeks: index.allWeeks) ? sum : sum + period.minutes
            }
        }
    }
    openRoomTime = open / minutesOfUnit
    areTeachersGiven = problem.lessons.allSatisfy { $0.teachersFromPool == 0 }
    var minutes = [Double](repeating: 0, count: problem.teachers.count)
    for (lesson, facts) in index.lessons.enumerated() {
      let share = Double(weeks.count { facts.weeks.meets($0) }) / Double(weeks.count)
      for teacher in Set(facts.teachers) {
        minutes[teacher] += share * Double(problem.lessons[lesson].duration * problem.lessons[lesson].meetingsPerWeek)
      }
    }
    let loads = minutes.filter { $0 > 0 }
    let mean = loads.reduce(0, +) / Double(max(1, loads.count))
    let variance = loads.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, loads.count))
    weeklyLoadDeviation = areTeachersGiven && loads.count > 1 ? variance.squareRoot() / Double(minutesOfUnit) : nil
  }
}
