import Timetabling

/// Says rules in the institution's own names.
struct RuleWords {
  let index: ProblemIndex
  let book: RuleBook
  private let wording: Wording
  private var problem: Problem { index.problem }

  init(_ index: ProblemIndex, _ book: RuleBook) {
    self.index = index
    self.book = book
    wording = Wording(problem: index.problem)
  }

  func name(_ rule: Rule) -> NamedRule {
    func named(_ code: String, _ subjects: [String], _ message: String) -> NamedRule {
      NamedRule(code: code, subjects: subjects, message: message)
    }
    switch rule {
    case .pin(let lesson, let pin):
      let value = problem.lessons[lesson]
      return named(
        "pin", [value.id.rawValue], "\(meeting(lesson, value.pins[pin].meeting)) is pinned \(place(value.pins[pin])).")
    case .teacher(let teacher):
      let value = problem.teachers[teacher]
      return named(
        "teacher.one-at-a-time", [value.id.rawValue],
        "\(value.name) gives one lesson at a time, and has \(meetings(book.taught[teacher]))"
          + (book.maybe[teacher].isEmpty ? "." : ", and may be chosen for \(meetings(book.maybe[teacher])) more."))
    case .pool(let lesson):
      let value = problem.lessons[lesson]
      let pool = book.pools.all.first { $0.lesson == lesson }
      let names = (pool?.candidates ?? []).map { problem.teachers[$0].name }
      return named(
        "lesson.pool", [value.id.rawValue],
        "\(value.name) is given by \(value.teachersFromPool) of \(Wording.list(names, limit: 8)), the same in all its "
          + "meetings.")
    case .teacherBlocked(let teacher):
      let value = problem.teachers[teacher]
      return named(
        "teacher.blocked-time", [value.id.rawValue], "\(value.name) is not available \(spans(value.availability)).")
    case .teacherMinutes(let teacher):
      let value = problem.teachers[teacher]
      let limits = [
        value.maxMinutesPerDay.map { wording.duration($0) + " a day" },
        value.maxMinutesPerWeek.map { wording.duration($0) + " a week" },
      ].compactMap { $0 }
      return named(
        "teacher.minutes", [value.id.rawValue],
        "\(value.name) teaches at most \(limits.joined(separator: " and ")).")
    case .group(let cohort):
      let value = book.cohorts[cohort]
      let (subjects, name) = groups(value.groups)
      return named(
        "group.one-at-a-time", subjects,
        "\(name.sentence) attends one lesson at a time, and has \(meetings(value.lessons)).")
    case .groupBlocked(let group):
      let value = problem.groups[group]
      return named(
        "group.blocked-time", [value.id.rawValue],
        "Class group \(value.name) is not available \(spans(value.availability)).")
    case .rooms(let kind):
      let value = book.roomKinds[kind]
      let rooms = value.rooms.map { problem.rooms[$0] }
      let count = value.lessons.reduce(0) { $0 + problem.lessons[$1].meetingsPerWeek }
      return named(
        "rooms.of-a-kind", rooms.map(\.id.rawValue),
        "\(Wording.count(count, "meeting")) \(count == 1 ? "needs" : "need") "
          + "\(index.describe(rooms: value.rooms, for: value.lessons)); there \(rooms.count == 1 ? "is" : "are") "
          + "\(Wording.count(rooms.count, "such room")): \(Wording.list(rooms.map(\.name), limit: 6)).")
    case .roomClosed(let room):
      let value = problem.rooms[room]
      return named("room.closed", [value.id.rawValue], "Room \(value.name) is closed \(spans(value.availability)).")
    case .roomBookings(let kind):
      let rooms = book.roomKinds[kind].rooms.map { problem.rooms[$0] }
      let limit = rooms.reduce(0) { $0 + ($1.dailyBookingLimit ?? 0) }
      return named(
        "room.daily-bookings", rooms.map(\.id.rawValue),
        "\(rooms.count == 1 ? "Room" : "Rooms") \(Wording.list(rooms.map(\.name), limit: 6)) may be booked "
          + "\(Wording.count(limit, "time")) a day\(rooms.count == 1 ? "" : " in all").")
    case .noRoom(let lesson):
      let value = problem.lessons[lesson]
      return named(
        "lesson.room", [value.id.rawValue],
        "\(value.name) needs \(value.roomNeed.count == 1 ? "" : "\(value.roomNeed.count) rooms, each ")"
          + "\(index.describe(rooms: index.lessons[lesson].rooms, for: [lesson])).")
    case .constraint(let number):
      let value = problem.constraints[number]
      return named("constraint.\(value.kind.rawValue)", [value.id.rawValue], describe(value))
    case .students(let number):
      let value = book.enrolled[number]
      let students = value.groups.map { problem.students[$0] }
      return named(
        "student.one-at-a-time", students.map(\.id.rawValue),
        "\(Wording.list(students.map(\.name)).sentence) \(students.count == 1 ? "attends" : "attend") one lesson at a time, "
          + "with \(meetings(value.lessons)).")
    case .meetings(let lesson):
      let value = problem.lessons[lesson]
      return named(
        "lesson.one-at-a-time", [value.id.rawValue],
        "The \(value.meetingsPerWeek) meetings of \(value.name) do not overlap.")
    }
  }

