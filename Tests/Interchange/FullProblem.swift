import Timetabling

/// A problem in which every member of every kind of thing is set at least once.
let fullProblem = Problem(
  name: "Full, \"quoted\"",
  term: Term(
    id: "2026W", name: "Winter 2026", firstDay: "2026-10-05", weekCount: 16, timeZone: "Europe/Berlin",
    holidays: ["2026-12-24", "2026-12-25"]),
  timeGrids: [
    TimeGrid(
      id: "main",
      days: ["Mon", "Tue"].map {
        GridDay(
          name: $0,
          periods: [
            Period(start: 480, end: 525, name: "1st hour"), Period(start: 525, end: 540, isTeaching: false),
            Period(start: 540, end: 585),
          ])
      }, longestBridgedPause: 15),
    TimeGrid(
      id: "evening",
      days: [
        GridDay(name: "Mon", periods: [Period(start: 1080, end: 1170)]), GridDay(name: "Tue", periods: []),
      ], longestBridgedPause: 0),
  ],
  zones: [
    Zone(id: "north", name: "North Campus", latitude: 52.5125, longitude: 13.3269), Zone(id: "south", name: "South"),
  ],
  travelTimes: [TravelTime(from: "north", to: "south", minutes: 25)],
  buildings: [Building(id: "main", name: "Main Building", zone: "north"), Building(id: "shed", name: "Shed")],
  rooms: [
    Room(
      id: "H1", name: "Hall 1", type: "lecture", capacity: 120, features: ["beamer", "piano"], building: "main",
      zone: "north", dailyBookingLimit: 6,
      availability: [
        Availability(span: TimeSpan(day: 1, start: 480, end: 600), grade: .blocked, weeks: WeekSet(pattern: "0011"))
      ]),
    Room(id: "Online", type: "virtual", capacity: 1000, isVirtual: true),
  ],
  departments: [Department(id: "MA", name: "Mathematics")],
  programs: [Program(id: "BSc", name: "Bachelor of Science", department: "MA"), Program(id: "X", name: "Exchange")],
  teachers: [
    Teacher(
      id: "ada", name: "Ada Lovelace", department: "MA", maxMinutesPerDay: 270, maxMinutesPerWeek: 900,
      availability: [
        Availability(span: TimeSpan(day: 0, start: 480, end: 525), grade: .wish(3)),
        Availability(span: TimeSpan(day: 1, start: 0, end: 1440), grade: .blocked),
      ]),
    Teacher(id: "kurt"), Teacher(id: "emmy"),
  ],
  groups: [
    ClassGroup(
      id: "M1", name: "Mathematics 1", size: 60, department: "MA", program: "BSc", year: 1, parts: ["M1a", "M1b"],
      homeRoom: "H1", availability: [Availability(span: TimeSpan(day: 1, start: 540, end: 585), grade: .blocked)]),
    ClassGroup(id: "M1a", size: 30), ClassGroup(id: "M1b", size: 30),
  ],
  students: [Student(id: "s1", name: "Sofia", group: "M1a", year: 1), Student(id: "s2")],
  courses: [
    Course(
      id: "MA101", name: "Analysis", subject: "Mathematics", department: "MA", kind: .openElective, year: 1,
      credits: 7.5), Course(id: "MA102"),
  ],
  lessons: [
    Lesson(
      id: "MA101-L", name: "Analysis, lecture", course: "MA101", part: .lecture, department: "MA", duration: 90,
      meetingsPerWeek: 2, weeks: WeekSet(pattern: "0101"), timeGrid: "main", groups: ["M1"], students: ["s2"],
      teachers: ["ada"], teacherPool: ["kurt", "emmy"], teachersFromPool: 1, size: 61,
      roomNeed: RoomNeed(count: 2, types: ["lecture"], features: ["beamer"], rooms: ["H1", "Online"], wished: ["H1"]),
      tags: ["core", "first;year"], pins: [Pin(meeting: 1, day: 0, start: 540, rooms: ["H1"]), Pin(meeting: 0, day: 1)]),
    Lesson(id: "MA102-T", part: .tutorial, duration: 45, groups: ["M1b"], teachers: ["kurt"], roomNeed: .none),
  ],
  constraints: [
    Constraint(
      id: "apart", kind: .lessonsMinDaysBetween,
      selector: Selector(
        lessons: ["MA101-L", "MA102-T"], courses: ["MA101"], teachers: ["ada"], groups: ["M1"], departments: ["MA"],
        tags: ["core"]), parameters: ["days": 2, "consecutive": 1], enforcement: .weighted(95), note: "as agreed"),
    Constraint(
      id: "mornings", kind: .lessonsAllowedTimes, times: [TimeSpan(day: 0, start: 480, end: 585)]),
    Constraint(id: "hall", kind: .lessonsAllowedRooms, rooms: ["H1", "Online"], enforcement: .weighted(3)),
  ])
