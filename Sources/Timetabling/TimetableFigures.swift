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

  /// Meetings that are held: where there are none, no figure says anything.
  public var meetings: Int
  /// Standard deviation of what a teacher teaches on a day of the week from the teacher's own mean over these days, over
  /// all teachers and all weeks with lessons, in hours or periods. Nil where nobody teaches.
  public var dailyTeachingDeviation: Figure?
  /// Seats that are taken of those in the physical rooms that meetings are in, in percent. Who finds no seat takes none.
  /// Nil without such meetings.
  public var seatFill: Figure?
  /// Different physical rooms in use.
  public var roomsOpened: Figure

  public init(_ timetable: Timetable, _ index: ProblemIndex) {
    let placed = PlacedMeetings(timetable, index)
    meetings = placed.all.count
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
    var (taken, offered) = (0, 0)
    var choices: [[Seating]] = []
    for meeting in placed.all where !meeting.rooms.isEmpty && meeting.rooms.allSatisfy({ !rooms[$0].isVirtual }) {
      let facts = index.lessons[meeting.lesson]
      let seats = meeting.rooms.reduce(0) { $0 + rooms[$1].capacity }
      taken += min(facts.size, seats)
      offered += seats
      let sizes = facts.rooms.filter { !rooms[$0].isVirtual }.map { rooms[$0].capacity }
      choices.append(seatings(of: facts.size, in: sizes, count: meeting.rooms.count))
    }
    guard offered > 0 else { return nil }
    let value = Double(taken) / Double(offered)
    return Figure(value: value * 100, attainable: max(value, fullest(choices)) * 100, unit: .percent)
  }

  private struct Seating {
    var taken: Int
    var offered: Int
  }

  /// The smallest rooms in which all have a seat, and the largest in which all seats are taken: no others fill more of
  /// what they offer. Of several rooms together only the least is known, and that what is full offers what is taken.
  private static func seatings(of size: Int, in capacities: [Int], count: Int) -> [Seating] {
    let sizes = capacities.sorted()
    let least = sizes.prefix(count).reduce(0, +)
    if least >= size { return [Seating(taken: size, offered: least)] }
    let full = count == 1 ? sizes.last { $0 <= size } ?? size : size
    return [Seating(taken: full, offered: full)]
      + (count == 1 ? sizes.first { $0 >= size }.map { [Seating(taken: size, offered: $0)] } ?? [] : [])
  }

  /// The greatest share of all seats together that can be taken, with one of its seatings for each meeting (Dinkelbach
  /// 1967: the choice that is best under one share gives a greater one, until none does).
  private static func fullest(_ choices: [[Seating]]) -> Double {
    var share = 0.0
    while true {
      let best = choices.compactMap { seatings in
        seatings.max { Double($0.taken) - share * Double($0.offered) < Double($1.taken) - share * Double($1.offered) }
      }
      let offered = best.reduce(0) { $0 + $1.offered }
      guard offered > 0 else { return share }
      let next = Double(best.reduce(0) { $0 + $1.taken }) / Double(offered)
      if next <= share { return share }
      share = next
    }
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
