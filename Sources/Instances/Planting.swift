/// Gives every meeting a time at which its groups are free and a room of its class is left: the planted solution.
///
/// Those for most groups and the longest come first; courses that students choose come last, because who enrols is
/// decided by who is free.
struct Planting {
  private(set) var places: [[Place]]
  private(set) var rooms: RoomClasses
  /// Who enrolled in each course that is chosen.
  private(set) var enrolled: [[Int]]
  /// Busy slots of each leaf group, and of each student outside the group.
  private(set) var busy: [UInt64]
  private(set) var extra: [UInt64]

  private let faculty: Faculty
  private let curriculum: Curriculum
  /// Courses that each student has chosen.
  private var chosen: [Int]

  init(_ faculty: Faculty, _ curriculum: Curriculum, _ rooms: RoomClasses, _ chance: inout Chance)
    throws(UniversityPlanError)
  {
    self.faculty = faculty
    self.curriculum = curriculum
    self.rooms = rooms
    places = [[Place]](repeating: [], count: curriculum.lessons.count)
    enrolled = [[Int]](repeating: [], count: curriculum.courses.count)
    busy = [UInt64](repeating: 0, count: faculty.groups.count)
    extra = [UInt64](repeating: 0, count: faculty.students.count)
    chosen = [Int](repeating: 0, count: faculty.students.count)

    let leaves = curriculum.lessons.map { lesson in lesson.groups.reduce(0) { $0 + faculty.leaves(of: $1).count } }
    let fixed = chance.shuffled(curriculum.lessons.indices.filter { !curriculum.lessons[$0].groups.isEmpty })
    let inOrder = fixed.enumerated().sorted { one, other in
      let (a, b) = (curriculum.lessons[one.element], curriculum.lessons[other.element])
      return (leaves[one.element], a.length, a.meetings, other.offset)
        > (leaves[other.element], b.length, b.meetings, one.offset)
    }
    for (_, lesson) in inOrder { try plant(lesson, &chance) }
    for course in chance.shuffled(curriculum.courses.indices.filter { curriculum.courses[$0].groups.isEmpty }) {
      plantChosen(course, &chance)
    }
  }

  private mutating func plant(_ lesson: Int, _ chance: inout Chance) throws(UniversityPlanError) {
    let leaves = curriculum.lessons[lesson].groups.flatMap { faculty.leaves(of: $0) }
    let taken = leaves.reduce(0) { $0 | busy[$1] }
    let found =
      times(lesson, apartFrom: taken, hasRoom: true, &chance)
      ?? times(lesson, apartFrom: taken, hasRoom: false, &chance)
    guard let found else { throw .noCommonTime(course: curriculum.courses[curriculum.lessons[lesson].course].id) }
    for place in found {
      rooms.take(lesson, at: place)
      for leaf in leaves { busy[leaf] |= place.mask }
    }
    places[lesson] = found
  }

  /// Times for all meetings of a lesson, each on a day of its own, where its rooms are least in use.
  private func times(_ lesson: Int, apartFrom taken: UInt64, hasRoom: Bool, _ chance: inout Chance) -> [Place]? {
    let value = curriculum.lessons[lesson]
    var found: [Place] = []
    for _ in 0..<value.meetings {
      var best: (rank: Int, place: Place)?
      for day in 0..<Week.days where !found.contains(where: { $0.day == day }) {
        for (order, period) in Week.starts(of: value.length).enumerated() {
          let place = Place(day: day, period: period, length: value.length)
          if place.mask & taken != 0 || (hasRoom && !rooms.hasRoom(lesson, at: place)) { continue }
          let isOdd = value.length > 1 && order > 3
          let rank = rooms.fullness(lesson, at: place) + chance.below(60) + (isOdd ? 400 : 0)
          if best.map({ rank < $0.rank }) ?? true { best = (rank, place) }
        }
      }
      guard let best else { return nil }
      found.append(best.place)
    }
    return found
  }

  /// Of several combinations of times the one at which most candidates are free; as many as there are places enrol.
  private mutating func plantChosen(_ course: Int, _ chance: inout Chance) {
    let value = curriculum.courses[course]
    let candidates = candidates(for: value, &chance)
    var best: (free: [Int], times: [[Place]])?
    for attempt in 0..<24 {
      let hasRoom = attempt < 20 || best.map { $0.free.count < 6 } == false
      guard let times = combination(of: value.lessons, hasRoom: hasRoom, &chance) else { continue }
      let mask = times.joined().reduce(0) { $0 | $1.mask }
      let free = candidates.filter { (busy[faculty.students[$0].leaf] | extra[$0]) & mask == 0 }
      if best.map({ free.count > $0.free.count }) ?? true { best = (Array(free.prefix(value.places)), times) }
      if let best, best.free.count == value.places { break }
    }
    guard let best else { preconditionFailure("Without regard to rooms there is always a time.") }
    let mask = best.times.joined().reduce(0) { $0 | $1.mask }
    for (lesson, times) in zip(value.lessons, best.times) {
      places[lesson] = times
      for place in times { rooms.take(lesson, at: place) }
    }
    enrolled[course] = best.free.sorted()
    for student in best.free {
      extra[student] |= mask
      chosen[student] += 1
    }
  }

  /// Students from the third year on who may still choose: of the department, or of any.
  private func candidates(for course: Curriculum.Course, _ chance: inout Chance) -> [Int] {
    func students(of department: Int) -> [Int] {
      faculty.yearGroups[department][2...].flatMap { faculty.leaves(of: $0) }.flatMap { faculty.members[$0] }
    }
    let departments =
      course.kind == .departmentalElective
      ? [course.department] : (0..<12).map { _ in chance.below(faculty.yearGroups.count) }
    var seen: Set<Int> = []
    let all = departments.flatMap(students).filter { chosen[$0] < 3 && seen.insert($0).inserted }
    return chance.shuffled(all)
  }

  /// Random times for the lessons of one course, none overlapping another.
  private func combination(of lessons: [Int], hasRoom: Bool, _ chance: inout Chance) -> [[Place]]? {
    var taken: UInt64 = 0
    var all: [[Place]] = []
    for lesson in lessons {
      let length = curriculum.lessons[lesson].length
      var found: [Place] = []
      for day in chance.shuffled(0..<Week.days) where found.count < curriculum.lessons[lesson].meetings {
        let starts = chance.shuffled(Week.starts(of: length))
        let place = starts.lazy.map { Place(day: day, period: $0, length: length) }.first {
          $0.mask & taken == 0 && (!hasRoom || rooms.hasRoom(lesson, at: $0))
        }
        if let place { found.append(place) }
      }
      guard found.count == curriculum.lessons[lesson].meetings else { return nil }
      taken = found.reduce(taken) { $0 | $1.mask }
      all.append(found)
    }
    return all
  }
}
