import Foundation
import Timetabling

/// One of everything, small enough to read.
func smallProblem(term: TermID = "2026-autumn") -> Problem {
  let weekday = [
    Period(start: 480, end: 525, name: "1st hour"), Period(start: 525, end: 570),
    Period(start: 570, end: 590, isTeaching: false),
    Period(start: 590, end: 635),
  ]
  return Problem(
    name: "Small faculty",
    term: Term(
      id: term, name: "Autumn 2026", firstDay: "2026-09-07", weekCount: 15, timeZone: "Europe/Berlin",
      holidays: ["2026-10-03"]),
    timeGrids: [
      TimeGrid(
        id: "main", days: ["Mo", "Tu", "We"].map { GridDay(name: $0, periods: weekday) }, longestBridgedPause: 0),
      TimeGrid(id: "evening", days: ["Mo", "Tu", "We"].map { GridDay(name: $0, periods: []) }),
    ],
    zones: [Zone(id: "north", name: "North", latitude: 52.52, longitude: 13.4), Zone(id: "south", name: "South")],
    travelTimes: [TravelTime(from: "north", to: "south", minutes: 12)],
    buildings: [Building(id: "A", name: "Building A", zone: "north")],
    rooms: [
      Room(
        id: "r2", name: "Lab 2", type: "lab", capacity: 20, features: ["gas", "beamer"], building: "A", zone: "south",
        dailyBookingLimit: 3,
        availability: [
          Availability(span: TimeSpan(day: 2, start: 480, end: 635), grade: .blocked, weeks: WeekSet(pattern: "101"))
        ]),
      Room(id: "r1", capacity: 60), Room(id: "zoom", type: "virtual", capacity: 1000, isVirtual: true),
    ],
    departments: [Department(id: "chem", name: "Chemistry"), Department(id: "math", name: "Mathematics")],
    programs: [Program(id: "bsc", name: "B.Sc.", department: "chem")],
    teachers: [
      Teacher(
        id: "noether", name: "E. Noether", department: "math", maxMinutesPerDay: 180, maxMinutesPerWeek: 600,
        availability: [
          Availability(span: TimeSpan(day: 0, start: 480, end: 570), grade: .wish(3)),
          Availability(span: TimeSpan(day: 1, start: 480, end: 570), grade: .blocked),
          Availability(span: TimeSpan(day: 2, start: 480, end: 570), grade: .wish(-2), weeks: .odd(15)),
        ]),
      Teacher(id: "curie", name: "M. Curie", department: "chem"), Teacher(id: "bose"),
    ],
    groups: [
      ClassGroup(
        id: "chem-1", name: "Chemistry 1", size: 40, department: "chem", program: "bsc", year: 1,
        parts: ["chem-1b", "chem-1a"], homeRoom: "r1",
        availability: [Availability(span: TimeSpan(day: 0, start: 590, end: 635), grade: .blocked)]),
      ClassGroup(id: "chem-1a", size: 20), ClassGroup(id: "chem-1b", size: 20), ClassGroup(id: "math-1", size: 30),
    ],
    students: [
      Student(id: "s1", name: "Ada", group: "chem-1a", year: 1), Student(id: "s2", name: "Émilie"),
    ],
    courses: [
      Course(id: "c1", name: "Chemistry I", subject: "Chemistry", department: "chem", year: 1, credits: 7.5),
      Course(id: "c2", kind: .openElective),
    ],
    lessons: [
      Lesson(
        id: "l1", name: "Chemistry lecture", course: "c1", department: "chem", duration: 45, meetingsPerWeek: 2,
        timeGrid: "main", groups: ["chem-1"], teachers: ["curie"],
        roomNeed: RoomNeed(rooms: ["r1"], wished: ["r1", "r2"]),
        tags: ["big"], pins: [Pin(meeting: 1, day: 1, start: 480, rooms: ["r1"]), Pin(meeting: 0, day: 0)]),
      Lesson(
        id: "l2", name: "Chemistry lab", course: "c1", part: .lab, duration: 90, weeks: .even(15),
        groups: ["chem-1a"], teacherPool: ["bose", "curie"], teachersFromPool: 1,
        roomNeed: RoomNeed(types: ["lab"], features: ["gas"])),
      Lesson(
        id: "l3", name: "Elective", course: "c2", part: .other, duration: 45, groups: ["math-1"],
        students: ["s2", "s1"],
        teachers: ["noether"], size: 12, roomNeed: .none),
    ],
    constraints: [
      Constraint(
        id: "k1", kind: .teacherMaxGapsPerDay, selector: Selector(teachers: ["curie"]), parameters: ["max": 1],
        enforcement: .weighted(7), note: "She has a lab."),
      Constraint(
        id: "k2", kind: .lessonsAllowedRooms, selector: Selector(lessons: ["l1"], tags: ["big"]),
        times: [TimeSpan(day: 0, start: 480, end: 525)], rooms: ["r1"]),
    ])
}

/// A timetable of `smallProblem` that leaves out the elective.
func smallTimetable() -> Timetable {
  Timetable(
    entries: [
      Entry(
        lesson: "l1", meeting: 0, weeks: .first(15), time: TimeSpan(day: 0, start: 480, end: 525), rooms: ["r1"],
        teachers: ["curie"]),
      Entry(
        lesson: "l1", meeting: 1, weeks: .first(15), time: TimeSpan(day: 1, start: 480, end: 525), rooms: ["r1"],
        teachers: ["curie"]),
      Entry(
        lesson: "l2", weeks: .even(15), time: TimeSpan(day: 2, start: 480, end: 570), rooms: ["r2"], teachers: ["bose"]),
    ],
    unplaced: [Unplaced(lesson: "l3", reasons: ["E. Noether has no free period.", "Nor has Ada."])])
}

/// As many lessons as asked for, with people, rooms and students in proportion.
func largeProblem(lessons count: Int) -> Problem {
  let base = smallProblem(term: "large")
  var problem = Problem(name: "Large", term: base.term, timeGrids: base.timeGrids)
  problem.rooms = (0..<max(1, count / 8)).map {
    Room(id: RoomID("r\($0)"), capacity: 30 + $0 % 100, features: ["beamer"])
  }
  problem.teachers = (0..<max(1, count / 4)).map { index in
    Teacher(
      id: TeacherID("t\(index)"),
      availability: (0..<3).map {
        Availability(span: TimeSpan(day: $0, start: 480, end: 525), grade: .wish(index % 7 - 3))
      })
  }
  problem.groups = (0..<max(1, count / 8)).map { ClassGroup(id: ClassGroupID("g\($0)"), size: 30) }
  problem.students = (0..<count).map {
    Student(id: StudentID("s\($0)"), group: problem.groups[$0 % problem.groups.count].id)
  }
  problem.courses = (0..<max(1, count / 2)).map { Course(id: CourseID("c\($0)")) }
  problem.lessons = (0..<count).map { index in
    Lesson(
      id: LessonID("l\(index)"), course: problem.courses[index / 2 % problem.courses.count].id, duration: 45,
      meetingsPerWeek: 1 + index % 3, groups: [problem.groups[index % problem.groups.count].id],
      students: (0..<5).map { problem.students[(index * 7 + $0) % count].id },
      teachers: [problem.teachers[index % problem.teachers.count].id])
  }
  return problem
}
