import Timetabling

/// Curriculum-based course timetabling as the second international timetabling competition wrote it (`.ctt`), and its
/// extended format (`.ectt`).
///
/// A course becomes a lesson of one period with as many meetings as it has lectures; a curriculum becomes a class
/// group; periods are numbered from 1 and have no clock times. The four soft parts of the objective become one
/// weighted constraint each, of weight 1: a strategy multiplies them (UD2: 1, 5, 2, 1).
public enum CTT {
  /// What becomes of the rooms that an `.ectt` file says a course may not have. The UD2 objective does not know of
  /// them: its published costs are of timetables that may use any room.
  public enum RoomConstraints: Sendable { case hard, ignored }

  public static func read(
    _ bytes: [UInt8], limits: ReadingLimits = ReadingLimits(), roomConstraints: RoomConstraints = .hard
  ) -> InstitutionReading {
    read(bytes, limits: limits, roomConstraints: roomConstraints, isChecked: false)
  }

  /// The same, and whether the institution makes sense; places are lines of the file.
  public static func readAndCheck(
    _ bytes: [UInt8], limits: ReadingLimits = ReadingLimits(), roomConstraints: RoomConstraints = .hard
  ) -> InstitutionReading {
    read(bytes, limits: limits, roomConstraints: roomConstraints, isChecked: true)
  }

  private static func read(
    _ bytes: [UInt8], limits: ReadingLimits, roomConstraints: RoomConstraints, isChecked: Bool
  ) -> InstitutionReading {
    var issues = IssueList(limit: limits.issues)
    guard bytes.count <= limits.bytes else {
      issues.add(at: "line 1", "file.too-large", "The file has \(bytes.count) bytes, more than \(limits.bytes).")
      return issues.reading(nil)
    }
    guard let text = String(validating: TextEncoding.utf8(of: bytes), as: UTF8.self) else {
      issues.add(
        at: "line 1", "file.encoding", "The file is not UTF-8 text.\nMaybe it was saved with another encoding.")
      return issues.reading(nil)
    }
    var parser = CTTParser(text: text, issues: issues)
    var instance = parser.parse()
    var remarks = parser.remarks
    if roomConstraints == .ignored, let count = instance?.unsuitable.count, count > 0 {
      instance?.unsuitable = [:]
      remarks.append(
        DataIssue(
          place: "line 1", code: "ctt.left-out",
          message: "The room constraints of \(count) courses are left out, as asked."))
    }
    let reading = parser.issues.reading(instance.map(CTTMapping.problem)).remarking(remarks)
    guard isChecked, let instance else { return reading }
    return reading.checked(limits, at: CTTMapping.places(instance).place)
  }

  /// One line for each meeting, `course room day period`, days and periods counted from 0.
  public static func write(_ timetable: Timetable, of problem: Problem) -> String {
    let starts = problem.timeGrids.first.map { $0.days.map { $0.periods.map(\.start) } } ?? []
    return timetable.entries.map { entry in
      let day = starts.indices.contains(entry.time.day) ? starts[entry.time.day] : []
      let period = day.firstIndex(of: entry.time.start) ?? -1
      return "\(entry.lesson) \(entry.rooms.first?.rawValue ?? "-") \(entry.time.day) \(period)\n"
    }.joined()
  }
}

/// A file's own words, checked.
struct CTTInstance {
  struct Course {
    var id: String
    var teacher: String
    var lectures: Int
    var minDays: Int
    var students: Int
    var line: Int
  }

  var name = ""
  var days = 0
  var periodsPerDay = 0
  var courses: [Course] = []
  var rooms: [(id: String, capacity: Int, line: Int)] = []
  var curricula: [(id: String, courses: [String], line: Int)] = []
  /// Rooms that a course may not have.
  var unsuitable: [String: Set<String>] = [:]
  var unavailable: [(course: String, day: Int, period: Int)] = []
}
