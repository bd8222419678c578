import Optimization
import Timetabling

/// One day of four periods, lessons of one period, each with a teacher of its own: `at` is where the base has them.
struct TinyWeek {
  var problem: Problem
  var base = Timetable(entries: [])

  init(periods: Int = 4, rooms: Int = 1) {
    problem =
      TinySchool(days: 1, periods: periods, rooms: (0..<rooms).map { Room(id: RoomID("R\($0)"), capacity: 30) })
      .problem
  }

  mutating func add(
    _ id: LessonID, teacher: TeacherID? = nil, groups: [ClassGroupID] = [], at period: Int?, room: Int = 0
  ) {
    let teacher = teacher ?? TeacherID("t-\(id)")
    problem.lessons.append(Lesson(id: id, duration: 60, groups: groups, teachers: [teacher]))
    if !problem.teachers.contains(where: { $0.id == teacher }) {
      problem.teachers.append(Teacher(id: teacher, name: "Dr. \(teacher)"))
    }
    for group in groups where !problem.groups.contains(where: { $0.id == group }) {
      problem.groups.append(ClassGroup(id: group, size: 10))
    }
    guard let period else { return }
    base = Timetable(
      entries: base.entries + [
        Entry(
          lesson: id, weeks: .first(4), time: Self.span(period), rooms: [RoomID("R\(room)")], teachers: [teacher])
      ])
  }

  mutating func block(_ teacher: TeacherID, _ periods: Int...) {
    guard let index = problem.teachers.firstIndex(where: { $0.id == teacher }) else { return }
    problem.teachers[index].availability += periods.map { Availability(span: Self.span($0), grade: .blocked) }
  }

  func replan(further: Int = 10, widest: ReplanRing = .everything, seed: UInt64 = 1) -> Replan {
    Replanner(
      ReplanPlan(
        problem: problem, base: base, budget: DisruptionBudget(furtherLessons: further, widestRing: widest), seed: seed)
    ).run()
  }

  static func span(_ period: Int) -> TimeSpan {
    TimeSpan(day: 0, start: 480 + 60 * period, end: 540 + 60 * period)
  }
}

extension Timetable {
  func period(of lesson: LessonID) -> Int? {
    entries.first { $0.lesson == lesson }.map { ($0.time.start - 480) / 60 }
  }
}