  /// `L1`, or `meeting 2 of L1` where it has several.
  func meeting(_ lesson: Int, _ number: Int) -> String {
    let value = problem.lessons[lesson]
    return value.meetingsPerWeek > 1 ? "Meeting \(number + 1) of \(value.name)" : value.name
  }

  func time(_ span: TimeSpan) -> String { wording.time(span) }

  private func place(_ pin: Pin) -> String {
    var words: [String] = []
    if let day = pin.day { words.append("to \(wording.day(day))") }
    if let start = pin.start { words.append((pin.day == nil ? "to " : "") + wording.start(start, day: pin.day)) }
    if let rooms = pin.rooms {
      let names = rooms.map { room in index.roomIndex[room].map { problem.rooms[$0].name } ?? room.rawValue }
      words.append("to room \(Wording.list(names))")
    }
    return words.joined(separator: " ")
  }

  private func meetings(_ lessons: [Int]) -> String {
    Wording.count(lessons.reduce(0) { $0 + problem.lessons[$1].meetingsPerWeek }, "meeting") + " a week"
  }

  /// The cohort in one name: a class group with exactly these leaves, else the leaves.
  func groups(_ leaves: [Int]) -> (ids: [String], name: String) {
    let whole = problem.groups.indices.first { index.leaves[$0] == leaves }
    let named = whole.map { [$0] } ?? leaves
    let names = named.map { problem.groups[$0].name }
    return (
      named.map { problem.groups[$0].id.rawValue },
      names.count == 1 ? "class group \(names[0])" : "each of class groups \(Wording.list(names))"
    )
  }

  private func spans(_ availability: [Availability]) -> String {
    let blocked = availability.filter { $0.grade == .blocked }.map(\.span).sorted()
    return Wording.list(joined(blocked).map(wording.time), limit: 5)
  }

  /// Neighboring spans of a day as one.
  private func joined(_ spans: [TimeSpan]) -> [TimeSpan] {
    spans.reduce(into: []) { joined, span in
      if let last = joined.last, last.day == span.day, last.end >= span.start {
        joined[joined.count - 1].end = max(last.end, span.end)
      } else {
        joined.append(span)
      }
    }
  }

  private func describe(_ constraint: Constraint) -> String {
    let note = constraint.note.isEmpty ? "" : " (\(constraint.note))"
    let values = constraint.kind.parameters.map { "\($0.name) \(constraint.parameter($0.name))" }
    var words = "Constraint \(constraint.id)\(note) of kind \(constraint.kind.rawValue)"
    if !values.isEmpty { words += ", " + values.joined(separator: ", ") }
    if !constraint.times.isEmpty { words += ", " + Wording.list(constraint.times.map(wording.time)) }
    if !constraint.rooms.isEmpty { words += ", rooms " + Wording.list(constraint.rooms.map(\.rawValue)) }
    let whom = constraint.selector
    let names =
      whom.lessons.map(\.rawValue) + whom.courses.map(\.rawValue) + whom.teachers.map(\.rawValue)
      + whom.groups.map(\.rawValue) + whom.departments.map(\.rawValue) + whom.tags
    return words + (names.isEmpty ? ", for everybody." : ", for \(Wording.list(names, limit: 5)).")
  }
}
