import CPSAT
import Explanation
import Foundation
import Optimization
import Timetabling

/// A small week for tests: `days` days of `periods` hours from 8:00, and lessons of one hour.
struct School {
  var problem: Problem

  init(days: Int = 2, periods: Int = 4, rooms: [Room] = [], weeks: Int = 4) {
    let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    let grid = TimeGrid(
      id: "g",
      days: (0..<days).map { day in
        GridDay(
          name: names[day],
          periods: (0..<periods).map { Period(start: 480 + 60 * $0, end: 540 + 60 * $0) })
      })
    problem = Problem(
      name: "small", term: Term(id: "t", name: "t", firstDay: "2026-09-07", weekCount: weeks), timeGrids: [grid],
      rooms: rooms)
  }

  static func span(_ day: Int, _ period: Int, _ length: Int = 1) -> TimeSpan {
    TimeSpan(day: day, start: 480 + 60 * period, end: 480 + 60 * (period + length))
  }

  /// Teachers and groups that are new come into being with their first lesson.
  mutating func add(
    _ id: LessonID, teacher: TeacherID? = nil, group: ClassGroupID? = nil, hours: Int = 1, meetings: Int = 1,
    room: RoomNeed = .none, pin: Pin? = nil
  ) {
    if let teacher, !problem.teachers.contains(where: { $0.id == teacher }) {
      problem.teachers.append(Teacher(id: teacher))
    }
    if let group, !problem.groups.contains(where: { $0.id == group }) {
      problem.groups.append(ClassGroup(id: group, size: 20))
    }
    problem.lessons.append(
      Lesson(
        id: id, duration: 60 * hours, meetingsPerWeek: meetings, groups: group.map { [$0] } ?? [],
        teachers: teacher.map { [$0] } ?? [], roomNeed: room, pins: pin.map { [$0] } ?? []))
  }

  mutating func block(_ teacher: TeacherID, _ spans: TimeSpan...) {
    for position in problem.teachers.indices where problem.teachers[position].id == teacher {
      problem.teachers[position].availability += spans.map { Availability(span: $0, grade: .blocked) }
    }
  }

  mutating func constrain(
    _ id: ConstraintID, _ kind: ConstraintKind, _ lessons: LessonID..., parameters: [String: Int] = [:],
    times: [TimeSpan] = []
  ) {
    problem.constraints.append(
      Constraint(
        id: id, kind: kind, selector: Selector(lessons: lessons), parameters: parameters, times: times))
  }

  /// These lessons held then, in no room; the others are left out.
  func timetable(_ places: [LessonID: TimeSpan]) -> Timetable {
    Timetable(
      entries: problem.lessons.compactMap { lesson in
        places[lesson.id].map {
          Entry(lesson: lesson.id, weeks: .first(problem.term.weekCount), time: $0, teachers: lesson.teachers)
        }
      },
      unplaced: problem.lessons.filter { places[$0.id] == nil }.map { Unplaced(lesson: $0.id, reasons: []) })
  }

  func explanation(_ limits: ExplanationLimits = ExplanationLimits()) throws -> InfeasibilityExplanation {
    try InfeasibilityExplainer(problem, solver: try Self.solver(), limits: limits).explain()
  }

  /// The folder that `ops/fetch-ortools` filled.
  static func solver() throws -> CPSATSolver {
    try CPSATSolver.locate(
      folder: ProcessInfo.processInfo.environment["HORARIUM_ORTOOLS"]
        ?? FileManager.default.currentDirectoryPath + "/.local/ortools")
  }
}

extension RuleConflict {
  /// `code subject subject`, in order.
  var codes: [String] { rules.map { ([$0.code] + $0.subjects).joined(separator: " ") } }
}
