import Timetabling

/// The rooms that meetings may have, one row for all that ask the same.
///
/// Two lessons ask the same when whatever is hard or costs about a room for one of them does so for the other: a
/// university of 50,000 lessons and 2,200 rooms has 2,500 rows instead of 50,000, and so has the table of costs.
struct RoomRows {
  private(set) var rows: [[Int]] = []
  /// A lesson that asks so, of each row.
  private(set) var lessons: [Int] = []

  private let index: ProblemIndex
  private let rules: AllowedRules
  private var known: [Ask: Int] = [:]
  /// Constraints about rooms that select each lesson.
  private var constraints: [[Int]]

  private struct Ask: Hashable {
    var kind: Int
    var count: Int
    var size: Int
    var wished: [Int]
    var constraints: [Int]
    var pinned: [[Int]]
  }

  init(_ index: ProblemIndex, _ rules: AllowedRules) {
    self.index = index
    self.rules = rules
    constraints = [[Int]](repeating: [], count: index.lessons.count)
    for (number, constraint) in index.problem.constraints.enumerated()
    where constraint.kind == .lessonsAllowedRooms || constraint.kind == .roomCapacity {
      for lesson in index.lessons(of: constraint.selector) { constraints[lesson].append(number) }
    }
  }

  /// - Parameter pinned: the rooms of each of the meeting's pins that names rooms
  mutating func row(of lesson: Int, pinned: [[RoomID]]) -> Int {
    let facts = index.lessons[lesson]
    let count = index.problem.lessons[lesson].roomNeed.count
    let pins = count == 0 ? [] : pinned.map { rooms in rooms.compactMap { index.roomIndex[$0] }.sorted() }
    let ask = Ask(
      kind: facts.roomKind, count: count, size: facts.size, wished: index.wishedRooms(of: lesson).sorted(),
      constraints: constraints[lesson], pinned: pins)
    if let row = known[ask] { return row }
    known[ask] = rows.count
    lessons.append(lesson)
    rows.append(count > 0 ? options(lesson, facts.rooms, pins) : [index.problem.rooms.count])
    return rows.count - 1
  }

  private func options(_ lesson: Int, _ rooms: [Int], _ pins: [[Int]]) -> [Int] {
    let pinned = pins.map { Set($0) }
    return rooms.filter { room in
      rules.allow(lesson, room: room) && pinned.allSatisfy { $0.contains(room) }
    }
  }
}
