import Timetabling

/// The choice of times for all meetings as a 0/1 model, and of teachers from pools where these are open.
///
/// What it holds: one lesson at a time for everybody, as many rooms of a set as there are, minutes of teachers a day and
/// a week, bookings of rooms a day, and hard rules about pairs of meetings. Left out, for the engine to find: rules about
/// people's weeks (gaps, days, periods), sets that follow one another or end the day, meetings at once, rooms shared by
/// rule, meetings of several rooms (ops/decisions/0028-staffing.md lists them).
struct TimeModel {
  private let compiled: CompiledProblem
  private let meetings: [Int]
  private let literalTime: [Int32]
  private let staffing: StaffingLiterals
  let choices: ChoiceModel

  /// - Parameter pools: open ones, of which `compiled` must hold nobody
  init(
    _ compiled: CompiledProblem, without idle: Set<Int>, hint state: SearchState, pools: [StaffingPools.Pool] = []
  ) {
    self.compiled = compiled
    let meetings = (0..<compiled.meetingCount).filter { !idle.contains($0) }
    self.meetings = meetings
    var rows = TimeRows(compiled, meetings)
    var hint = meetings.map { meeting in
      let current = compiled.times(of: meeting).firstIndex(of: state.timeOf[meeting])
      return current.map { Int32(rows.firstLiteral[meeting] + $0) } ?? -1
    }
    staffing = StaffingLiterals(pools, compiled, &rows)
    hint += [Int32](repeating: -1, count: rows.begin.count - 1 - hint.count)
    literalTime = meetings.flatMap { compiled.times(of: $0).map { $0 } }

    for lessons in compiled.cliques(beside: pools) {
      rows.cover(lessons.flatMap { Array(compiled.meetings(of: $0)) }.map { rows.member($0) }, bound: 1)
    }
    for (rooms, members) in compiled.roomClasses() {
      let own = members.map { rows.member($0) }
      rows.cover(own, bound: rooms.count)
      if let limit = compiled.bookings(of: rooms) { rows.limitDays(own.map { ($0, 1) }, bound: limit) }
    }
    for teacher in compiled.problem.teachers.indices {
      let (sure, maybe) = staffing.members(of: teacher, rows)
      if !maybe.isEmpty { rows.cover(sure + maybe, bound: 1) }
      rows.limitMinutes(of: compiled.problem.teachers[teacher], sure + maybe)
    }
    rows.excludePairs(state.scoring.pairs)
    choices = ChoiceModel(
      choiceBegin: rows.begin, isRequired: [Bool](repeating: true, count: rows.begin.count - 1), atMost: rows.rules,
      hint: hint)
  }

  /// Gives every meeting its chosen time and a room, those with few rooms to choose from first, and lets the greedy
  /// constructor finish. Returns how many have a place.
  func load(_ chosen: [Int32], into state: SearchState, random: RandomSource, isCancelled: () -> Bool) -> Int {
    for meeting in 0..<compiled.meetingCount { state.remove(meeting) }
    var random = random
    let inOrder = meetings.indices.sorted {
      (compiled.rooms(of: meetings[$0]).count, $0)
        < (compiled.rooms(of: meetings[$1]).count, $1)
    }
    var rooms = ShortList(capacity: compiled.mostRoomsNeeded)
    for position in inOrder where chosen[position] >= 0 {
      let time = Int(literalTime[Int(chosen[position])])
      if state.compiled.isAllowed(time: time, for: meetings[position]),
        state.chooseRooms(meetings[position], time, into: &rooms, &random)
      {
        _ = state.place(meetings[position], time, rooms)
      }
    }
    rooms.free()
    if state.unplaced > 0 {
      var greedy = GreedySeed(state, random: random)
      _ = greedy.run(limit: compiled.meetingCount * 4 + 500, isCancelled: isCancelled)
    }
    return compiled.meetingCount - state.unplaced
  }

  /// Of a meeting that is not idle.
  func time(of meeting: Int, in chosen: [Int32]) -> Int32 {
    literalTime[Int(chosen[meetings.firstIndex(of: meeting) ?? 0])]
  }

  /// Whom the solution chooses from the pools.
  func staffing(_ chosen: [Int32]) -> Staffing { staffing.staffing(chosen, compiled.staffing) }
}

/// Who is chosen from each open pool: a choice of yes and no for each candidate, and a literal for "gives the meeting
/// then" for each of a meeting's times.
private struct StaffingLiterals {
  private struct Candidate {
    let pool: StaffingPools.Pool
    let teacher: Int
    let choice: Int
    let yes: Int32
    /// Of each meeting.
    let members: [TimeRows.Member]
  }

