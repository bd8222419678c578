import Optimization
import Timetabling

/// Computes what is enough to change: for each rule of a conflict how far it has to give way while every other rule
/// holds, as the cheapest solution of an elastic model.
struct Relaxer {
  let search: ConflictSearch
  let words: RuleWords
  let effort: RelaxationEffort

  /// Spare places of each row that the elastic model offers, first and at last.
  private static let slacks = [1, 3, 12]
  /// Steps by which the limit of a constraint is moved at most.
  private static let mostSteps = 8

  struct Found {
    /// Position of the rule that gives way; nil for meetings left out.
    let position: Int?
    var relaxation: Relaxation
  }

  private var index: ProblemIndex { words.index }
  private var times: MeetingTimes { search.times }

  /// What is enough for all meetings first, and of that the cheapest. `question` must hold all rules of the conflict, and
  /// be possible without some of them.
  ///
  /// Where nothing is found out for all meetings together, only the conflict's own are looked at.
  func relaxations(of conflict: [Int], in question: ConflictSearch.Question) throws -> [Found] {
    var easiest = question
    easiest.rules = easiest.rules.subtracting(conflict)
    var found: [Found] = []
    var unanswered = conflict
    if try search.ask(easiest) == .possible {
      (found, unanswered) = try relaxations(of: conflict, in: question, isForAll: true)
    }
    if found.isEmpty { unanswered = conflict }
    if !unanswered.isEmpty {
      let near = surroundings(of: conflict, in: question)
      let known = Set(found.map(\.position))
      found += try relaxations(of: unanswered, in: near, isForAll: false).found.filter { !known.contains($0.position) }
    }
    func rank(_ offset: Int, _ relaxation: Relaxation) -> (Int, Int, Int) {
      (relaxation.isEnoughForAll ? 0 : 1, relaxation.effort, offset)
    }
    return found.enumerated().sorted { rank($0.offset, $0.element.relaxation) < rank($1.offset, $1.element.relaxation) }
      .map(\.element)
  }

  /// Rules that give way, or meetings left out; and rules of which the solver could not say whether that is enough.
  private func relaxations(
    of conflict: [Int], in question: ConflictSearch.Question, isForAll: Bool
  ) throws -> (found: [Found], unanswered: [Int]) {
    var found: [Found] = []
    var unanswered: [Int] = []
    for rule in conflict {
      var without = question
      without.rules.remove(rule)
      switch try search.ask(without) {
      case .possible:
        guard let relaxation = try loosen(rule, in: without) else { continue }
        found.append(Found(position: rule, relaxation: relaxation))
      case .unknown: unanswered.append(rule)
      case .impossible: break
      }
    }
    if let relaxation = try leaveOut(in: question) { found.append(Found(position: nil, relaxation: relaxation)) }
    for position in found.indices { found[position].relaxation.isEnoughForAll = isForAll }
    return (found, unanswered)
  }

  /// The meetings of which the conflict speaks, and every rule that speaks of one of them.
  private func surroundings(of conflict: [Int], in question: ConflictSearch.Question) -> ConflictSearch.Question {
    let meetings = Members(conflict.lazy.flatMap { self.search.meetings(of: $0, in: question) })
    return ConflictSearch.Question(rules: question.rules, meetings: meetings)
  }

  private func loosen(_ rule: Int, in without: ConflictSearch.Question) throws -> Relaxation? {
    let value = search.rules[rule]
    switch value {
    case .pin(let lesson, let pin): return try movePin(rule, lesson, pin, without)
    case .teacherBlocked, .groupBlocked: return try freeTimes(rule, without)
    case .rooms(let kind): return try addRooms(rule, kind, without) ?? drop(rule)
    case .teacher(let teacher):
      return try handOver(rule, index.problem.teachers[teacher].name, words.book.taught[teacher], without)
    case .group(let cohort):
      let value = words.book.cohorts[cohort]
      return try handOver(rule, words.groups(value.groups).name, value.lessons, without)
    case .students(let cohort):
      let value = words.book.enrolled[cohort]
      let names = Wording.list(value.groups.map { index.problem.students[$0].name })
      return try handOver(rule, names, value.lessons, without)
    case .constraint(let number): return try loosen(rule, index.problem.constraints[number], without)
    case .teacherMinutes, .roomClosed, .roomBookings, .noRoom, .meetings, .pool: return drop(rule)
    }
  }

