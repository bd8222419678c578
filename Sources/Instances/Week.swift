import Timetabling

/// The bell times of a generated university: five days of nine periods of 50 minutes, noon off after the fifth.
enum Week {
  static let days = 5
  static let periods = 9
  static let morning = 5
  static let minutes = 50
  static let slots = days * periods

  private static let starts = [480, 540, 600, 660, 720, 840, 900, 960, 1020]

  static var grid: TimeGrid {
    let bells = starts.map { Period(start: $0, end: $0 + minutes) }
    return TimeGrid(
      id: "main", days: ["Mon", "Tue", "Wed", "Thu", "Fri"].map { GridDay(name: $0, periods: bells) },
      longestBridgedPause: 15)
  }

  /// Where a meeting of so many periods may start on a day; starts that leave no odd period behind come first.
  static func starts(of length: Int) -> [Int] { length == 1 ? Array(0..<periods) : [0, 2, 5, 7, 1, 3, 6] }

  static func span(_ place: Place) -> TimeSpan {
    TimeSpan(day: place.day, start: starts[place.period], end: starts[place.period + place.length - 1] + minutes)
  }

  /// Half days: the periods before noon, and those after.
  static func half(_ day: Int, isMorning: Bool) -> Place {
    isMorning
      ? Place(day: day, period: 0, length: morning) : Place(day: day, period: morning, length: periods - morning)
  }
}

/// A run of periods of one day.
struct Place: Hashable {
  var day: Int
  var period: Int
  var length: Int

  var first: Int { day * Week.periods + period }
  var slots: Range<Int> { first..<(first + length) }
  /// One bit for each slot of the week.
  var mask: UInt64 { ((1 << UInt64(length)) - 1) << UInt64(first) }
}
