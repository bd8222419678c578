import Timetabling

/// Teachers, hired as the planted timetable needs them, and when they are there.
struct Staff {
  private(set) var teachers: [Teacher] = []
  private(set) var ofLesson: [Int]
  private var busy: [UInt64] = []
  private var periods: [Int] = []

  private static let longestDay = 6
  private static let fullWeek = 14

  init(_ plan: UniversityPlan, _ curriculum: Curriculum, _ planting: Planting, _ chance: inout Chance) {
    ofLesson = [Int](repeating: -1, count: curriculum.lessons.count)
    var byDepartment = [[Int]](repeating: [], count: plan.departments)
    for lesson in curriculum.lessons.indices {
      byDepartment[curriculum.courses[curriculum.lessons[lesson].course].department].append(lesson)
    }
    for (department, lessons) in byDepartment.enumerated() {
      staff(department, lessons, curriculum, planting)
    }
    for teacher in teachers.indices { teachers[teacher].availability = availability(of: teacher, &chance) }
  }

  /// Lessons of one course stay with its teacher while there is time; else whoever has most time, or somebody new.
  private mutating func staff(_ department: Int, _ lessons: [Int], _ curriculum: Curriculum, _ planting: Planting) {
    let first = teachers.count
    let total = lessons.reduce(0) { $0 + curriculum.lessons[$1].length * curriculum.lessons[$1].meetings }
    for _ in 0..<max(1, total / 11) { hire(department, first) }
    let inOrder = lessons.sorted {
      (curriculum.lessons[$0].suffix == "L" ? 0 : 1, $0) < (curriculum.lessons[$1].suffix == "L" ? 0 : 1, $1)
    }
    for lesson in inOrder {
      let mask = planting.places[lesson].reduce(0) { $0 | $1.mask }
      let lecture = curriculum.courses[curriculum.lessons[lesson].course].lessons[0]
      let holder = ofLesson[lecture]
      if holder >= 0, isFree(holder, mask) {
        assign(lesson, holder, mask)
      } else if let teacher = (first..<teachers.count).filter({ isFree($0, mask) }).min(by: {
        (periods[$0], $0) < (periods[$1], $1)
      }) {
        assign(lesson, teacher, mask)
      } else {
        hire(department, first)
        assign(lesson, teachers.count - 1, mask)
      }
    }
  }

  private mutating func hire(_ department: Int, _ first: Int) {
    teachers.append(
      Teacher(
        id: TeacherID("\(Names.code(department))-t\(Names.padded(teachers.count - first + 1, 2))"),
        name: "Dr. " + Names.person(teachers.count), department: DepartmentID(Names.code(department)),
        maxMinutesPerDay: Self.longestDay * Week.minutes, maxMinutesPerWeek: (Self.fullWeek + 2) * Week.minutes))
    busy.append(0)
    periods.append(0)
  }

  private mutating func assign(_ lesson: Int, _ teacher: Int, _ mask: UInt64) {
    ofLesson[lesson] = teacher
    busy[teacher] |= mask
    periods[teacher] += mask.nonzeroBitCount
  }

  private func isFree(_ teacher: Int, _ mask: UInt64) -> Bool {
    busy[teacher] & mask == 0 && periods[teacher] + mask.nonzeroBitCount <= Self.fullWeek
      && (0..<Week.days).allSatisfy { day in
        let whole = Place(day: day, period: 0, length: Week.periods).mask
        return ((busy[teacher] | mask) & whole).nonzeroBitCount <= Self.longestDay
      }
  }

  /// Blocked only where the planted timetable leaves the teacher free; wishes anywhere.
  private func availability(of teacher: Int, _ chance: inout Chance) -> [Availability] {
    var list: [Availability] = []
    let fate = chance.below(100)
    let day = chance.below(Week.days)
    func add(_ place: Place, _ grade: Availability.Grade) {
      list.append(Availability(span: Week.span(place), grade: grade))
    }
    switch fate {
    case ..<35:
      let block = fate < 20 ? Place(day: day, period: 0, length: Week.periods) : Week.half(day, isMorning: fate < 28)
      if busy[teacher] & block.mask == 0 { add(block, .blocked) }
    case ..<55: for day in 0..<Week.days { add(Place(day: day, period: 0, length: 1), .wish(-2)) }
    case ..<65: add(Week.half(4, isMorning: false), .wish(-3))
    case ..<80:
      add(Week.half(day, isMorning: true), .wish(3))
      add(Week.half((day + 2) % Week.days, isMorning: false), .wish(2))
    default: break
    }
    return list
  }
}
