import Timetabling

/// A small week for tests: `days` days of `periods` periods of an hour from 8:00, one term of `weeks` weeks.
struct TinySchool {
  var problem: Problem

  init(days: Int = 2, periods: Int = 4, weeks: Int = 4, rooms: [Room] = [Room(id: "R1", capacity: 30)]) {
    problem = Problem(
      name: "tiny", term: Term(id: "t", name: "t", firstDay: "2026-09-07", weekCount: weeks),
      timeGrids: [Self.grid("g", days: days, periods: periods)], rooms: rooms)
  }

  static func grid(_ id: TimeGridID, days: Int, periods: Int, from start: Int = 480, minutes: Int = 60) -> TimeGrid {
    TimeGrid(
      id: id,
      days: (0..<days).map { day in
        GridDay(
          name: "day \(day)",
          periods: (0..<periods).map {
            Period(start: start + minutes * $0, end: start + minutes * ($0 + 1))
          })
      })
  }

  mutating func add(_ lesson: Lesson) {
    problem.lessons.append(lesson)
    for teacher in lesson.teachers + lesson.teacherPool where !problem.teachers.contains(where: { $0.id == teacher }) {
      problem.teachers.append(Teacher(id: teacher))
    }
    for group in lesson.groups where !problem.groups.contains(where: { $0.id == group }) {
      problem.groups.append(ClassGroup(id: group, size: 20))
    }
  }
}
