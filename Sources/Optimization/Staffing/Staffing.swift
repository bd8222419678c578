import Timetabling

/// Who gives each lesson: its own teachers, and a choice from its pool, which holds for all of its meetings.
///
/// A staffing is fixed while meetings are placed; `StaffingSearch` revises it where that leaves something out.
struct Staffing: Hashable, Sendable {
  /// In the order in which an entry lists them.
  private(set) var teachers: [[Int]]

  /// What a timetable has chosen where it may still be chosen; else the least loaded who has enough free time, lessons
  /// with the smallest pools first.
  init(_ index: ProblemIndex, keeping timetable: Timetable? = nil) {
    self.init(withoutPools: index)
    let pools = StaffingPools(index)
    let kept = timetable.map { pools.choices(of: $0) } ?? [:]
    var load = TeacherLoad(index)
    for (lesson, fixed) in teachers.enumerated() { for teacher in fixed { load.add(teacher, lesson) } }
    for pool in pools.all {
      guard let chosen = kept[pool.lesson] else { continue }
      teachers[pool.lesson] += chosen
      for teacher in chosen { load.add(teacher, pool.lesson) }
    }
    for pool in pools.all where kept[pool.lesson] == nil {
      let chosen = pool.candidates.map { (rank: load.rank($0, pool.lesson), teacher: $0) }.sorted { $0.rank < $1.rank }
        .prefix(pool.count).map(\.teacher)
      teachers[pool.lesson] += chosen
      for teacher in chosen { load.add(teacher, pool.lesson) }
    }
  }

  /// Nobody is chosen: what holds whoever is.
  init(withoutPools index: ProblemIndex) { teachers = index.lessons.map(\.teachers) }

  func chosen(_ pool: StaffingPools.Pool) -> [Int] { teachers[pool.lesson].filter(pool.candidates.contains) }

  mutating func choose(_ chosen: [Int], from pool: StaffingPools.Pool) {
    teachers[pool.lesson] = teachers[pool.lesson].filter { !pool.candidates.contains($0) } + chosen
  }

  /// What people should know: lessons for which nobody of the pool has enough time.
  func notes(_ index: ProblemIndex) -> [RunNote] {
    var load = TeacherLoad(index)
    for (lesson, all) in teachers.enumerated() { for teacher in all { load.add(teacher, lesson) } }
    return StaffingPools(index).all.compactMap { pool in
      let problem = index.problem
      let chosen = chosen(pool)
      let tight = chosen.filter { load.isTight($0, pool.lesson, isGiven: true) }
      let isSpared = pool.candidates.contains { !chosen.contains($0) && !load.isTight($0, pool.lesson, isGiven: false) }
      guard !tight.isEmpty, !isSpared else { return nil }
      return RunNote(
        stage: .preparing,
        what: "\(tight.map { problem.teachers[$0].name }.joined(separator: " and ")) was chosen for "
          + "\(problem.lessons[pool.lesson].name) without enough free time.",
        why: "Nobody in the pool of \(problem.lessons[pool.lesson].name) has enough time left.")
    }
  }
}

/// The lessons that choose teachers from a pool.
struct StaffingPools: Sendable {
  struct Pool: Sendable {
    let lesson: Int
    /// Who may be chosen beside the lesson's own teachers, each once.
    let candidates: [Int]
    let count: Int
    /// Whether there is more than one way to choose.
    var isOpen: Bool { candidates.count > count }
  }

  /// The smallest pools first.
  let all: [Pool]
  private let index: ProblemIndex

  init(_ index: ProblemIndex) {
    self.index = index
    all = index.problem.lessons.indices.filter { index.problem.lessons[$0].teachersFromPool > 0 }
      .sorted { (index.lessons[$0].pool.count, $0) < (index.lessons[$1].pool.count, $1) }
      .map { lesson in
        var seen = Set(index.lessons[lesson].teachers)
        return Pool(
          lesson: lesson, candidates: index.lessons[lesson].pool.filter { seen.insert($0).inserted },
          count: index.problem.lessons[lesson].teachersFromPool)
      }
  }

  var open: [Pool] { all.filter(\.isOpen) }