  private func relaxation(_ rule: Int, _ amount: Int, _ isLeast: Bool, effort: Int, _ message: String) -> Relaxation {
    Relaxation(
      rule: words.name(search.rules[rule]), amount: amount, isLeast: isLeast, isEnoughForAll: true, effort: effort,
      message: message)
  }

  /// Giving the whole rule up, which was found to be enough.
  private func drop(_ rule: Int) -> Relaxation {
    let name = words.name(search.rules[rule])
    let message =
      switch search.rules[rule] {
      case .teacherMinutes(let teacher): "Raise the maximum of \(index.problem.teachers[teacher].name)."
      case .pool(let lesson):
        "Let somebody else than its pool give \(index.problem.lessons[lesson].name), or let it do with fewer teachers."
      case .roomClosed(let room): "Open room \(index.problem.rooms[room].name) when it is closed."
      case .roomBookings: "Raise the daily booking limit of \(Wording.list(name.subjects))."
      case .noRoom(let lesson): "Let \(index.problem.lessons[lesson].name) do with other or fewer rooms."
      case .meetings(let lesson): "Let \(index.problem.lessons[lesson].name) meet less often."
      case .constraint(let number):
        "Give constraint \(index.problem.constraints[number].id) a weight instead of making it hard, or remove it."
      default: "Give up this rule: \(name.message)"
      }
    let cost = if case .constraint = search.rules[rule] { effort.dropConstraint } else { effort.handOverLesson }
    return relaxation(rule, 1, false, effort: cost, message)
  }

  // MARK: Elastic models

  /// Times that the rule forbids become possible at a cost; those chosen in the cheapest solution.
  private func cheapestForbidden(
    _ rule: Int, _ without: ConflictSearch.Question, cost: (Int, TimeSpan) -> Int64
  ) throws -> (placed: [(meeting: Int, span: TimeSpan)], isLeast: Bool)? {
    var maker = search.modelMaker(of: without)
    let forbidden = Set(search.rows(of: rule, in: without).rows.filter { $0.bound == 0 }.flatMap(\.literals))
    for number in without.meetings {
      let meeting = times.meetings[number]
      for (option, span) in times.spans(number).enumerated() where forbidden.contains(meeting.literal(option)) {
        maker.charge(meeting.literal(option), cost(number, span))
      }
    }
    guard case .solution(let chosen, _, let isOptimal) = try search.solve(maker.model) else { return nil }
    let placed = without.meetings.filter { forbidden.contains(chosen[$0]) }.compactMap { meeting in
      times.span(of: meeting, in: chosen).map { (meeting, $0) }
    }
    return (placed, isOptimal)
  }

  private func name(_ meeting: Int) -> String {
    words.meeting(times.meetings[meeting].lesson, times.meetings[meeting].number)
  }

  private func movePin(
    _ rule: Int, _ lesson: Int, _ pin: Int, _ without: ConflictSearch.Question
  ) throws -> Relaxation? {
    let value = index.problem.lessons[lesson].pins[pin]
    func distance(_ span: TimeSpan) -> Int64 {
      Int64(1 + 1440 * abs(span.day - (value.day ?? span.day)) + abs(span.start - (value.start ?? span.start)))
    }
    guard let (placed, isLeast) = try cheapestForbidden(rule, without, cost: { distance($1) }) else {
      return drop(rule)
    }
    let meeting = words.meeting(lesson, value.meeting)
    guard let place = placed.first else {
      // Only its rooms stood in the way.
      return relaxation(
        rule, 1, true, effort: effort.movePin, "Let \(meeting) have other rooms than those it is pinned to.")
    }
    return relaxation(
      rule, 1, isLeast, effort: effort.movePin,
      "Unpin \(meeting)\(isLeast ? "; nearest to its pin it can be held" : "; it can be held") \(words.time(place.span))."
    )
  }

