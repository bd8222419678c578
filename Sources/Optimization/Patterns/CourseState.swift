/// How hard rules are broken and what the rest costs: of one class, of all, or the change by a move.
struct Tally: Equatable, BitwiseCopyable {
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

  @inline(__always) static func + (left: Tally, right: Tally) -> Tally {
    var sum = left
    sum += right
    return sum
  }

  @inline(__always) static func - (left: Tally, right: Tally) -> Tally {
    Tally(
      hard: left.hard &- right.hard, weighted: left.weighted &- right.weighted, soft: left.soft &- right.soft)
  }
}

/// What a class contributes where it stands, without the rules that look at all their classes together.
struct OwnTally: BitwiseCopyable {
  var time = Tally()
  var place = Tally()
  /// Of the rules.
  var isKnown = false
  /// The weighted conflicts of its students, and whether they are known.
  var students = 0
  var knowsStudents = false
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
  /// The classes in each room; and those of each rule with many classes.
  let inRoom: DayLists
  let inRule: DayLists
  /// Of each rule that looks at all classes together: per atom and day the classes, the load or the excess; and
  /// the excess of all.
  let cells: Flat<Int32>
  let excess: Flat<Int32>
  /// What one violation of a rule weighs, and one clash in a room.
  let ruleWeight: Flat<Int32>
  let roomWeight: Flat<Int32>
  /// Contributions of classes, until something about them changes.
  let owns: Flat<OwnTally>
  let starts: Flat<Int16>
  let ends: Flat<Int16>

  /// How many students attend both of two classes; made anew whenever students have moved.
  private(set) var joint: JointAttendance
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
    inRoom = DayLists(days: problem.days, keys: problem.classes, capacity: problem.roomCapacity())
    inRule = DayLists(days: problem.days, keys: problem.members.count, capacity: problem.ruleCapacity())
    cells = Flat(Int(problem.cellBegin[problem.cellBegin.count - 1]), 0)
    excess = Flat(problem.cellBegin.count - 1, 0)
    ruleWeight = Flat(problem.rules.count, 1)
    roomWeight = Flat(problem.rooms + 1, 1)
    owns = Flat(problem.classes, OwnTally())
    starts = Flat(problem.largestRule + 1, 0)
    ends = Flat(problem.largestRule + 1, 0)
    joint = JointAttendance(classes: problem.classes)
  }

  /// Takes the placement that is written in `time` and `choice`, and counts everything afresh.
  mutating func load() {
    inRoom.removeAll()
    inRule.removeAll()
    for index in 0..<problem.classes {
      placed[index] = problem.meetings[problem.meeting(index, Int(time[index]))]
      room[index] = Int32(problem.room(index, Int(choice[index])))
      enterRoom(index)
      enterRules(index)
    }
    loadGroups()
    forgetOwns()
    total = recount()
  }

  @inline(__always) func enterRoom(_ index: Int) {
    if Int(room[index]) != problem.rooms { inRoom.add(Int(room[index]), index, index, placed[index].days) }
  }

  @inline(__always) func leaveRoom(_ index: Int) {
    if Int(room[index]) != problem.rooms { inRoom.remove(Int(room[index]), index, placed[index].days) }
  }

  @inline(__always) func enterRules(_ index: Int) {
    for position in problem.crowdSeats.range(index) {
      let seat = problem.crowdSeats[position]
      let rule = problem.rules[Int(seat.rule)]
      inRule.add(Int(rule.crowd), Int(rule.begin &+ seat.position), index, placed[index].days)
    }
  }

  @inline(__always) func leaveRules(_ index: Int) {
    for position in problem.crowdSeats.range(index) {
      let seat = problem.crowdSeats[position]
      let rule = problem.rules[Int(seat.rule)]
      inRule.remove(Int(rule.crowd), Int(rule.begin &+ seat.position), placed[index].days)
    }
  }

  /// Students cost nothing until they are counted again: the rules can be looked at many times quicker without.
  mutating func setStudentsAside() {
    joint.removeAll()
    forgetOwns()
    total = recount()
  }

  /// Students have moved.
  mutating func recountStudents(_ sectioning: Sectioning) {
    joint.rebuild(sectioning)
    forgetOwns()
  }

  /// Everything may have changed.
  func forgetOwns() { owns.fill(OwnTally()) }

  /// Weights of rules have changed.
  func forgetRules() {
    for index in 0..<owns.count { owns[index].isKnown = false }
  }

  /// The weight of clashes in the room has changed.
  func forgetOwns(in place: Int) {
    inRoom.forEach(in: place) { owns[$0].isKnown = false }
  }

  /// Everything counted class by class; pairs are seen from both sides.
  func recount() -> Tally {
    var twice = Tally()
    var once = Tally()
    for index in 0..<problem.classes {
      once += fixedCost(index, Int(time[index]), Int(choice[index]))
      twice += ownTally(index)
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
    inRoom.free()
    inRule.free()
    cells.free()
    excess.free()
    ruleWeight.free()
    roomWeight.free()
    owns.free()
    starts.free()
    ends.free()
    joint.free()
  }
}
