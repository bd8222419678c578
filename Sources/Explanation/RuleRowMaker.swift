import Timetabling

/// The rows of each rule, made once, and again only where they depend on other rules.
final class RuleRowMaker {
  let index: ProblemIndex
  let times: MeetingTimes
  let book: RuleBook
  private let roomChoice: RoomChoice
  private var known: [Rule: RuleRows] = [:]
  /// Rules on which the rows of room kinds depend: they narrow what meetings may choose from, or close rooms.
  let roomRules: [Rule]
  /// What follows for rooms while some of `roomRules` hold; few sets of them are asked about.
  private var roomStates: [[Bool]: RoomState] = [:]

  private struct RoomState {
    /// The rooms each meeting may choose from.
    var choices: [[Int]]
    /// For each room kind: the meetings that have to take their rooms from it.
    var members: [[Int]]
    var rows: [Rule: RuleRows] = [:]
  }

  init(_ index: ProblemIndex, _ book: RuleBook, _ times: MeetingTimes) {
    self.index = index
    self.times = times
    self.book = book
    let choice = RoomChoice(index)
    roomChoice = choice
    let narrowing = choice.narrowing
    roomRules = book.rules.filter { rule in
      if case .roomClosed = rule { true } else { narrowing.contains(rule) }
    }
  }

  /// The rules that hold, as far as others depend on them.
  struct Situation {
    fileprivate let holds: (Rule) -> Bool
    fileprivate let key: [Bool]
  }

  func situation(_ holds: @escaping (Rule) -> Bool) -> Situation { Situation(holds: holds, key: roomRules.map(holds)) }

  /// Whether its rows depend on the room rules that hold.
  func dependsOnRooms(_ rule: Rule) -> Bool { rule.kind == .rooms || rule.kind == .roomBookings }

  func rows(of rule: Rule, in situation: Situation) -> RuleRows {
    let (key, holds) = (situation.key, situation.holds)
    switch rule {
    case .rooms, .roomBookings, .noRoom:
      if let rows = roomState(key, holds).rows[rule] { return rows }
      var rows = RuleRows()
      add(rule, to: &rows, while: holds)
      roomStates[key]?.rows[rule] = rows
      return rows
    default:
      if let rows = known[rule] { return rows }
      var rows = RuleRows()
      add(rule, to: &rows, while: holds)
      known[rule] = rows
      return rows
    }
  }

  private func roomState(_ key: [Bool], _ holds: (Rule) -> Bool) -> RoomState {
    if let state = roomStates[key] { return state }
    if roomStates.count > 12 { roomStates = [:] }
    let choices = times.meetings.map { meeting in
      index.problem.lessons[meeting.lesson].roomNeed.count > 0
        ? roomChoice.rooms(lesson: meeting.lesson, meeting: meeting.number, while: holds) : []
    }
    var choosing: [[Int]: [Int]] = [:]
    for (meeting, rooms) in choices.enumerated() where !rooms.isEmpty { choosing[rooms, default: []].append(meeting) }
    let members = book.roomKinds.map { kind in
      let within = Set(kind.rooms)
      return choosing.filter { within.isSuperset(of: $0.key) }.flatMap(\.value).sorted()
    }
    let state = RoomState(choices: choices, members: members)
    roomStates[key] = state
    return state
  }

  private func add(_ rule: Rule, to rows: inout RuleRows, while holds: (Rule) -> Bool) {
    switch rule {
    case .pin(let lesson, let pin): addPin(index.problem.lessons[lesson].pins[pin], of: lesson, to: &rows)
    case .teacher(let teacher):
      let given = given(by: teacher, in: &rows)
      let meetings = times.meetings(of: book.taught[teacher] + book.maybe[teacher])
      times.covering(meetings, in: &rows, instead: given) { _, _ in 1 }
    case .pool(let lesson):
      let own = times.candidates.filter { $0.lesson == lesson }
      let count = index.problem.lessons[lesson].teachersFromPool
      rows.atMost(own.count - count, own.map(\.no))
    case .group(let cohort): addOneAtATime(book.cohorts[cohort].lessons, to: &rows)
    case .students(let cohort): addOneAtATime(book.enrolled[cohort].lessons, to: &rows)
    case .meetings(let lesson): addOneAtATime([lesson], to: &rows)
    case .teacherBlocked(let teacher):
      for meeting in times.meetings(of: book.taught[teacher]) {
        let weeks = times.weekSet(meeting)
        rows.forbid(times.literals(meeting) { index.isBlocked(teacher: teacher, at: $0, weeks: weeks) })
      }
      for candidate in times.candidates where candidate.teacher == teacher {
        for meeting in times.ofLesson[candidate.lesson] {
          let weeks = times.weekSet(meeting)
          let blocked = times.literals(meeting) { index.isBlocked(teacher: teacher, at: $0, weeks: weeks) }
          if !blocked.isEmpty { rows.atMost(1, blocked + [candidate.yes]) }
        }
      }
    case .groupBlocked(let group):
      let attending = index.lessons.indices.filter { index.lessons[$0].attending.contains(group) }
      for meeting in times.meetings(of: attending) {
        let weeks = times.weekSet(meeting)
        rows.forbid(times.literals(meeting) { index.isBlocked(group: group, at: $0, weeks: weeks) })
      }
    case .teacherMinutes(let teacher): addMinutes(of: teacher, to: &rows)
    case .rooms(let kind): addRooms(kind, to: &rows, while: holds)
    case .roomBookings(let kind): addBookings(kind, to: &rows, while: holds)
    // Its rows are those of the room kinds, at the hours when the room is closed.
    case .roomClosed: break
    case .noRoom(let lesson):
      let choices = roomState(roomRules.map(holds), holds).choices
      for meeting in times.ofLesson[lesson]
      where choices[meeting].count < index.problem.lessons[lesson].roomNeed.count {
        rows.forbid(times.meetings[meeting].held)
      }
    case .constraint(let number): ConstraintRows(times, index.problem.constraints[number]).add(to: &rows)
    }
  }

