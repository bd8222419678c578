import Timetabling

/// A small problem around a timetable that is known to fit, in which most lessons choose teachers from pools. Limits and
/// blocked hours lie close around the planted week, so that few choices leave room for everything.
struct PlantedPools {
  private(set) var problem: Problem
  private(set) var planted = Timetable(entries: [])
  private var state: UInt64
  private var busy: [String: Set<TimeSpan>] = [:]
  private let days: Int
  private let periods: Int

  init(seed: UInt64) {
    state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    days = 2 + Int(seed % 3)
    periods = 3 + Int(seed / 3 % 3)
    problem = Problem(
      name: "planted \(seed)", term: Term(id: "t", name: "t", firstDay: "2026-09-07", weekCount: 2),
      timeGrids: [TinySchool.grid("main", days: days, periods: periods)])
    problem.teachers = (0..<(3 + below(4))).map { Teacher(id: TeacherID("T\($0)")) }
    problem.groups = (0..<(2 + below(3))).map { ClassGroup(id: ClassGroupID("G\($0)"), size: 20) }
    for number in 0..<(4 + below(8)) { plant(LessonID("L\(number)")) }
    tighten()
  }

  private mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  private mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var order = elements
    for position in order.indices.dropFirst() { order.swapAt(position, below(position + 1)) }
    return order
  }

  private var spans: [TimeSpan] {
    (0..<days).flatMap { day in
      (0..<periods).map { TimeSpan(day: day, start: 480 + 60 * $0, end: 540 + 60 * $0) }
    }
  }

  private mutating func plant(_ id: LessonID) {
    let all = shuffled(problem.teachers.map(\.id))
    let fixed = below(3) == 0 ? [all[0]] : []
    let count = below(6) == 0 ? min(2, all.count - 1) : 1
    let candidates = all.filter { !fixed.contains($0) }
    let pool = Array(candidates.prefix(min(candidates.count, count + 1 + below(2))))
    let chosen = Array(pool.prefix(count))
    let group = problem.groups[below(problem.groups.count)].id
    let people = [group.rawValue] + (fixed + chosen).map(\.rawValue)
    let free = shuffled(spans.filter { span in people.allSatisfy { !(busy[$0, default: []].contains(span)) } })
    let meetings = min(free.count, 1 + below(3))
    guard meetings > 0 else { return }
    problem.lessons.append(
      Lesson(
        id: id, duration: 60, meetingsPerWeek: meetings, groups: [group], teachers: fixed, teacherPool: shuffled(pool),
        teachersFromPool: count, roomNeed: .none))
    for (number, span) in free.prefix(meetings).enumerated() {
      for person in people { busy[person, default: []].insert(span) }
      planted.entries.append(
        Entry(lesson: id, meeting: number, weeks: .first(2), time: span, teachers: fixed + chosen))
    }
  }

  private mutating func tighten() {
    for teacher in problem.teachers.indices {
      let held = busy[problem.teachers[teacher].id.rawValue] ?? []
      let longest = (0..<days).map { day in held.count { $0.day == day } }.max() ?? 0
      if below(2) == 0 { problem.teachers[teacher].maxMinutesPerDay = max(60, 60 * longest) }
      if below(3) == 0 { problem.teachers[teacher].maxMinutesPerWeek = max(60, 60 * held.count) }
      problem.teachers[teacher].availability = blocked(sparing: held, every: 4)
      if below(3) == 0, !held.isEmpty {
        problem.constraints.append(
          Constraint(
            id: ConstraintID("days of T\(teacher)"), kind: .teacherMaxDaysPerWeek,
            selector: Selector(teachers: [problem.teachers[teacher].id]),
            parameters: ["max": Set(held.map(\.day)).count], enforcement: .hard))
      }
    }
    for group in problem.groups.indices {
      problem.groups[group].availability = blocked(
        sparing: busy[problem.groups[group].id.rawValue] ?? [], every: 3)
    }
  }

  private mutating func blocked(sparing held: Set<TimeSpan>, every: Int) -> [Availability] {
    var availability: [Availability] = []
    for span in spans where !held.contains(span) && below(every) == 0 {
      availability.append(Availability(span: span, grade: .blocked))
    }
    return availability
  }
}
