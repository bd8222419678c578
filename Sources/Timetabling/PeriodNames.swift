/// What the periods of one grid are called, and spans said by these names.
///
/// A period without a name is `period 3`. Where two periods of a day have one name, each has a number behind it, as days
/// have (`DayNames`), so that what is written is read without a guess.
package struct PeriodNames: Hashable, Sendable {
  /// Periods of a day that follow one another.
  package struct Run: Hashable, Sendable {
    package var first: String
    package var last: String
    package var count: Int
  }

  private let periods: [[Period]]
  private let labels: [[String]]
  /// Whether they say more than a clock does: there are names, or no clock times.
  package let areTelling: Bool

  package init(of grid: TimeGrid) {
    periods = grid.days.map(\.periods)
    labels = periods.map { day in DayNames(day.enumerated().map { $1.name ?? "period \($0 + 1)" }).labels }
    areTelling = !grid.hasClockTimes || periods.contains { $0.contains { $0.name != nil } }
  }

  /// Nil for a span that does not begin and end with periods.
  package func run(_ span: TimeSpan) -> Run? {
    guard periods.indices.contains(span.day),
      let first = periods[span.day].firstIndex(where: { $0.start == span.start }),
      let last = periods[span.day].firstIndex(where: { $0.end == span.end }), first <= last
    else { return nil }
    return Run(first: labels[span.day][first], last: labels[span.day][last], count: last - first + 1)
  }

  /// The inverse of `run`.
  package func span(day: Int, first: String, count: Int) -> TimeSpan? {
    guard periods.indices.contains(day), count > 0, let index = labels[day].firstIndex(of: first),
      count <= periods[day].count - index
    else { return nil }
    return TimeSpan(day: day, start: periods[day][index].start, end: periods[day][index + count - 1].end)
  }

  /// The period that begins at a minute of a day; without a day, of the first day that has one.
  func label(startingAt minute: MinuteOfDay, day: Int?) -> String? {
    for other in periods.indices where day == nil || other == day {
      if let index = periods[other].firstIndex(where: { $0.start == minute }) { return labels[other][index] }
    }
    return nil
  }
}

/// The names of periods, by lesson: each has those of its own grid.
package struct LessonPeriods: Sendable {
  private let grids: [TimeGridID: PeriodNames]
  private let first: TimeGridID?
  private let ofLessons: [LessonID: TimeGridID]

  package init(_ problem: Problem) {
    grids = Dictionary(problem.timeGrids.map { ($0.id, PeriodNames(of: $0)) }, uniquingKeysWith: { first, _ in first })
    first = problem.timeGrids.first?.id
    ofLessons = Dictionary(
      problem.lessons.compactMap { lesson in lesson.timeGrid.map { (lesson.id, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// Nil where they say no more than a clock does.
  package func names(of lesson: LessonID) -> PeriodNames? {
    (ofLessons[lesson] ?? first).flatMap { grids[$0] }.flatMap { $0.areTelling ? $0 : nil }
  }
}

/// What times are counted in.
public enum TimeUnit: String, Hashable, Sendable, Codable {
  case minutes, hours, periods
}

extension Problem {
  /// The minutes that stand for one period where there are no clock times; nil where minutes are minutes.
  package var minutesOfPeriod: Int? {
    guard let grid = timeGrids.first, !grid.hasClockTimes else { return nil }
    return grid.days.lazy.flatMap(\.periods).first.map { max(1, $0.minutes) }
  }
}

extension TimeSpan {
  /// With a grid's `PeriodNames` under this key in an encoder's `userInfo`, spans are written by the names of periods
  /// and without minutes, for who reads and not to be read back.
  package static let namesKey = CodingUserInfoKey(rawValue: "horarium.periods")

  private enum CodingKeys: CodingKey { case day, start, end, period, periods }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(day, forKey: .day)
    if let names = Self.namesKey.flatMap({ encoder.userInfo[$0] as? PeriodNames }), let run = names.run(self) {
      try container.encode(run.first, forKey: .period)
      try container.encode(run.count, forKey: .periods)
    } else {
      try container.encode(start, forKey: .start)
      try container.encode(end, forKey: .end)
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      day: try container.decode(Int.self, forKey: .day), start: try container.decode(Int.self, forKey: .start),
      end: try container.decode(Int.self, forKey: .end))
  }
}