  private var candidates: [Candidate] = []
  private let sure: [[Int]]

  init(_ pools: [StaffingPools.Pool], _ compiled: CompiledProblem, _ rows: inout TimeRows) {
    sure = ConflictGraph.invert(compiled.teachers, count: compiled.problem.teachers.count)
    for pool in pools {
      let truths = pool.candidates.map { _ in rows.truth() }
      rows.add(truths.map(\.yes), bound: pool.count)
      rows.add(truths.map(\.no), bound: pool.candidates.count - pool.count)
      for (teacher, truth) in zip(pool.candidates, truths) {
        let members = compiled.meetings(of: pool.lesson).filter { rows.firstLiteral[$0] >= 0 }.map { meeting in
          rows.member(meeting, if: truth.yes) { span, weeks in
            compiled.index.isBlocked(teacher: teacher, at: span, weeks: weeks)
          }
        }
        candidates.append(
          Candidate(pool: pool, teacher: teacher, choice: truth.choice, yes: truth.yes, members: members))
      }
    }
  }

  /// Meetings that the teacher gives, and those that may be given.
  func members(of teacher: Int, _ rows: TimeRows) -> (sure: [TimeRows.Member], maybe: [TimeRows.Member]) {
    (
      sure[teacher].flatMap { Array(rows.compiled.meetings(of: $0)) }.map { rows.member($0) },
      candidates.filter { $0.teacher == teacher }.flatMap(\.members)
    )
  }

  func staffing(_ chosen: [Int32], _ before: Staffing) -> Staffing {
    var staffing = before
    for (_, own) in Dictionary(grouping: candidates, by: \.pool.lesson) {
      staffing.choose(own.filter { chosen[$0.choice] == $0.yes }.map(\.teacher), from: own[0].pool)
    }
    return staffing
  }
}

extension CompiledProblem {
  func holds(_ meeting: Int, week: Int) -> Bool {
    index.lessons[lesson(of: meeting)].weeks.meets(weekClasses.masks[week])
  }

  /// Sets of lessons that a hard constraint keeps from overlapping, by the constraint's position.
  func keptApart() -> [Int: [Int]] {
    problem.constraints.enumerated().reduce(into: [:]) { sets, constraint in
      guard constraint.element.kind == .lessonsNotOverlapping, constraint.element.enforcement == .hard else { return }
      sets[constraint.offset] = index.lessons(of: constraint.element.selector).sorted()
    }
  }

  /// Sets of lessons of which no two may overlap: those of each teacher, group and student, of each single lesson, and
  /// of constraints.
  /// Teachers of open pools, of whom more is known elsewhere, are left out.
  func cliques(beside pools: [StaffingPools.Pool] = []) -> [[Int]] {
    let elsewhere = Set(pools.flatMap(\.candidates))
    let taught = ConflictGraph.invert(teachers, count: problem.teachers.count).enumerated()
      .filter { !elsewhere.contains($0.offset) }.map(\.element)
    let attended = ConflictGraph.invert(index.lessons.map(\.atoms), count: problem.groups.count)
    let hard = index.studentLessons.map { lessons in lessons.filter { !index.lessons[$0].studentClashIsSoft } }
    let several = problem.lessons.indices.filter { problem.lessons[$0].meetingsPerWeek > 1 }.map { [$0] }
    return Array(Set(taught + attended + hard + several + keptApart().values)).filter { !$0.isEmpty }.sorted {
      $0.lexicographicallyPrecedes($1)
    }
  }

  /// For each set of exclusive rooms that meetings choose from: the rooms, and all meetings that can go nowhere else.
  func roomClasses() -> [([Int32], [Int])] {
    var classes: [Set<Int32>: [Int]] = [:]
    for meeting in 0..<meetingCount where roomsNeeded[meeting] == 1 {
      let rooms = Set(rooms(of: meeting))
      if rooms.allSatisfy({ isExclusive[Int($0)] != 0 }) { classes[rooms, default: []].append(meeting) }
    }
    let inOrder = classes.keys.sorted { ($0.count, $0.min() ?? 0) < ($1.count, $1.min() ?? 0) }.prefix(64)
    return inOrder.map { rooms in
      (rooms.sorted(), classes.filter { $0.key.isSubset(of: rooms) }.flatMap(\.value).sorted())
    }
  }

  /// How often the rooms may be booked a day together; nil where one of them has no limit.
  func bookings(of rooms: [Int32]) -> Int? {
    let limits = rooms.map { problem.rooms[Int($0)].dailyBookingLimit }
    return rooms.isEmpty || limits.contains { $0 == nil } ? nil : limits.reduce(0) { $0 + ($1 ?? 0) }
  }
}
