import Timetabling

/// The choice of times for all meetings as a 0/1 model.
struct TimeModel {
  private let compiled: CompiledProblem
  private let meetings: [Int]
  private let literalTime: [Int32]
  let choices: ChoiceModel

  init(_ compiled: CompiledProblem, without idle: Set<Int>, hint state: SearchState) {
    self.compiled = compiled
    meetings = (0..<compiled.meetingCount).filter { !idle.contains($0) }
    var begin: [Int32] = [0]
    var times: [Int32] = []
    var hint: [Int32] = []
    var firstLiteral = [Int](repeating: -1, count: compiled.meetingCount)
    for meeting in meetings {
      firstLiteral[meeting] = times.count
      let options = compiled.times(of: meeting)
      let current = options.firstIndex(of: state.timeOf[meeting])
      hint.append(current.map { Int32(times.count + $0) } ?? -1)
      times += options
      begin.append(Int32(times.count))
    }
    literalTime = times
    var rules: [ChoiceModel.AtMost] = []

    /// At most `bound` of the meetings' literals that cover an atom, for each atom and week class.
    func limit(_ members: [Int], bound: Int) {
      guard members.count > bound else { return }
      for week in 0..<compiled.weekCount {
        var covering = [[Int32]](repeating: [], count: compiled.atomCount)
        var holders = [Int](repeating: 0, count: compiled.atomCount)
        for meeting in members where compiled.holds(meeting, week: week) && firstLiteral[meeting] >= 0 {
          var touched: Set<Int> = []
          for (offset, time) in compiled.times(of: meeting).enumerated() {
            for atom in compiled.times[Int(time)].atoms {
              covering[atom].append(Int32(firstLiteral[meeting] + offset))
              if touched.insert(atom).inserted { holders[atom] += 1 }
            }
          }
        }
        var previous: [Int32] = []
        for atom in 0..<compiled.atomCount where holders[atom] > bound && covering[atom] != previous {
          rules.append(ChoiceModel.AtMost(literals: covering[atom], bound: Int32(bound)))
          previous = covering[atom]
        }
      }
    }

    for lessons in compiled.cliques() { limit(lessons.flatMap { Array(compiled.meetings(of: $0)) }, bound: 1) }
    for (rooms, members) in compiled.roomClasses() { limit(members, bound: rooms) }
    choices = ChoiceModel(
      choiceBegin: begin, isRequired: [Bool](repeating: true, count: meetings.count), atMost: rules, hint: hint)
  }

  /// Gives every meeting its chosen time and a room, those with few rooms to choose from first, and lets the greedy
  /// constructor finish. Returns how many have a place.
  func load(_ chosen: [Int32], into state: SearchState, random: RandomSource, isCancelled: () -> Bool) -> Int {
    for meeting in 0..<compiled.meetingCount { state.remove(meeting) }
    var random = random
    let inOrder = meetings.indices.sorted {
      (compiled.rooms(of: meetings[$0]).count, $0)
        < (compiled.rooms(of: meetings[$1]).count, $1)
    }
    var rooms = ShortList(capacity: compiled.mostRoomsNeeded)
    for position in inOrder where chosen[position] >= 0 {
      let time = Int(literalTime[Int(chosen[position])])
      if state.chooseRooms(meetings[position], time, into: &rooms, &random) {
        _ = state.place(meetings[position], time, rooms)
      }
    }
    rooms.free()
    if state.unplaced > 0 {
      var greedy = GreedySeed(state, random: random)
      _ = greedy.run(limit: compiled.meetingCount * 4 + 500, isCancelled: isCancelled)
    }
    return compiled.meetingCount - state.unplaced
  }
}

extension CompiledProblem {
  func holds(_ meeting: Int, week: Int) -> Bool {
    index.lessons[lesson(of: meeting)].weeks.meets(weekClasses.masks[week])
  }

  /// Sets of lessons of which no two may overlap: those of each teacher, group and student, and of each single lesson.
  func cliques() -> [[Int]] {
    let taught = ConflictGraph.invert(teachers, count: problem.teachers.count)
    let attended = ConflictGraph.invert(index.lessons.map(\.atoms), count: problem.groups.count)
    let hard = index.studentLessons.map { lessons in lessons.filter { !index.lessons[$0].studentClashIsSoft } }
    let several = problem.lessons.indices.filter { problem.lessons[$0].meetingsPerWeek > 1 }.map { [$0] }
    return Array(Set(taught + attended + hard + several)).filter { !$0.isEmpty }.sorted {
      $0.lexicographicallyPrecedes($1)
    }
  }

  /// For each set of exclusive rooms that meetings choose from: the number of rooms, and all meetings that can go
  /// nowhere else.
  func roomClasses() -> [(Int, [Int])] {
    var classes: [Set<Int32>: [Int]] = [:]
    for meeting in 0..<meetingCount where roomsNeeded[meeting] == 1 {
      let rooms = Set(rooms(of: meeting))
      if rooms.allSatisfy({ isExclusive[Int($0)] != 0 }) { classes[rooms, default: []].append(meeting) }
    }
    let inOrder = classes.keys.sorted { ($0.count, $0.min() ?? 0) < ($1.count, $1.min() ?? 0) }.prefix(64)
    return inOrder.map { rooms in
      (rooms.count, classes.filter { $0.key.isSubset(of: rooms) }.flatMap(\.value).sorted())
    }
  }
}
