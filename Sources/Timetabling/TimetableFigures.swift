/// What a timetable can move, in people's own units: hours, or periods where there are no clock times, seats and rooms. Beside each figure stands the best that any
/// timetable of the input reaches, as far as a quick bound tells.
///
/// The raw figures that look similar, hours of rooms in use and weekly workload, are constants of the input
/// (`InputConstants`).
public struct TimetableFigures: Hashable, Sendable, Codable {
  public enum Unit: String, Hashable, Sendable, Codable {
    case hours, periods, percent, rooms
  }

  public struct Figure: Hashable, Sendable, Codable {
    public var value: Double
    public var attainable: Double
    public var unit: Unit
  }

  /// Standard deviation of what a teacher teaches on a day of the week from the teacher's own mean over these days, over
  /// all teachers and all weeks with lessons, in hours or periods. Nil where nobody teaches.
  public var dailyTeachingDeviation: Figure?
  /// Seats that are taken of those in the physical rooms that meetings are in, in percent. Nil without such meetings.
  public var seatFill: Figure?
  /// Different physical rooms in use.
  public var roomsOpened: Figure

  public init(_ timetable: Timetable, _ index: ProblemIndex) {
    let placed = PlacedMeetings(timetable, index)
    dailyTeachingDeviation = Self.dailyTeaching(placed, index)
    seatFill = Self.seats(placed, index)
    let opened = Set(placed.all.flatMap(\.rooms).filter { !index.problem.rooms[$0].isVirtual })
    roomsOpened = Figure(value: Double(opened.count), attainable: Double(Self.fewestRooms(placed, index)), unit: .rooms)
  }

  private static func dailyTeaching(_ placed: PlacedMeetings, _ index: ProblemIndex) -> Figure? {
    let days = index.scale.days.indices.filter { !index.scale.days[$0].isEmpty }
    var (squares, fewest, count) = (0.0, 0.0, 0)
    for meetings in placed.ofTeacher {
      // A day's minutes are a multiple of what all lessons' lengths have in common: the least uneven split is one of these.
      let step = meetings.reduce(0) { commonDivisor($0, $1.span.minutes) }
      guard step > 0 else { continue }
      for week in 0..<max(0, min(64, index.problem.term.weekCount)) {
        let held = meetings.filter { $0.weeks.contains(week: week) }
        if held.isEmpty { continue }
        let loads = days.map { day in held.reduce(0) { $0 + ($1.span.day == day ? $1.span.minutes : 0) } }
        let total = loads.reduce(0, +)
        let mean = Double(total * total) / Double(days.count)
        squares += Double(loads.reduce(0) { $0 + $1 * $1 }) - mean
        fewest += Double(step * step * CriterionBounds.fewestSquares(total / step, places: days.count)) - mean
        count += days.count
      }
    }
    guard count > 0 else { return nil }
    let minutesOfPeriod = index.problem.minutesOfPeriod
    func figure(_ squares: Double) -> Double {
      (max(0, squares) / Double(count)).squareRoot() / Double(minutesOfPeriod ?? 60)
    }
    return Figure(
      value: figure(squares), attainable: figure(fewest), unit: minutesOfPeriod == nil ? .hours : .periods)
  }

  private static func commonDivisor(_ one: Int, _ other: Int) -> Int {
    other == 0 ? one : commonDivisor(other, one % other)
  }

  private static func seats(_ placed: PlacedMeetings, _ index: ProblemIndex) -> Figure? {
    let rooms = index.problem.rooms
    var (taken, offered, fewest) = (0, 0, 0)
    for meeting in placed.all where !meeting.rooms.isEmpty && meeting.rooms.allSatisfy({ !rooms[$0].isVirtual }) {
      let facts = index.lessons[meeting.lesson]
      taken += facts.size
      offered += meeting.rooms.reduce(0) { $0 + rooms[$1].capacity }
      let smallest = facts.rooms.filter { !rooms[$0].isVirtual }.map { rooms[$0].capacity }.sorted()
      fewest += smallest.prefix(meeting.rooms.count).reduce(0, +)
    }
    guard offered > 0, fewest > 0 else { return nil }
    func percent(_ seats: Int) -> Double { Double(taken) / Double(seats) * 100 }
    return Figure(value: percent(offered), attainable: percent(min(fewest, offered)), unit: .percent)
  }

  /// Rooms that cannot be done without: those of the meeting with most rooms, and as many as all meetings fill.
  private static func fewestRooms(_ placed: PlacedMeetings, _ index: ProblemIndex) -> Int {
    let constants = InputConstants(index)
    let time =
      index.scale.days.reduce(0) { $0 + $1.reduce(0) { $0 + $1.minutes } } / (index.problem.minutesOfPeriod ?? 1)
    let physical = placed.all.filter { meeting in
      meeting.rooms.contains { !index.problem.rooms[$0].isVirtual }
    }
    let atOnce = physical.map { meeting in meeting.rooms.count { !index.problem.rooms[$0].isVirtual } }.max() ?? 0
    // With virtual rooms nobody needs to be in a physical one; of several grids one may use the pauses of another.
    let isOpen = index.problem.rooms.contains(where: \.isVirtual) || index.problem.timeGrids.count > 1
    let byTime = isOpen || time == 0 ? 0 : (constants.neededRoomTime + time - 1) / time
    return max(atOnce, physical.isEmpty ? 0 : byTime)
  }
}
