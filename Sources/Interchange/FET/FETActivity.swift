import Timetabling

/// One hour of one day, by index.
struct FETSlot: Hashable, Comparable {
  var day: Int
  var hour: Int

  static func < (left: Self, right: Self) -> Bool { (left.day, left.hour) < (right.day, right.hour) }
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
      course: subject.isEmpty ? nil : Self.course(subject), duration: clock.minutes(of: duration),
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
  /// Virtual ones among them.
  var rooms: [RoomID]
  /// Of a virtual room the real ones, where these are said.
  var realRooms: [RoomID]
  var enforcement: Constraint.Enforcement
}

/// Stands for several rooms at once: of each set an activity holds one, and each but once.
struct FETVirtualRoom {
  var element: XMLElement
  /// FET asks for seats here alone, not in the real rooms.
  var capacity: Int
  var sets: [[RoomID]]

  /// Each room once.
  var all: [RoomID] {
    sets.joined().reduce(into: []) { rooms, room in if !rooms.contains(room) { rooms.append(room) } }
  }

  /// Sets that are not the same.
  var different: [[RoomID]] {
    sets.reduce(into: []) { sets, set in if !sets.contains(where: { Set($0) == Set(set) }) { sets.append(set) } }
  }

  /// Whether "so many of all these rooms, and one at least of each set" says the same.
  var canBeSaid: Bool {
    guard !sets.isEmpty, sets.allSatisfy({ !$0.isEmpty }) else { return false }
    return sets.count <= 2 || different.count == 1 || Set(sets.joined()).count == sets.joined().count
  }
}
