import Timetabling

/// Puts what was made into the domain's own words.
struct Assembly {
  let plan: UniversityPlan
  let faculty: Faculty
  let curriculum: Curriculum
  let planting: Planting
  let campus: Campus
  let staff: Staff

  func problem(_ chance: inout Chance) -> Problem {
    Problem(
      name: "University of \(plan.departments) departments, seed \(plan.seed)",
      term: Term(id: "autumn", name: "Autumn term", firstDay: "2026-09-07", weekCount: 14), timeGrids: [Week.grid],
      zones: campus.zones, travelTimes: campus.travelTimes, buildings: campus.buildings, rooms: campus.rooms,
      departments: faculty.departmentNames.enumerated().map {
        Department(id: department($0), name: $1)
      },
      programs: faculty.departmentNames.enumerated().map {
        Program(id: program($0), name: "BSc \($1)", department: department($0))
      }, teachers: staff.teachers, groups: groups(&chance), students: students, courses: courses,
      lessons: lessons(&chance), constraints: constraints)
  }

  var timetable: Timetable {
    let weeks = WeekSet.first(14)
    return Timetable(
      entries: curriculum.lessons.indices.flatMap { lesson in
        planting.places[lesson].enumerated().map { number, place in
          Entry(
            lesson: id(lesson), meeting: number, weeks: weeks, time: Week.span(place),
            rooms: [campus.rooms[campus.roomOf[lesson][number]].id], teachers: [teacher(lesson)])
        }
      })
  }

  private func department(_ number: Int) -> DepartmentID { DepartmentID(Names.code(number)) }
  private func program(_ number: Int) -> ProgramID { ProgramID(Names.code(number) + "-BSc") }
  private func group(_ number: Int) -> ClassGroupID { ClassGroupID(faculty.groups[number].id) }
  private func student(_ number: Int) -> StudentID { StudentID("s" + Names.padded(number + 1, 6)) }
  private func teacher(_ lesson: Int) -> TeacherID { staff.teachers[staff.ofLesson[lesson]].id }
  private func id(_ lesson: Int) -> LessonID {
    LessonID(curriculum.courses[curriculum.lessons[lesson].course].id + "-" + curriculum.lessons[lesson].suffix)
  }

  /// Every tenth year group has a half day off that the planted timetable leaves free.
  private func groups(_ chance: inout Chance) -> [ClassGroup] {
    faculty.groups.indices.map { number in
      let value = faculty.groups[number]
      var group = ClassGroup(
        id: self.group(number), name: value.name, size: value.size, department: department(value.department),
        program: program(value.department), year: value.year + 1, parts: value.parts.map(self.group))
      let off = Week.half(chance.below(Week.days), isMorning: false)
      let leaves = faculty.leaves(of: number)
      let isFree =
        leaves.allSatisfy { planting.busy[$0] & off.mask == 0 }
        && leaves.flatMap { faculty.members[$0] }.allSatisfy { planting.extra[$0] & off.mask == 0 }
      if chance.happens(10), isFree { group.availability = [Availability(span: Week.span(off), grade: .blocked)] }
      return group
    }
  }

  private var students: [Student] {
    faculty.students.enumerated().map { number, value in
      Student(id: student(number), name: Names.person(number), group: group(value.leaf), year: value.year + 1)
    }
  }

  private var courses: [Course] {
    curriculum.courses.map { course in
      Course(
        id: CourseID(course.id), name: course.name, subject: faculty.departmentNames[course.department],
        department: department(course.department), kind: course.kind, year: course.year + 1,
        credits: course.kind == .core ? 6 : 4)
    }
  }

  /// Every second lesson asks for a feature that its planted rooms have, every third wishes rooms near its department,
  /// and one in two hundred is pinned to its planted time.
  private func lessons(_ chance: inout Chance) -> [Lesson] {
    curriculum.lessons.indices.map { position in
      let value = curriculum.lessons[position]
      let course = curriculum.courses[value.course]
      let features = campus.commonFeatures(campus.roomOf[position])
      var need = RoomNeed(types: value.roomType == "classroom" ? ["classroom", "lecture-hall"] : [value.roomType])
      if !features.isEmpty, chance.happens(50) { need.features = [chance.pick(features)] }
      if chance.happens(33) { need.wished = campus.wishes(value, department: course.department) }
      var tags = [value.part.rawValue]
      if value.meetings > 1 { tags.append(value.meetings == 2 ? "twice" : "thrice") }
      var lesson = Lesson(
        id: id(position), name: "\(course.name), \(value.part.rawValue) \(value.suffix)", course: CourseID(course.id),
        part: value.part, department: department(course.department), duration: value.length * Week.minutes,
        meetingsPerWeek: value.meetings, groups: value.groups.map(group),
        students: planting.enrolled[value.course].map(student), teachers: [teacher(position)], roomNeed: need,
        tags: tags)
      if chance.below(200) == 0 {
        let span = Week.span(planting.places[position][0])
        lesson.pins = [Pin(day: span.day, start: span.start)]
      }
      return lesson
    }
  }

  /// Meetings of one lesson on days of their own, and days that are not too long.
  private var constraints: [Constraint] {
    let tags = Set(curriculum.lessons.map(\.meetings))
    func days(_ tag: String, _ count: Int) -> [Constraint] {
      guard tags.contains(count) else { return [] }
      return [
        Constraint(
          id: ConstraintID("\(tag)-on-\(count)-days"), kind: .courseMinWorkingDays, selector: Selector(tags: [tag]),
          parameters: ["days": count], enforcement: .weighted(10))
      ]
    }
    return days("twice", 2) + days("thrice", 3) + [
      Constraint(
        id: "long-days", kind: .groupMaxPeriodsPerDay, parameters: ["max": 7], enforcement: .weighted(5))
    ]
  }
}
