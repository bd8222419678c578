import Timetabling

/// Re-checks every hard rule from the plain problem and the plain timetable.
///
/// It shares no code with the search, the conflict detector or the plain evaluator: it has its own reading of each
/// rule, so that a mistake there cannot hide itself here. Nothing is published without its word.
public enum Verifier {
  public static func verify(_ problem: Problem, _ timetable: Timetable) -> VerificationReport {
    var examination = Examination(problem, timetable)
    examination.checkReferences()
    examination.checkEverythingListed()
    examination.checkTimes()
    examination.checkTeachers()
    examination.checkPins()
    examination.checkRooms()
    examination.checkAvailability()
    examination.checkClashes()
    examination.checkLoads()
    examination.checkConstraints()
    return examination.report
  }
}

/// One run of the verifier: the facts it reads and the violations it has found.
struct Examination {
  let problem: Problem
  let timetable: Timetable
  let facts: Facts
  /// Entries whose lesson exists.
  let held: [Held]
  /// The same by lesson, by teacher, by room, and by each group that attends.
  let byLesson: [LessonID: [Held]]
  let byTeacher: [TeacherID: [Held]]
  let byRoom: [RoomID: [Held]]
  let byGroup: [ClassGroupID: [Held]]
  private var violations: [Violation] = []
  private var checks: [String: Int]

  init(_ problem: Problem, _ timetable: Timetable) {
    self.problem = problem
    self.timetable = timetable
    let facts = Facts(problem)
    self.facts = facts
    held = timetable.entries.enumerated().compactMap { number, entry in
      facts.lessons[entry.lesson].map { Held(number: number, entry: entry, lesson: $0) }
    }
    var byLesson: [LessonID: [Held]] = [:]
    var byTeacher: [TeacherID: [Held]] = [:]
    var byRoom: [RoomID: [Held]] = [:]
    var byGroup: [ClassGroupID: [Held]] = [:]
    for one in held {
      byLesson[one.lesson.id, default: []].append(one)
      for room in one.rooms { byRoom[room, default: []].append(one) }
      for teacher in Set(one.entry.teachers) { byTeacher[teacher, default: []].append(one) }
      for group in facts.attending(one.lesson) { byGroup[group, default: []].append(one) }
    }
    self.byLesson = byLesson
    self.byTeacher = byTeacher
    self.byRoom = byRoom
    self.byGroup = byGroup
    checks = Dictionary(uniqueKeysWithValues: Rule.allCases.map { ($0.rawValue, 0) })
    for constraint in problem.constraints where constraint.enforcement == .hard {
      checks["constraint." + constraint.kind.rawValue] = 0
    }
  }

  var report: VerificationReport {
    let meetings = Set(held.filter(\.isRegular).map { Meeting(lesson: $0.lesson.id, number: $0.entry.meeting) })
    return VerificationReport(
      violations: violations, checks: checks, placed: meetings.count, unplaced: timetable.unplaced.count)
  }

  /// Counts one fact under the rule, and a violation where it does not hold.
  mutating func expect(_ holds: Bool, _ rule: Rule, _ lessons: [LessonID], _ message: @autoclosure () -> String) {
    expect(holds, rule.rawValue, lessons, message())
  }

  mutating func expect(_ holds: Bool, _ rule: String, _ lessons: [LessonID], _ message: @autoclosure () -> String) {
    checks[rule, default: 0] += 1
    if !holds { violations.append(Violation(rule: rule, lessons: lessons, message: message())) }
  }
}

struct Meeting: Hashable {
  let lesson: LessonID
  let number: Int
}

/// An entry with its lesson. A class, because both hold a dozen lists that a copy would have to count.
final class Held: Sendable {
  /// Place in the timetable.
  let number: Int
  let entry: Entry
  let lesson: Lesson
  let rooms: Set<RoomID>

  init(number: Int, entry: Entry, lesson: Lesson) {
    self.number = number
    self.entry = entry
    self.lesson = lesson
    rooms = Set(entry.rooms)
  }

  var isRegular: Bool { entry.kind != .makeup }
  var time: TimeSpan { entry.time }

  func meetsInTime(_ other: Held) -> Bool {
    time.day == other.time.day && max(time.start, other.time.start) < min(time.end, other.time.end)
      && sharesWeek(other)
  }

  func sharesWeek(_ other: Held) -> Bool { entry.weeks.mask & other.entry.weeks.mask != 0 }
}
