import Timetabling

/// Five days of four hours, with a break between the second and the third:
///
///     ordinal   0            1             break         2              3
///     time      8:00–9:00    9:00–10:00    10:00–10:30   10:30–11:30    11:30–12:30
///
/// Periods 0 and 1 are joined, and 2 and 3.
enum TinySchool {
  static let starts = [480, 540, 630, 690]

  static let grid = TimeGrid(
    id: "day",
    days: ["Mon", "Tue", "Wed", "Thu", "Fri"].map { name in
      GridDay(
        name: name,
        periods: [
          Period(start: 480, end: 540), Period(start: 540, end: 600), Period(start: 600, end: 630, isTeaching: false),
          Period(start: 630, end: 690), Period(start: 690, end: 750),
        ])
    })

  /// `length` periods from `ordinal` on.
  static func span(_ day: Int, _ ordinal: Int, _ length: Int = 1) -> TimeSpan {
    TimeSpan(day: day, start: starts[ordinal], end: starts[ordinal + length - 1] + 60)
  }

  static func problem(
    rooms: [Room] = [Room(id: "R1", capacity: 30), Room(id: "R2", capacity: 60)],
    teachers: [Teacher] = [Teacher(id: "T"), Teacher(id: "U")],
    groups: [ClassGroup] = [ClassGroup(id: "G", size: 20)], students: [Student] = [], lessons: [Lesson],
    constraints: [Constraint] = [], weeks: Int = 4
  ) -> Problem {
    Problem(
      name: "tiny", term: Term(id: "t", name: "Term", firstDay: "2026-09-07", weekCount: weeks),
      timeGrids: [grid], rooms: rooms, teachers: teachers, groups: groups, students: students, lessons: lessons,
      constraints: constraints)
  }

  /// Lessons L0, L1 … of one hour, for teacher T and group G, without rooms.
  static func lessons(_ count: Int, room: RoomNeed = .none) -> [Lesson] {
    (0..<count).map {
      Lesson(id: LessonID("L\($0)"), duration: 60, groups: ["G"], teachers: ["T"], roomNeed: room)
    }
  }

  /// Lesson Li of `lessons` at the i-th of the places.
  static func timetable(
    _ places: [(day: Int, ordinal: Int)], rooms: [[RoomID]] = [], of problem: Problem
  ) -> Timetable {
    Timetable(
      entries: places.enumerated().map { number, place in
        let lesson = problem.lessons[number]
        return Entry(
          lesson: lesson.id, weeks: lesson.weeks ?? problem.term.allWeeks, time: span(place.day, place.ordinal),
          rooms: rooms.isEmpty ? [] : rooms[number], teachers: lesson.teachers)
      })
  }

  /// Violations of a constraint when as many lessons as places are held there.
  static func violations(
    _ kind: ConstraintKind, _ parameters: [String: Int] = [:], selector: Selector = Selector(), times: [TimeSpan] = [],
    allowed: [RoomID] = [], at places: [(day: Int, ordinal: Int)], rooms: [[RoomID]] = [],
    edit: (inout Problem) -> Void = { _ in }
  ) -> Int {
    var problem = problem(lessons: lessons(places.count, room: rooms.isEmpty ? .none : RoomNeed()))
    edit(&problem)
    let constraint = Constraint(
      id: "c", kind: kind, selector: selector, parameters: parameters, times: times, rooms: allowed)
    return PlainEvaluator(problem)
      .violations(of: constraint, in: timetable(places, rooms: rooms, of: problem))
  }
}
