import Timetabling

/// The rooms that each meeting may choose from, given the rules that hold.
struct RoomChoice: Sendable {
  /// For each meeting of each lesson: what narrows the rooms that fit.
  private struct Narrowing: Sendable {
    let rule: Rule
    /// Nil: every meeting of the lesson.
    let meeting: Int?
    let rooms: Set<Int>
  }

  private let index: ProblemIndex
  private let narrowings: [[Narrowing]]

  init(_ index: ProblemIndex) {
    self.index = index
    var narrowings = [[Narrowing]](repeating: [], count: index.lessons.count)
    func positions(_ rooms: [RoomID]) -> Set<Int> { Set(rooms.compactMap { index.roomIndex[$0] }) }
    for (lesson, value) in index.problem.lessons.enumerated() where value.roomNeed.count > 0 {
      for (number, pin) in value.pins.enumerated() {
        guard let rooms = pin.rooms else { continue }
        narrowings[lesson].append(
          Narrowing(rule: .pin(lesson: lesson, pin: number), meeting: pin.meeting, rooms: positions(rooms)))
      }
    }
    for (number, constraint) in index.problem.constraints.enumerated()
    where constraint.kind == .lessonsAllowedRooms && constraint.enforcement == .hard {
      let rooms = positions(constraint.rooms)
      for lesson in index.lessons(of: constraint.selector) {
        // A meeting of several rooms needs but one of them.
        guard index.problem.lessons[lesson].roomNeed.count == 1 else { continue }
        narrowings[lesson].append(Narrowing(rule: .constraint(number), meeting: nil, rooms: rooms))
      }
    }
    self.narrowings = narrowings
  }

  func rooms(lesson: Int, meeting: Int, while holds: (Rule) -> Bool) -> [Int] {
    narrowings[lesson].reduce(index.lessons[lesson].rooms) { rooms, narrowing in
      guard narrowing.meeting.map({ $0 == meeting }) ?? true, holds(narrowing.rule) else { return rooms }
      return rooms.filter(narrowing.rooms.contains)
    }
  }

  /// The rooms of the meeting that has the fewest.
  func fewest(lesson: Int) -> [Int] {
    (0..<max(1, index.problem.lessons[lesson].meetingsPerWeek))
      .map { rooms(lesson: lesson, meeting: $0) { _ in true } }.min { $0.count < $1.count } ?? []
  }

  func isEver(lesson: Int, below count: Int) -> Bool { count > 0 && fewest(lesson: lesson).count < count }

  /// Rules that leave some meeting less to choose from.
  var narrowing: Set<Rule> { Set(narrowings.joined().map(\.rule)) }
}
