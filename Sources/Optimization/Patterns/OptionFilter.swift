import Patterns

/// Which options of classes any valid solution can use at all, as far as pairs of classes tell.
///
/// An option goes that fits with none of another class's under a rule both must keep, or whose place is closed or taken
/// by a class that can be nowhere else; until nothing goes any more (arc consistency, AC-3). Planted
/// catalogs have a tenth of their classes at one fixed time, and real ones some; what those rule out need not be proposed.
struct OptionFilter {
  /// Of each class, the numbers of the times and rooms that are left. Everything, where nothing valid is left of a class.
  private(set) var times: [[Int32]]
  private(set) var rooms: [[Int32]]

  private let meetings: [[Meeting]]
  private let places: [[Int32]]
  private let rules: [PairRule]
  private let seats: [[(rule: Int, position: Int)]]
  private let users: [[Int32]]
  private let isClosed: (_ room: Int, _ index: Int, _ time: Int) -> Bool
  /// Meetings that are in each room for sure.
  private var taken: [[(index: Int, meeting: Meeting)]]
  private var isTaken: [Bool]
  private var waiting: [Int] = []
  private var isWaiting: [Bool]

  /// A required rule on pairs.
  private struct PairRule {
    var kind: RuleKind
    var limit: Int32
    var classes: [Int]
  }

  init(_ problem: CourseProblem, _ meetings: [[Meeting]], isClosed: @escaping (Int, Int, Int) -> Bool) {
    self.meetings = meetings
    self.isClosed = isClosed
    places = problem.classes.map { $0.rooms.map { Int32($0.room) } }
    times = meetings.map { $0.indices.map(Int32.init) }
    rooms = places.map { $0.indices.map(Int32.init) }
    rules = problem.distributions.filter { $0.isRequired && $0.kind.isPairwise }.map {
      let form = RuleBook.form($0.kind)
      return PairRule(kind: form.kind, limit: Int32(form.limit), classes: $0.classes)
    }
    var seats = [[(rule: Int, position: Int)]](repeating: [], count: problem.classes.count)
    for (number, rule) in rules.enumerated() {
      for (position, index) in rule.classes.enumerated() { seats[index].append((number, position)) }
    }
    self.seats = seats
    var users = [[Int32]](repeating: [], count: problem.rooms.count)
    for (index, rooms) in places.enumerated() { for room in rooms { users[Int(room)].append(Int32(index)) } }
    self.users = users
    taken = Array(repeating: [], count: problem.rooms.count)
    isTaken = Array(repeating: false, count: problem.classes.count)
    isWaiting = isTaken
    let all = (times, rooms)
    if !propagate() { (times, rooms) = all }
  }

  /// False where a class is left with nothing.
  private mutating func propagate() -> Bool {
    for index in meetings.indices {
      if !filterPlaces(index) { return false }
      wait(index)
    }
    while let index = waiting.popLast() {
      isWaiting[index] = false
      if !takePlace(index) { return false }
      for seat in seats[index] {
        let rule = rules[seat.rule]
        for (position, other) in rule.classes.enumerated() where other != index {
          if !filter(other, by: index, rule, isBefore: position < seat.position) { return false }
        }
      }
    }
    return true
  }

  private mutating func wait(_ index: Int) {
    if isWaiting[index] { return }
    isWaiting[index] = true
    waiting.append(index)
  }

  /// Where the class can be at one time and in one room only, that is taken for all others.
  private mutating func takePlace(_ index: Int) -> Bool {
    guard !isTaken[index], times[index].count == 1, rooms[index].count == 1 else { return true }
    isTaken[index] = true
    let room = Int(places[index][Int(rooms[index][0])])
    taken[room].append((index, meetings[index][Int(times[index][0])]))
    for user in users[room] where Int(user) != index {
      if !filterPlaces(Int(user)) { return false }
    }
    return true
  }

