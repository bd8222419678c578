/// Puts things into the institution's own words.
package struct Wording: Sendable {
  let problem: Problem
  private let days: DayNames

  package init(problem: Problem) {
    self.problem = problem
    days = DayNames(of: problem)
  }

  /// `Monday 08:00–09:30`.
  package func time(_ span: TimeSpan) -> String { "\(day(span.day)) \(Self.clock(span.start))–\(Self.clock(span.end))" }

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
