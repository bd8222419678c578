import Patterns

extension CompiledCourses {
  init(_ problem: CourseProblem) {
    weeks = problem.weeks
    days = problem.days
    classes = problem.classes.count
    rooms = problem.rooms.count
    weights = problem.weights

    var table = MeetingTable()
    let choices = problem.classes.map { facts in
      facts.times.enumerated().map { number, option in
        TimeChoice(
          meeting: Int32(table.number(of: option.pattern)), cost: Int32(option.penalty * problem.weights.time),
          option: Int32(number))
      }
    }
    meetings = Flat(table.meetings)
    let closures = Self.closures(problem, table.meetings)
    let possible = choices.map { $0.map { table.meetings[Int($0.meeting)] } }
    let filter = OptionFilter(problem, possible) { room, index, time in
      closures.isClosed(room, Int(choices[index][time].meeting))
    }
    times = Rows(choices.indices.map { index in filter.times[index].map { choices[index][Int($0)] } })
    let openRooms = problem.classes.indices.map { index in
      let options = problem.classes[index].rooms
      return options.isEmpty
        ? [RoomChoice(room: Int32(problem.rooms.count), cost: 0, option: 0)]
        : filter.rooms[index].map { option in
          let facts = options[Int(option)]
          return RoomChoice(
            room: Int32(facts.room), cost: Int32(facts.penalty * problem.weights.room), option: option)
        }
    }
    roomChoices = Rows(openRooms)
    movable = Flat(
      problem.classes.indices.filter { filter.times[$0].count > 1 || openRooms[$0].count > 1 }.map(Int32.init))

    let travel = Self.travel(problem)
    let book = RuleBook(problem, hasWays: travel.count > 0)
    crowds = book.crowds
    rules = Flat(book.rules)
    members = Flat(book.members)
    timeSeats = Rows(book.timeSeats)
    placeSeats = Rows(book.placeSeats)
    rigidSeats = Rows(book.rigidSeats)
    crowdSeats = Rows(book.crowdSeats)
    atoms = Rows(book.atoms)
    cellBegin = Flat(book.cellBegin)
    largestRule = book.rules.map { Int($0.end - $0.begin) }.max() ?? 0

    closedRow = Flat(closures.rows)
    closedBits = Flat(closures.bits)
    closedWords = closures.words
    wayNumber = Flat(travel.number)
    ways = Flat(travel.ways)
    wayCount = travel.count
    longestWay = Int32(travel.ways.max() ?? 0)
    sections = CompiledSections(problem)
  }

  /// For each room and day the classes that may meet there then.
  func roomCapacity() -> [Int32] {
    var capacity = [Int32](repeating: 0, count: rooms * days)
    for index in 0..<classes {
      let union = possibleDays(index)
      for choice in roomChoices.range(index) where Int(roomChoices[choice].room) != rooms {
        for day in 0..<days where union >> UInt16(day) & 1 == 1 {
          capacity[Int(roomChoices[choice].room) * days + day] += 1
        }
      }
    }
    return capacity
  }

  /// For each rule that is listed by days, and each day, the classes that may meet then.
  func ruleCapacity() -> [Int32] {
    var capacity = [Int32](repeating: 0, count: crowds * days)
    for index in 0..<classes {
      let union = possibleDays(index)
      for position in crowdSeats.range(index) {
        let crowd = Int(rules[Int(crowdSeats[position].rule)].crowd)
        for day in 0..<days where union >> UInt16(day) & 1 == 1 { capacity[crowd * days + day] += 1 }
      }
    }
    return capacity
  }

  private func possibleDays(_ index: Int) -> UInt16 {
    times.range(index).reduce(0) { $0 | meetings[Int(times[$1].meeting)].days }
  }

  /// Bit (row of the room, meeting): the room is closed then; rooms that are never closed have row -1.
  private struct Closures {
    var rows: [Int32]
    var bits: [UInt64]
    var words: Int

    func isClosed(_ room: Int, _ meeting: Int) -> Bool {
      rows[room] >= 0 && bits[Int(rows[room]) * words + meeting >> 6] >> UInt64(meeting & 63) & 1 == 1
    }
  }

  private static func closures(_ problem: CourseProblem, _ meetings: [Meeting]) -> Closures {
    let words = (meetings.count + 63) / 64
    var rows = [Int32](repeating: -1, count: problem.rooms.count + 1)
    var bits: [UInt64] = []
    for (room, facts) in problem.rooms.enumerated() where !facts.unavailable.isEmpty {
      let closed = facts.unavailable.map(MeetingTable.meeting)
      var row = [UInt64](repeating: 0, count: words)
      for (number, meeting) in meetings.enumerated() where closed.contains(where: meeting.overlaps) {
        row[number >> 6] |= 1 << UInt64(number & 63)
      }
      guard row.contains(where: { $0 != 0 }) else { continue }
      rows[room] = Int32(bits.count / max(1, words))
      bits += row
    }
    return Closures(rows: rows, bits: bits, words: words)
  }

  private static func travel(_ problem: CourseProblem) -> (number: [Int32], ways: [Int16], count: Int) {
    var number = [Int32](repeating: -1, count: problem.rooms.count + 1)
    var count = 0
    for (room, facts) in problem.rooms.enumerated() {
      for way in facts.travel where way.slots > 0 {
        for end in [room, way.room] where number[end] < 0 {
          number[end] = Int32(count)
          count += 1
        }
      }
    }
    var ways = [Int16](repeating: 0, count: count * count)
    for (room, facts) in problem.rooms.enumerated() {
      // Also those of no slots: what a file says last holds.
      for way in facts.travel {
        let (from, to) = (Int(number[room]), Int(number[way.room]))
        guard from >= 0, to >= 0 else { continue }
        ways[from * count + to] = Int16(way.slots)
        ways[to * count + from] = Int16(way.slots)
      }
    }
    return (number, ways, count)
  }
}

/// The different meetings of a problem, each with a number.
struct MeetingTable {
  private(set) var meetings: [Meeting] = []
  private var numbers: [MeetingPattern: Int] = [:]

  mutating func number(of pattern: MeetingPattern) -> Int {
    if let number = numbers[pattern] { return number }
    numbers[pattern] = meetings.count
    meetings.append(Self.meeting(pattern))
    return meetings.count - 1
  }

  static func meeting(_ pattern: MeetingPattern) -> Meeting {
    Meeting(weeks: pattern.weeks, days: pattern.days, start: Int16(pattern.start), end: Int16(pattern.end))
  }
}
