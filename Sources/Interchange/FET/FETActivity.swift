import Timetabling

/// One hour of one day, by index.
struct FETSlot: Hashable, Comparable {
  var day: Int
  var hour: Int

  static func < (left: Self, right: Self) -> Bool { (left.day, left.hour) < (right.day, right.hour) }
}

/// FET's days and hours, with the wall-clock times invented for them.
struct FETClock {
  let days: [String]
  let hours: [String]
  let minutes: Int
  private let first: Int
  private let dayIndex: [String: Int]
  private let hourIndex: [String: Int]

  init(days: [String], hours: [String]) {
    self.days = days
    self.hours = hours
    minutes = hours.count <= 24 ? 60 : max(1, 1440 / hours.count)
    first = hours.count <= 16 ? 480 : 0
    dayIndex = Dictionary(days.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    hourIndex = Dictionary(hours.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func day(_ name: String) -> Int? { dayIndex[name] }
  func hour(_ name: String) -> Int? { hourIndex[name] }
  func start(_ hour: Int) -> MinuteOfDay { first + hour * minutes }

  func slot(day: String?, hour: String?) -> FETSlot? {
    guard let day = day.flatMap(self.day), let hour = hour.flatMap(self.hour) else { return nil }
    return FETSlot(day: day, hour: hour)
  }

  /// One span for each slot, or, merged, for each run of slots.
  func spans(_ slots: some Collection<FETSlot>, merged: Bool) -> [TimeSpan] {
    var spans: [TimeSpan] = []
    for slot in slots.sorted() {
      let span = TimeSpan(day: slot.day, start: start(slot.hour), end: start(slot.hour) + minutes)
      if merged, let last = spans.last, last.day == span.day, last.end == span.start {
        spans[spans.count - 1].end = span.end
      } else if spans.last != span {
        spans.append(span)
      }
    }
    return spans
  }

  func grid(breaks: Set<FETSlot>) -> TimeGrid {
    TimeGrid(
      id: "main",
      days: days.enumerated().map { day, name in
        GridDay(
          name: name,
          periods: hours.indices.map { hour in
            Period(
              start: start(hour), end: start(hour) + minutes,
              isTeaching: !breaks.contains(FETSlot(day: day, hour: hour)))
          })
      }, longestBridgedPause: 0)
  }
}

struct FETActivity {
  var id: Int
  /// The id of the first activity it was split from; 0 for one that stands alone.
  var groupID: Int
  var duration: Int
  var teachers: [String]
  var subject: String
  var students: [String]
  var tags: [String]

  var lessonID: LessonID { LessonID("\(id)") }

  /// 1-based place among those it was split from.
  var component: Int { groupID == 0 ? 1 : id - groupID + 1 }

  /// A subject whose name is nothing but spaces is known by their number.
  static func course(_ subject: String) -> CourseID {
    CourseID(subject.allSatisfy(\.isWhitespace) ? "(\(subject.count) spaces)" : subject)
  }

  /// Without a room, until a constraint asks for one.
  func lesson(size: Int?, clock: FETClock) -> Lesson {
    Lesson(
      id: lessonID, name: ([subject] + students).joined(separator: " "),
      course: subject.isEmpty ? nil : Self.course(subject), duration: duration * clock.minutes,
      groups: unique(students).map { ClassGroupID($0) }, teachers: unique(teachers).map { TeacherID($0) },
      size: size.flatMap { $0 >= 0 ? $0 : nil }, roomNeed: .none, tags: unique(tags))
  }

  private func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}

/// A room constraint on some activities, until all are known.
struct FETRoomWish {
  /// What FET looks at: homes count only where no other wish speaks of the activity.
  enum Source { case preference, home }

  var element: XMLElement
  var source: Source
  /// Indices of activities.
  var activities: [Int]
  var rooms: [RoomID]
  var enforcement: Constraint.Enforcement
}