  private func freeTimes(_ rule: Int, _ without: ConflictSearch.Question) throws -> Relaxation? {
    guard let (placed, isLeast) = try cheapestForbidden(rule, without, cost: { _, _ in 1 }), !placed.isEmpty else {
      return nil
    }
    let who =
      switch search.rules[rule] {
      case .teacherBlocked(let teacher): index.problem.teachers[teacher].name
      case .groupBlocked(let group): "class group \(index.problem.groups[group].name)"
      default: ""
      }
    let list = placed.map { "\(words.time($0.span)) (\(name($0.meeting)))" }
    return relaxation(
      rule, placed.count, isLeast, effort: effort.freeTime * placed.count,
      "Free \(who) for \(Wording.count(placed.count, "meeting")): \(Wording.list(list)).")
  }

  /// What each moment holds beyond what it may, in the cheapest solution that lets it; nil where none was found.
  private func overflow(
    _ rule: Int, _ members: [Int], _ without: ConflictSearch.Question, weight: (Int) -> Int,
    bound: (_ week: Int, _ atom: Int) -> Int
  ) throws -> (moments: [(atom: TimeSpan, extra: Int, holders: [Int])], isLeast: Bool)? {
    for slack in Self.slacks {
      var maker = search.modelMaker(of: without)
      maker.add(search.rows(of: rule, in: without), rule, slack: slack)
      guard case .solution(let chosen, _, let isOptimal) = try search.solve(maker.model) else { continue }
      var moments: [(atom: TimeSpan, extra: Int, holders: [Int])] = []
      for (atom, span) in times.atoms.enumerated() {
        var worst: (extra: Int, holders: [Int]) = (0, [])
        for week in times.weeks.indices {
          let holders = members.filter { member in
            without.meetings.contains(member) && times.weekSet(member).meets(times.weeks[week])
              && times.span(of: member, in: chosen).map { times.atoms(of: $0).contains(atom) } ?? false
          }
          let extra = holders.reduce(0) { $0 + weight($1) } - bound(week, atom)
          if extra > worst.extra { worst = (extra, holders) }
        }
        if worst.extra > 0 { moments.append((span, worst.extra, worst.holders)) }
      }
      return (moments, isOptimal)
    }
    return nil
  }

  private func addRooms(_ rule: Int, _ kind: Int, _ without: ConflictSearch.Question) throws -> Relaxation? {
    let value = words.book.roomKinds[kind]
    let held = Set(without.rules.map { search.rules[$0] })
    let members = search.maker.members(of: kind, while: held.contains)
    let found = try overflow(
      rule, members, without, weight: { times.lesson($0).roomNeed.count },
      bound: { week, atom in
        value.rooms.count {
          !(held.contains(.roomClosed($0))
            && index.isBlocked(room: $0, at: times.atoms[atom], weeks: times.weeks[week]))
        }
      })
    guard let (moments, isLeast) = found, !moments.isEmpty else { return nil }
    let total = moments.reduce(0) { $0 + $1.extra }
    let rooms = moments.map(\.extra).max() ?? 1
    let list = moments.map { "\(words.time($0.atom))\($0.extra > 1 ? " (\($0.extra) rooms)" : "")" }
    return relaxation(
      rule, total, isLeast, effort: effort.addRoomPeriod * total,
      "Add \(rooms == 1 ? "one" : "up to \(rooms)") more of \(index.describe(rooms: value.rooms, for: value.lessons)), for "
        + "\(Wording.count(total, "period")) a week, as on \(Wording.list(list)); or let "
        + "\(total) of these meetings use \(total == 1 ? "another room" : "other rooms").")
  }