  /// Keeps the times for which a room is left, and the rooms for which a time is.
  private mutating func filterPlaces(_ index: Int) -> Bool {
    guard !rooms[index].isEmpty else { return !times[index].isEmpty }
    let choices = rooms[index]
    var isUsed = [Bool](repeating: false, count: choices.count)
    let left = times[index].filter { time in
      var isPossible = false
      for number in choices.indices where !(isPossible && isUsed[number]) {
        if isFree(Int(places[index][Int(choices[number])]), index, Int(time)) {
          isPossible = true
          isUsed[number] = true
        }
      }
      return isPossible
    }
    if left.count == times[index].count, !isUsed.contains(false) { return true }
    times[index] = left
    rooms[index] = choices.indices.filter { isUsed[$0] }.map { choices[$0] }
    wait(index)
    return !left.isEmpty
  }

  private func isFree(_ room: Int, _ index: Int, _ time: Int) -> Bool {
    if isClosed(room, index, time) { return false }
    let meeting = meetings[index][time]
    return !taken[room].contains { $0.index != index && $0.meeting.overlaps(meeting) }
  }

  /// Keeps the options of `index` that go together with one of `cause` at least.
  private mutating func filter(_ index: Int, by cause: Int, _ rule: PairRule, isBefore: Bool) -> Bool {
    if rule.kind.asksRoom { return filterRooms(index, by: cause, isSame: rule.kind == .sameRoom) }
    let causes = times[cause]
    let its = meetings[cause]
    let own = meetings[index]
    let left = times[index].filter { time in
      let meeting = own[Int(time)]
      return causes.contains { other in
        isBefore
          ? rule.kind.holds(meeting, its[Int(other)], rule.limit)
          : rule.kind.holds(its[Int(other)], meeting, rule.limit)
      }
    }
    if left.count == times[index].count { return true }
    times[index] = left
    wait(index)
    return !left.isEmpty && filterPlaces(index)
  }

  private mutating func filterRooms(_ index: Int, by cause: Int, isSame: Bool) -> Bool {
    guard !rooms[index].isEmpty, !rooms[cause].isEmpty, isSame || rooms[cause].count == 1 else { return true }
    let causes = rooms[cause].map { places[cause][Int($0)] }
    let left = rooms[index].filter { causes.contains(places[index][Int($0)]) == isSame }
    if left.count == rooms[index].count { return true }
    rooms[index] = left
    wait(index)
    return !left.isEmpty && filterPlaces(index)
  }
}

extension RuleKind {
  /// Whether two classes keep the rule, the first before the second in its list, whatever rooms they are in: of the same
  /// attendees only that they do not overlap.
  func holds(_ one: Meeting, _ two: Meeting, _ limit: Int32) -> Bool {
    switch self {
    case .sameStart: one.start == two.start
    case .sameTime:
      (one.start <= two.start && two.end <= one.end) || (two.start <= one.start && one.end <= two.end)
    case .differentTime: one.start >= two.end || two.start >= one.end
    case .sameDays: one.days | two.days == one.days || one.days | two.days == two.days
    case .differentDays: one.days & two.days == 0
    case .sameWeeks: one.weeks | two.weeks == one.weeks || one.weeks | two.weeks == two.weeks
    case .differentWeeks: one.weeks & two.weeks == 0
    case .overlap: one.overlaps(two)
    case .notOverlap, .sameAttendees: !one.overlaps(two)
    case .precedence: CourseState.precedes(one, two)
    case .workDay: !one.sharesDay(with: two) || Int32(max(one.end, two.end) - min(one.start, two.start)) <= limit
    case .minGap:
      !one.sharesDay(with: two) || Int32(one.end) + limit <= Int32(two.start)
        || Int32(two.end) + limit <= Int32(one.start)
    case .sameRoom, .differentRoom, .maxDays, .maxDayLoad, .maxBreaks, .maxBlock: true
    }
  }
}
