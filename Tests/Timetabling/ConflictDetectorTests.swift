import Testing
import Timetabling

/// Each kind of conflict: found where it is, and alone.
@Suite struct ConflictDetectorTests {
  typealias School = TinySchool

  /// L0 on Monday at 8 in R1, L1 on Monday at 9 in R2.
  private func conflicts(
    problem edit: (inout Problem) -> Void = { _ in }, entries: (inout [Entry]) -> Void = { _ in }
  ) -> [Conflict.Kind] {
    var problem = School.problem(lessons: School.lessons(2, room: RoomNeed()))
    edit(&problem)
    var placed = School.timetable([(0, 0), (0, 1)], rooms: [["R1"], ["R2"]], of: problem).entries
    entries(&placed)
    return ConflictDetector(problem).conflicts(of: Timetable(entries: placed)).map(\.kind)
  }

  @Test func aGoodTimetableHasNone() { #expect(conflicts().isEmpty) }

  @Test func peopleAndRoomsAreInOnePlaceAtATime() {
    #expect(
      conflicts {
        $0.lessons[1].groups = []
      } entries: {
        $0[1].time = $0[0].time
      } == [.teacherClash])
    #expect(
      conflicts {
        $0.lessons[1].teachers = ["U"]
      } entries: {
        $0[1].time = $0[0].time
      } == [.groupClash])
    #expect(
      conflicts {
        $0.lessons[1].teachers = ["U"]
        $0.lessons[1].groups = []
      } entries: {
        $0[1].time = $0[0].time
        $0[1].rooms = ["R1"]
      } == [.roomClash])
  }

  @Test func groupsClashOverASharedPart() {
    let kinds = conflicts {
      $0.groups = [
        ClassGroup(id: "G", size: 9, parts: ["P"]), ClassGroup(id: "H", size: 9, parts: ["P"]),
        ClassGroup(id: "P", size: 5),
      ]
      $0.lessons[1].groups = ["H"]
      $0.lessons[1].teachers = ["U"]
    } entries: {
      $0[1].time = $0[0].time
    }
    #expect(kinds == [.groupClash])
  }

  @Test func namedStudentsClashUnlessSoftened() {
    let electives: (inout Problem) -> Void = {
      $0.students = [Student(id: "s", group: "G")]
      $0.lessons[1].groups = []
      $0.lessons[1].students = ["s"]
      $0.lessons[1].teachers = ["U"]
    }
    let together: (inout [Entry]) -> Void = { $0[1].time = $0[0].time }
    #expect(conflicts(problem: electives, entries: together) == [.studentClash])
    let soft = conflicts {
      electives(&$0)
      $0.constraints = [Constraint(id: "c", kind: .studentClash, enforcement: .weighted(1))]
    } entries: {
      together(&$0)
    }
    #expect(soft.isEmpty)
  }

  @Test func alternatingWeeksDoNotClash() {
    let kinds = conflicts {
      $0.lessons[0].weeks = .odd(4)
      $0.lessons[1].weeks = .even(4)
    } entries: {
      $0[1].time = $0[0].time
      $0[1].rooms = ["R1"]
    }
    #expect(kinds.isEmpty)
  }

  @Test func virtualRoomsHoldAnyNumber() {
    let kinds = conflicts {
      $0.rooms[0].isVirtual = true
      $0.lessons[1].teachers = ["U"]
      $0.lessons[1].groups = []
    } entries: {
      $0[1].time = $0[0].time
      $0[1].rooms = ["R1"]
    }
    #expect(kinds.isEmpty)
  }

  @Test func roomsMustFit() {
    #expect(conflicts { $0.lessons[0].size = 31 } == [.roomCapacity])
    #expect(conflicts { $0.lessons[0].roomNeed.types = ["lab"] } == [.roomType])
    #expect(conflicts { $0.lessons[0].roomNeed.features = ["piano"] } == [.roomFeatures])
    #expect(conflicts { $0.lessons[0].roomNeed.rooms = ["R2"] } == [.roomNotAllowed])
    #expect(conflicts { $0.lessons[0].roomNeed.count = 2 } == [.roomCount])
    #expect(
      conflicts {
        $0.lessons[0].roomNeed.count = 2
      } entries: {
        $0[0].rooms = ["R1", "R1"]
      } == [.roomCount])
  }

  @Test func severalRoomsShareTheSeats() {
    let kinds = conflicts {
      $0.lessons[0].size = 60
      $0.lessons[0].roomNeed.count = 2
    } entries: {
      $0[0].rooms = ["R1", "R2"]
    }
    #expect(kinds.isEmpty)
  }

  @Test func aWeightedConstraintSoftensSeats() {
    let kinds = conflicts {
      $0.lessons[0].size = 31
      $0.constraints = [Constraint(id: "c", kind: .roomCapacity, enforcement: .weighted(1))]
    }
    #expect(kinds.isEmpty)
  }

  @Test func blockedTimeIsRespected() {
    let blocked = [Availability(span: School.span(0, 0), grade: .blocked)]
    #expect(conflicts { $0.rooms[0].availability = blocked } == [.roomUnavailable])
    #expect(conflicts { $0.teachers[0].availability = blocked } == [.teacherUnavailable])
    #expect(conflicts { $0.groups[0].availability = blocked } == [.groupUnavailable])
    let elsewhen = [Availability(span: School.span(0, 0), grade: .blocked, weeks: .even(4))]
    #expect(
      conflicts {
        $0.teachers[0].availability = elsewhen
        $0.lessons[0].weeks = .odd(4)
      }.isEmpty)
  }

  @Test func limitsOfADayAndAWeekHold() {
    #expect(conflicts { $0.teachers[0].maxMinutesPerDay = 119 } == [.teacherDayLoad])
    #expect(conflicts { $0.teachers[0].maxMinutesPerWeek = 119 } == [.teacherWeekLoad])
    #expect(conflicts { $0.teachers[0].maxMinutesPerWeek = 120 }.isEmpty)
    #expect(
      conflicts {
        $0.rooms[0].dailyBookingLimit = 1
      } entries: {
        $0[1].rooms = ["R1"]
      } == [.roomBookingLimit])
  }

  @Test func entriesStandOnTheGrid() {
    #expect(
      conflicts { _ in
      } entries: {
        $0[0].time.start = 485
      } == [.offGrid])
    #expect(
      conflicts { _ in
      } entries: {
        $0[0].time.day = 7
      } == [.offGrid])
    #expect(
      conflicts { _ in
      } entries: {
        $0[0].time.end = 535
      } == [.wrongDuration])
    // Two hours from 9 would run across the break.
    #expect(conflicts { $0.lessons[1].duration = 120 } == [.offGrid])
    #expect(
      conflicts { _ in
      } entries: {
        $0[0].weeks = .odd(4)
      } == [.wrongWeeks])
  }

  @Test func teachersAreTheRightOnes() {
    #expect(
      conflicts { _ in
      } entries: {
        $0[0].teachers = ["U"]
      } == [.wrongTeachers])
    #expect(
      conflicts { _ in
      } entries: {
        $0[0].teachers = []
      } == [.wrongTeachers])
    let pool: (inout Problem) -> Void = {
      $0.lessons[0].teachers = []
      $0.lessons[0].teacherPool = ["T", "U"]
      $0.lessons[0].teachersFromPool = 1
    }
    #expect(conflicts(problem: pool) { $0[0].teachers = ["U"] }.isEmpty)
    #expect(conflicts(problem: pool) { $0[0].teachers = ["T", "U"] } == [.wrongTeachers])
  }

  @Test func oneChoiceServesAllMeetings() {
    var problem = School.problem(lessons: School.lessons(1))
    problem.lessons[0].meetingsPerWeek = 2
    problem.lessons[0].teachers = []
    problem.lessons[0].teacherPool = ["T", "U"]
    problem.lessons[0].teachersFromPool = 1
    let entries = [
      Entry(lesson: "L0", weeks: .first(4), time: School.span(0, 0), teachers: ["T"]),
      Entry(lesson: "L0", meeting: 1, weeks: .first(4), time: School.span(1, 0), teachers: ["U"]),
    ]
    #expect(ConflictDetector(problem).conflicts(of: Timetable(entries: entries)).map(\.kind) == [.wrongTeachers])
  }

  @Test func pinsHold() {
    #expect(conflicts { $0.lessons[0].pins = [Pin(day: 0, start: 480, rooms: ["R1"])] }.isEmpty)
    #expect(conflicts { $0.lessons[0].pins = [Pin(day: 1)] } == [.pinBroken])
    #expect(conflicts { $0.lessons[0].pins = [Pin(rooms: ["R2"])] } == [.pinBroken])
  }

  @Test func unknownThingsAreReported() {
    #expect(
      conflicts { _ in
      } entries: {
        $0[0].lesson = "X"
      } == [.unknownReference])
    #expect(
      Set(
        conflicts { _ in
        } entries: {
          $0[0].rooms = ["X"]
        }) == [.unknownReference])
    #expect(
      conflicts { _ in
      } entries: {
        $0[0].meeting = 5
      } == [.unknownReference])
  }

  @Test func aMeetingStandsOnce() {
    let twice = conflicts { _ in
    } entries: { entries in
      var copy = entries[0]
      copy.time = School.span(2, 0)
      entries.append(copy)
    }
    #expect(twice == [.duplicateMeeting])
  }

  @Test func hardConstraintsAreNamed() {
    let kinds = conflicts { $0.constraints = [Constraint(id: "c", kind: .lessonsDifferentDays)] }
    #expect(kinds == [.constraintBroken])
  }

  @Test func anEntryIsJudgedInPlaceOfTheOneItReplaces() {
    var problem = School.problem(lessons: School.lessons(3, room: RoomNeed()))
    problem.constraints = [Constraint(id: "c", kind: .lessonsDifferentDays, selector: Selector(lessons: ["L0", "L1"]))]
    let standing = School.timetable([(0, 0), (1, 1), (2, 2)], rooms: [["R1"], ["R1"], ["R1"]], of: problem)
    let detector = ConflictDetector(problem)
    var entry = standing.entries[1]
    #expect(detector.conflicts(of: entry, among: standing).isEmpty)
    entry.time = School.span(2, 2)
    let clashes = detector.conflicts(of: entry, among: standing)
    #expect(Set(clashes.map(\.kind)) == [.teacherClash, .groupClash, .roomClash])
    #expect(clashes.allSatisfy { $0.lessons.first == "L1" })
    entry.time = School.span(0, 3)
    #expect(detector.conflicts(of: entry, among: standing).map(\.kind) == [.constraintBroken])
  }

  @Test func makeupMeetingsClashButNeedNoPatternOrPin() {
    let problem = School.problem(lessons: School.lessons(1, room: RoomNeed()))
    let regular = School.timetable([(0, 0)], rooms: [["R1"]], of: problem).entries[0]
    var makeup = regular
    makeup.kind = .makeup
    makeup.weeks = WeekSet(mask: 2)
    makeup.time = School.span(3, 3)
    let detector = ConflictDetector(problem)
    #expect(detector.conflicts(of: Timetable(entries: [regular, makeup])).isEmpty)
    makeup.time = regular.time
    #expect(detector.conflicts(of: Timetable(entries: [regular, makeup])).map(\.kind) == [.duplicateMeeting])
  }
}