  private func handOver(
    _ rule: Int, _ who: String, _ lessons: [Int], _ without: ConflictSearch.Question
  ) throws -> Relaxation? {
    let members = times.meetings(of: lessons)
    guard let (moments, isLeast) = try overflow(rule, members, without, weight: { _ in 1 }, bound: { _, _ in 1 }),
      !moments.isEmpty
    else { return drop(rule) }
    let given = Self.fewest(covering: moments.map { ($0.holders, $0.extra) })
    let list = Wording.list(given.map(name))
    let message =
      switch search.rules[rule] {
      case .teacher: "Let somebody else than \(who) give \(Wording.count(given.count, "meeting")), such as \(list)."
      default: "Let \(who) attend \(Wording.count(given.count, "meeting")) less, such as \(list)."
      }
    return relaxation(
      rule, given.count, isLeast && given.count == moments.reduce(0) { $0 + $1.extra },
      effort: effort.handOverLesson * given.count, message)
  }

  /// Meetings to take away until no moment holds too many: always the one that helps at most moments.
  private static func fewest(covering moments: [(holders: [Int], extra: Int)]) -> [Int] {
    var open = moments
    var taken: [Int] = []
    while true {
      open.removeAll { $0.extra <= 0 }
      let candidates = Set(open.flatMap(\.holders)).sorted()
      guard
        let best = candidates.max(by: { one, other in
          let (first, second) = (
            open.count { $0.holders.contains(one) }, open.count { $0.holders.contains(other) }
          )
          return (first, other) < (second, one)
        })
      else { return taken.sorted() }
      taken.append(best)
      for moment in open.indices where open[moment].holders.contains(best) {
        open[moment].extra -= 1
        open[moment].holders.removeAll { $0 == best }
      }
    }
  }

  // MARK: Constraints

  private func loosen(_ rule: Int, _ constraint: Constraint, _ without: ConflictSearch.Question) throws -> Relaxation? {
    if constraint.kind == .lessonsAllowedTimes || constraint.kind == .lessonsAllowedStarts {
      guard let (placed, isLeast) = try cheapestForbidden(rule, without, cost: { _, _ in 1 }), !placed.isEmpty else {
        return drop(rule)
      }
      let list = placed.map { "\(name($0.meeting)) \(words.time($0.span))" }
      return relaxation(
        rule, placed.count, isLeast, effort: effort.loosenConstraint * placed.count,
        "Let constraint \(constraint.id) allow \(Wording.list(list)).")
    }
    guard let parameter = constraint.kind.parameters.first(where: { $0.loosening != nil }) else { return drop(rule) }
    let now = constraint.parameter(parameter.name)
    let direction = parameter.loosening == .up ? 1 : -1
    for step in 1...Self.mostSteps {
      let value = now + direction * step
      guard parameter.range.contains(value) else { break }
      var looser = constraint
      looser.parameters[parameter.name] = value
      var rows = RuleRows()
      ConstraintRows(times, looser).add(to: &rows)
      var maker = search.modelMaker(of: without)
      maker.add(rows, rule)
      guard case .solution = try search.solve(maker.model) else { continue }
      return relaxation(
        rule, step, false, effort: effort.loosenConstraint * step,
        "\(direction > 0 ? "Raise" : "Lower") \(parameter.name) of constraint \(constraint.id) from \(now) to \(value)."
      )
    }
    return drop(rule)
  }

  // MARK: Leaving meetings out

  private func leaveOut(in question: ConflictSearch.Question) throws -> Relaxation? {
    var maker = search.modelMaker(of: question, mayBeLeftOut: true)
    for meeting in question.meetings { maker.charge(times.meetings[meeting].leftOut, 1) }
    guard case .solution(let chosen, _, let isOptimal) = try search.solve(maker.model) else { return nil }
    let out = question.meetings.filter { times.span(of: $0, in: chosen) == nil }
    guard !out.isEmpty else { return nil }
    return Relaxation(
      rule: NamedRule(
        code: "every-meeting", subjects: out.map { times.lesson($0).id.rawValue }, message: "Every meeting is held."),
      amount: out.count, isLeast: isOptimal, isEnoughForAll: true, effort: effort.leaveOutMeeting * out.count,
      message: "Leave out \(Wording.count(out.count, "meeting")), such as \(Wording.list(out.map(name))).")
  }
}
