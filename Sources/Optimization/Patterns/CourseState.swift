/// How hard rules are broken and what the rest costs: of one class, of all, or the change by a move.
struct Tally: Equatable {
  /// Violations, each counted once.
  var hard = 0
  /// Violations, each by the present weight of its rule.
  var weighted = 0
  /// The weighted cost of the objective.
  var soft = 0

  @inline(__always) static func += (left: inout Tally, right: Tally) {
    left.hard &+= right.hard
    left.weighted &+= right.weighted
    left.soft &+= right.soft
  }

  @inline(__always) static func - (left: Tally, right: Tally) -> Tally {
    Tally(
      hard: left.hard &- right.hard, weighted: left.weighted &- right.weighted, soft: left.soft &- right.soft)
  }
}

/// A complete assignment under search: every class has a time and a room, rules may be broken.
///
/// Belongs to one chain. Memory that is not the problem's is freed by `free()`.
struct CourseState {
  let problem: CompiledCourses
  /// Each class's choices, as numbers among its own.
  let time: Flat<Int32>
  let choice: Flat<Int32>
  /// The same, resolved.
  let placed: Flat<Meeting>
  let room: Flat<Int32>
  /// The classes in each room: `roomBegin[r]..<roomBegin[r] + roomLoad[r]` of `inRoom`; and where each class stands.
  let roomBegin: Flat<Int32>
  let roomLoad: Flat<Int32>
  let inRoom: Flat<Int32>
  let roomSeat: Flat<Int32>
  /// Of each rule that looks at all classes together: per atom and day the classes, the load or the excess; and
  /// the excess of all.
  let cells: Flat<Int32>
  let excess: Flat<Int32>
  /// What one violation of a rule weighs, and one clash in a room.
  let ruleWeight: Flat<Int32>
  let roomWeight: Flat<Int32>
  let starts: Flat<Int16>
  let ends: Flat<Int16>

  /// How many students attend both of two classes; made anew whenever students have moved.
  var joint: JointAttendance
  /// What a class in a closed room weighs.
  var closedWeight = 1
  /// Of classes and students, without the limits of classes.
  var total = Tally()

  init(_ problem: CompiledCourses) {
    self.problem = problem
    time = Flat(problem.classes, 0)
    choice = Flat(problem.classes, 0)
    placed = Flat(problem.classes, Meeting(weeks: 0, days: 0, start: 0, end: 0))
    room = Flat(problem.classes, 0)
    var capacity = [Int32](repeating: 0, count: problem.rooms + 2)
    for position in 0..<problem.roomChoices.items.count { capacity[Int(problem.roomChoices[position].room) + 1] += 1 }
    for index in 1..<capacity.count { capacity[index] += capacity[index - 1] }
    roomBegin = Flat(capacity)
    roomLoad = Flat(problem.rooms + 1, 0)
    inRoom = Flat(problem.roomChoices.items.count, -1)
    roomSeat = Flat(problem.classes, -1)
    cells = Flat(Int(problem.cellBegin[problem.cellBegin.count - 1]), 0)
    excess = Flat(problem.cellBegin.count - 1, 0)
    ruleWeight = Flat(problem.rules.count, 1)
    roomWeight = Flat(problem.rooms + 1, 1)
    starts = Flat(problem.largestRule + 1, 0)
    ends = Flat(problem.largestRule + 1, 0)
    joint = JointAttendance(classes: problem.classes)
  }

  /// Takes the placement that is written in `time` and `choice`, and counts everything afresh.
  mutating func load() {
    roomLoad.fill(0)
    for index in 0..<problem.classes {
      placed[index] = problem.meetings[meeting(index)]
      let place = Int(problem.roomChoices[problem.roomChoices.range(index).lowerBound + Int(choice[index])].room)
      enter(index, place)
    }
    loadGroups()
    total = recount()
  }

  @inline(__always) func meeting(_ index: Int) -> Int {
    Int(problem.times[Int(problem.times.begin[index]) &+ Int(time[index])].meeting)
  }

  @inline(__always) func enter(_ index: Int, _ place: Int) {
    room[index] = Int32(truncatingIfNeeded: place)
    let seat = roomBegin[place] &+ roomLoad[place]
    inRoom[Int(seat)] = Int32(truncatingIfNeeded: index)
    roomSeat[index] = seat
    roomLoad[place] &+= 1
  }

  @inline(__always) func leave(_ index: Int) {
    let place = Int(room[index])
    roomLoad[place] &-= 1
    let last = inRoom[Int(roomBegin[place] &+ roomLoad[place])]
    let seat = roomSeat[index]
    inRoom[Int(seat)] = last
    roomSeat[Int(last)] = seat
  }

  /// Everything counted class by class; pairs are seen from both sides.
  func recount() -> Tally {
    var twice = Tally()
    var once = Tally()
    for index in 0..<problem.classes {
      once += fixedCost(index, Int(time[index]), Int(choice[index]))
      twice += timeTally(index, placed[index])
      twice += placeTally(index, placed[index], Int(room[index]), withWays: true)
    }
    for group in 0..<excess.count { once += measure(group: group, Int(excess[group])) }
    return Tally(
      hard: twice.hard / 2 + once.hard, weighted: twice.weighted / 2 + once.weighted,
      soft: twice.soft / 2 + once.soft)
  }

  func free() {
    time.free()
    choice.free()
    placed.free()
    room.free()
    roomBegin.free()
    roomLoad.free()
    inRoom.free()
    roomSeat.free()
    cells.free()
    excess.free()
    ruleWeight.free()
    roomWeight.free()
    starts.free()
    ends.free()
    joint.free()
  }
}