  private func addPin(_ pin: Pin, of lesson: Int, to rows: inout RuleRows) {
    let meetings = times.ofLesson[lesson]
    guard meetings.count > pin.meeting else { return }
    rows.forbid(
      times.literals(meetings.lowerBound + pin.meeting) { span in
        (pin.day.map { $0 != span.day } ?? false) || (pin.start.map { $0 != span.start } ?? false)
      })
  }

  /// For each meeting that the teacher may be chosen for: literals of its times that must hold where it is held then and
  /// the teacher is chosen.
  private func given(by teacher: Int, in rows: inout RuleRows) -> [Int: [Int32]] {
    var given: [Int: [Int32]] = [:]
    for candidate in times.candidates where candidate.teacher == teacher {
      for meeting in times.ofLesson[candidate.lesson] {
        given[meeting] = (0..<times.meetings[meeting].optionCount).map { option in
          let both = rows.truth()
          rows.atMost(2, [times.meetings[meeting].literal(option), candidate.yes, both.no])
          return both.yes
        }
      }
    }
    return given
  }

  private func addOneAtATime(_ lessons: [Int], to rows: inout RuleRows) {
    times.covering(times.meetings(of: lessons), in: &rows) { _, _ in 1 }
  }

  // MARK: Minutes

  private func addMinutes(of teacher: Int, to rows: inout RuleRows) {
    let value = index.problem.teachers[teacher]
    let given = given(by: teacher, in: &rows)
    let meetings = times.meetings(of: book.taught[teacher] + book.maybe[teacher])
    func literals(_ meeting: Int, where isAsked: (TimeSpan) -> Bool) -> [Int32] {
      guard let own = given[meeting] else { return times.literals(meeting, where: isAsked) }
      return zip(own, times.spans(meeting)).filter { isAsked($0.1) }.map(\.0)
    }
    let unit = meetings.reduce(0) { Self.divisor($0, times.lesson($1).duration) }
    guard unit > 0 else { return }
    for week in times.weeks {
      let held = meetings.filter { times.weekSet($0).meets(week) }
      func limit(_ minutes: Int, _ literals: (Int) -> [Int32]) {
        var counted: [Int32] = []
        for meeting in held {
          let own = literals(meeting)
          guard !own.isEmpty else { continue }
          counted += own
          // A meeting of several units counts once for each.
          for _ in 1..<max(1, times.lesson(meeting).duration / unit) {
            let extra = rows.truth()
            rows.atMost(1, own + [extra.no])
            counted.append(extra.yes)
          }
        }
        rows.atMost(minutes / unit, counted)
      }
      if let minutes = value.maxMinutesPerWeek { limit(minutes) { literals($0) { _ in true } } }
      if let minutes = value.maxMinutesPerDay {
        for day in index.scale.days.indices { limit(minutes) { literals($0) { $0.day == day } } }
      }
    }
  }

  private static func divisor(_ one: Int, _ other: Int) -> Int { other == 0 ? one : divisor(other, one % other) }

  // MARK: Rooms

  /// Meetings that have to take their rooms from the kind.
  func members(of kind: Int, while holds: (Rule) -> Bool) -> [Int] {
    roomState(roomRules.map(holds), holds).members[kind]
  }

  private func addRooms(_ kind: Int, to rows: inout RuleRows, while holds: (Rule) -> Bool) {
    let rooms = book.roomKinds[kind].rooms
    let members = members(of: kind, while: holds)
    var echoes: [Int: [[Int32]]] = [:]
    for member in members where times.lesson(member).roomNeed.count > 1 {
      echoes[member] = (1..<times.lesson(member).roomNeed.count).map { _ in echo(of: member, in: &rows) }
    }
    var closed: [[Int]] = []
    for week in times.weeks {
      closed.append(
        times.atoms.map { atom in
          rooms.count { index.isBlocked(room: $0, at: atom, weeks: week) && holds(.roomClosed($0)) }
        })
    }
    times.covering(members, in: &rows, echoes: echoes) { rooms.count - closed[$0][$1] }
  }

  /// One literal for each of the meeting's times, which holds exactly when the meeting's own does.
  private func echo(of meeting: Int, in rows: inout RuleRows) -> [Int32] {
    let value = times.meetings[meeting]
    let copy = rows.choice(value.optionCount + 1)
    for option in 0..<value.optionCount {
      rows.atMost(1, [value.literal(option)] + copy.enumerated().filter { $0.offset != option }.map(\.element))
    }
    return copy
  }

  private func addBookings(_ kind: Int, to rows: inout RuleRows, while holds: (Rule) -> Bool) {
    let limit = book.roomKinds[kind].rooms.reduce(0) { $0 + (index.problem.rooms[$1].dailyBookingLimit ?? 0) }
    let members = members(of: kind, while: holds)
    for week in times.weeks {
      let held = members.filter { times.weekSet($0).meets(week) }
      for day in index.scale.days.indices {
        rows.atMost(limit, held.flatMap { times.literals($0) { $0.day == day } })
      }
    }
  }
}
