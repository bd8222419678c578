/// How the days of a week are told apart in writing.
///
/// A cycle of ten days may say Mon to Fri twice. Each day has a label of its own: its name where no other day has it, and
/// else the name with a number behind it, `Mon#1` and `Mon#2`. What is written with labels is read without a guess.
package struct DayNames: Hashable, Sendable {
  package enum Meaning: Hashable, Sendable {
    case day(Int)
    /// The name of several days; their labels.
    case several([String])
    case unknown
  }

  /// One for each day, no two alike.
  package let labels: [String]
  /// Days by their names, as they are written in the grid.
  private let days: [String: [Int]]
  /// Where a day is called `1`, a number is a name and nothing else.
  private let areNumbersNames: Bool

  package init(_ names: [String]) {
    let days = Dictionary(grouping: names.indices, by: { names[$0] })
    var seen: [String: Int] = [:]
    let labels = names.map { name -> String in
      seen[name, default: 0] += 1
      let isTelling = days[name]?.count == 1 && !name.isEmpty && name.first != " " && name.last != " "
      return isTelling ? name : "\(name)#\(seen[name, default: 1])"
    }
    self.days = days
    areNumbersNames = names.contains { Int($0) != nil }
    // Somebody may have called a day `Mon#1` already.
    let numbers = names.indices.map { "#\($0)" }
    self.labels = Set(labels).count == labels.count ? labels : numbers
  }

  /// Of the first time grid, whose days all others share.
  package init(of problem: Problem) { self.init(problem.timeGrids.first?.days.map(\.name) ?? []) }

  package func label(_ day: Int) -> String { labels.indices.contains(day) ? labels[day] : "day \(day)" }

  /// A label, a name that one day has, or the day's number from 0.
  package func meaning(of text: String) -> Meaning {
    if let day = labels.firstIndex(of: text) { return .day(day) }
    if let named = days[text] { return named.count == 1 ? .day(named[0]) : .several(named.map { labels[$0] }) }
    if !areNumbersNames, let number = Int(text), labels.indices.contains(number) { return .day(number) }
    return .unknown
  }
}
