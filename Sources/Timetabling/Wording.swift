/// Puts things into the institution's own words.
package struct Wording: Sendable {
  let problem: Problem
  private let days: DayNames
  /// Nil where there are clock times, and times are said by them.
  package let periods: PeriodNames?
  private let minutesOfPeriod: Int?

  package init(problem: Problem) {
    self.problem = problem
    days = DayNames(of: problem)
    periods = problem.timeGrids.first.flatMap { $0.hasClockTimes ? nil : PeriodNames(of: $0) }
    minutesOfPeriod = problem.minutesOfPeriod
  }

  /// `Monday 08:00–09:30`, or `Monday 2nd hour to 3rd hour`.
  package func time(_ span: TimeSpan) -> String {
    guard let periods else { return "\(day(span.day)) \(Self.clock(span.start))–\(Self.clock(span.end))" }
    guard let run = periods.run(span) else { return "\(day(span.day)) between periods" }
    return "\(day(span.day)) \(run.first)" + (run.count > 1 ? " to \(run.last)" : "")
  }

  /// `08:00`, or `2nd hour`.
  package func start(_ minute: MinuteOfDay, day: Int? = nil) -> String {
    guard let periods else { return Self.clock(minute) }
    return periods.label(startingAt: minute, day: day) ?? "no period's begin"
  }

  /// `90 minutes`, or `2 periods`.
  package func duration(_ minutes: Int) -> String {
    guard let minutesOfPeriod else { return Self.count(minutes, "minute") }
    let (whole, rest) = minutes.quotientAndRemainder(dividingBy: minutesOfPeriod)
    let tenths = (Double(rest) / Double(minutesOfPeriod) * 10).rounded() / 10
    return rest == 0 ? Self.count(whole, "period") : "\(Double(whole) + tenths) periods"
  }

  /// As a number of `unit`.
  package func amount(_ minutes: Int) -> Int { minutes / (minutesOfPeriod ?? 1) }
  package var unit: TimeUnit { minutesOfPeriod == nil ? .minutes : .periods }

  package func day(_ index: Int) -> String {
    if days.labels.indices.contains(index) { return days.labels[index] }
    for grid in problem.timeGrids where grid.days.indices.contains(index) { return grid.days[index].name }
    return "day \(index)"
  }

  /// `08:05` for 485.
  package static func clock(_ minute: MinuteOfDay) -> String {
    let (hour, rest) = minute.quotientAndRemainder(dividingBy: 60)
    return (hour < 10 ? "0" : "") + "\(hour):" + (rest < 10 ? "0" : "") + "\(rest)"
  }

  /// `a`, `a and b`, `a, b and c`, `a, b and 4 more`.
  package static func list(_ names: [String], limit: Int = 3) -> String {
    let shown = names.count > limit + 1 ? Array(names.prefix(limit)) + ["\(names.count - limit) more"] : names
    guard shown.count > 1, let last = shown.last else { return shown.first ?? "none" }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }

  package static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

extension StringProtocol {
  /// With a capital first letter, the rest as it is.
  package var sentence: String { prefix(1).uppercased() + dropFirst() }
}