  /// What the timetable's entries have chosen, by lesson; not what may not be chosen any more.
  func choices(of timetable: Timetable) -> [Int: [Int]] {
    let entries = Dictionary(
      timetable.entries.filter { $0.kind != .makeup }.map { ($0.lesson, $0.teachers) },
      uniquingKeysWith: { first, _ in first })
    return all.reduce(into: [:]) { choices, pool in
      let lesson = index.problem.lessons[pool.lesson]
      let given = (entries[lesson.id] ?? []).filter { !lesson.teachers.contains($0) }
      let chosen = given.compactMap { index.teacherIndex[$0] }
      guard chosen.count == given.count, chosen.count == pool.count, Set(chosen).count == chosen.count,
        chosen.allSatisfy(pool.candidates.contains)
      else { return }
      choices[pool.lesson] = chosen
    }
  }
}

/// Minutes that teachers give, and how many they can.
private struct TeacherLoad {
  private let index: ProblemIndex
  private let weeks: Int
  /// (teacher × week)
  private var minutes: [Int]
  /// The most minutes a week that limits and open days allow.
  private let most: [Int]

  init(_ index: ProblemIndex) {
    self.index = index
    weeks = max(1, min(64, index.problem.term.weekCount))
    minutes = [Int](repeating: 0, count: index.problem.teachers.count * weeks)
    most = index.problem.teachers.indices.map { teacher in
      let value = index.problem.teachers[teacher]
      let open = index.scale.days.indices.map { day in
        index.scale.days[day].enumerated().reduce(0) { sum, period in
          index.teacherBlocked[teacher][day] >> UInt64(period.offset) & 1 == 1
            ? sum : sum + period.element.end - period.element.start
        }
      }
      let daily = open.reduce(0) { $0 + min($1, value.maxMinutesPerDay ?? $1) }
      return min(daily, value.maxMinutesPerWeek ?? .max)
    }
  }

  mutating func add(_ teacher: Int, _ lesson: Int) {
    for week in 0..<weeks where index.lessons[lesson].weeks.contains(week: week) {
      minutes[teacher * weeks + week] += Self.minutes(lesson, index)
    }
  }

  func isTight(_ teacher: Int, _ lesson: Int, isGiven: Bool) -> Bool {
    let meetings = index.problem.lessons[lesson].meetingsPerWeek
    let held = index.lessons[lesson].weeks
    let busiest = (0..<weeks).filter { held.contains(week: $0) }.map { minutes[teacher * weeks + $0] }.max() ?? 0
    let all = busiest + (isGiven ? 0 : Self.minutes(lesson, index))
    return all > most[teacher] || open(teacher, lesson) < meetings || !hasDays(teacher, lesson)
  }

  /// Teachers of small ranks first.
  func rank(_ teacher: Int, _ lesson: Int) -> (Int, Int, Int) {
    let load = minutes[(teacher * weeks)..<((teacher + 1) * weeks)].reduce(0, +)
    return (isTight(teacher, lesson, isGiven: false) ? 1 : 0, load, -open(teacher, lesson))
  }

  private func open(_ teacher: Int, _ lesson: Int) -> Int {
    let facts = index.lessons[lesson]
    return facts.placements.count { !index.isBlocked(teacher: teacher, at: $0, weeks: facts.weeks) }
  }

  /// Whether the teacher's minutes a day leave room for all of the lesson's meetings.
  private func hasDays(_ teacher: Int, _ lesson: Int) -> Bool {
    let value = index.problem.lessons[lesson]
    guard let most = index.problem.teachers[teacher].maxMinutesPerDay, value.duration > 0 else { return true }
    let facts = index.lessons[lesson]
    let days = Set(
      facts.placements.filter { !index.isBlocked(teacher: teacher, at: $0, weeks: facts.weeks) }.map(\.day))
    return value.meetingsPerWeek <= days.count * (most / value.duration)
  }

  private static func minutes(_ lesson: Int, _ index: ProblemIndex) -> Int {
    index.problem.lessons[lesson].duration * index.problem.lessons[lesson].meetingsPerWeek
  }
}
