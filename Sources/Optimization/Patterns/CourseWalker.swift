import Foundation

/// One chain of simulated annealing: walks over complete assignments, where broken rules cost by weights that rise
/// while a rule stays broken.
///
/// The walk needs few random numbers and no memory of its own; it ends a look at a move as soon as the move is known to
/// be refused, because the threshold is drawn first.
struct CourseWalker {
  var state: CourseState
  var sectioning: Sectioning
  var random: RandomSource
  /// In units of the cost.
  var temperature = 1.0
  /// What a unit of the objective's cost counts against weights of hard rules: 1, or 0 while only validity is sought.
  var scale = 1
  /// The weight that hard rules fall back to.
  var baseWeight = 1
  /// What a student beyond a limit weighs.
  var limitWeight = 1
  var proposals: UInt64 = 0
  var best: CourseElite

  let problem: CompiledCourses
  /// Classes that may take part in a violation: of the two in a violated pair, at least one is here.
  let suspects: Flat<Int32>
  /// The classes for which single moves are proposed: all that have a choice, but for a while perhaps some of them.
  let field: Flat<Int32>
  var fieldCount: Int
  private let suspectSeat: Flat<Int32>
  private(set) var suspectCount = 0
  /// -ln u for even u.
  private let thresholds: Flat<Float>
  /// Moves of the compound move under way, to be undone, and the classes in them.
  let journal: Flat<JournalEntry>
  var journalCount = 0
  let stamp: Flat<Int32>
  var stampNumber: Int32 = 0
  /// Requests that had conflicts or stood beyond a limit when students were last looked at.
  var unhappy: [Int32] = []

  struct JournalEntry: BitwiseCopyable {
    var index: Int32
    var time: Int32
    var choice: Int32
    /// By the move.
    var change: Tally
  }

  init(_ problem: CompiledCourses, seed: UInt64, chain: Int) {
    self.problem = problem
    random = RandomSource(seed: seed, stream: 1, number: UInt64(chain))
    state = CourseState(problem)
    sectioning = Sectioning(problem.sections, classes: problem.classes)
    suspects = Flat(problem.classes, 0)
    field = Flat(problem.classes, 0)
    fieldCount = 0
    suspectSeat = Flat(problem.classes, -1)
    thresholds = Flat((0..<4096).map { Float(-log((Double($0) + 0.5) / 4096)) })
    journal = Flat(Self.longestCompound, JournalEntry(index: 0, time: 0, choice: 0, change: Tally()))
    stamp = Flat(problem.classes, 0)
    best = CourseElite(problem)
    keepToNoRegion()
    begin()
  }

  static let longestCompound = 24

  /// A start at random, but in open rooms.
  private mutating func begin() {
    for index in 0..<problem.classes {
      for _ in 0..<20 {
        state.time[index] = Int32(random.below(problem.times.count(index)))
        state.choice[index] = Int32(random.below(problem.roomChoices.count(index)))
        if state.fixedCost(index, Int(state.time[index]), Int(state.choice[index])).hard == 0 { break }
      }
    }
    sectioning.seatEverybody(&random)
    reload()
    best.take(self)
  }

  /// Counts everything afresh, after the placement or the weights were changed from outside.
  mutating func reload() {
    sectioning.recount()
    if scale > 0 { state.recountStudents(sectioning) } else { state.setStudentsAside() }
    state.load()
    suspectCount = 0
    suspectSeat.fill(-1)
    for index in 0..<problem.classes where state.ownViolations(index) > 0 { suspect(index) }
  }

  /// Violations of all kinds.
  var hard: Int { state.total.hard + sectioning.overfull + sectioning.unserved }
  var soft: Int { state.total.soft }

  @inline(__always) func energy(_ tally: Tally) -> Int { tally.weighted &+ tally.soft &* scale }

  @inline(__always) mutating func threshold() -> Int {
    Int(temperature * Double(thresholds[Int(truncatingIfNeeded: random.next() >> 52)]))
  }

  @inline(__always) mutating func suspect(_ index: Int) {
    if suspectSeat[index] >= 0 { return }
    suspects[suspectCount] = Int32(truncatingIfNeeded: index)
    suspectSeat[index] = Int32(truncatingIfNeeded: suspectCount)
    suspectCount &+= 1
  }

  mutating func acquit(_ index: Int) {
    let seat = suspectSeat[index]
    if seat < 0 { return }
    suspectCount &-= 1
    let last = suspects[suspectCount]
    suspects[Int(seat)] = last
    suspectSeat[Int(last)] = seat
    suspectSeat[index] = -1
  }

  /// Walks until `count` proposals more have been looked at; none where nothing can move. Asks `isCancelled` about every
  /// thousand.
  mutating func walk(_ count: Int, isCancelled: () -> Bool) {
    guard problem.movable.count > 0 else { return }
    let end = proposals &+ UInt64(count)
    var nextLook = proposals &+ 1024
    while proposals < end {
      if proposals >= nextLook {
        if isCancelled() { return }
        nextLook = proposals &+ 1024
      }
      step()
    }
  }

  @inline(__always) private mutating func step() {
    let dice = Int(truncatingIfNeeded: random.next() >> 56)
    if suspectCount > 0, dice < 128 {
      let index = Int(suspects[random.below(suspectCount)])
      if state.ownViolations(index) == 0 {
        acquit(index)
        return
      }
      if dice < 32 {
        tryCompound(index)
      } else if dice < 64, let rival = state.rival(of: index, &random) {
        tryTimes(rival)
      } else {
        tryTimes(index)
      }
      return
    }
    let index = Int(field[random.below(fieldCount)])
    if dice >= 232 {
      tryCompound(index)
    } else if dice >= 176, problem.roomChoices.count(index) > 1 {
      tryRooms(index)
    } else {
      tryTimes(index)
    }
  }

  /// Some other times for a class, each in its room or in another.
  private mutating func tryTimes(_ index: Int) {
    let times = problem.times.count(index)
    let rooms = problem.roomChoices.count(index)
    if times < 2 {
      if rooms > 1 { tryRooms(index) } else { proposals &+= 1 }
      return
    }
    for _ in 0..<4 {
      proposals &+= 1
      let newTime = random.below(times)
      if newTime == Int(state.time[index]) { continue }
      let number = problem.meeting(index, newTime)
      let newChoice = openRoom(index, problem.meetings[number], number, rooms)
      let slack = threshold()
      let change = state.delta(index, newTime, newChoice, scale: scale, limit: slack)
      if energy(change) > slack { continue }
      accept(index, newTime, newChoice, change)
      return
    }
  }

  /// The class's room, or some other, rather one that is open and free then.
  @inline(__always) private mutating func openRoom(_ index: Int, _ meeting: Meeting, _ number: Int, _ rooms: Int) -> Int
  {
    var choice = Int(state.choice[index])
    if rooms == 1 { return choice }
    if random.next() >> 63 == 0 { choice = random.below(rooms) }
    for _ in 0..<3 {
      let place = problem.room(index, choice)
      if !problem.isClosed(place, number), state.clashes(index, meeting, place, most: 0) == 0 { return choice }
      choice = random.below(rooms)
    }
    return choice
  }

  /// Some other rooms for a class at its time.
  private mutating func tryRooms(_ index: Int) {
    let rooms = problem.roomChoices.count(index)
    let meeting = state.placed[index]
    let time = Int(state.time[index])
    let hasWays = problem.longestWay > 0
    for _ in 0..<4 {
      proposals &+= 1
      let newChoice = random.below(rooms)
      if newChoice == Int(state.choice[index]) { continue }
      let slack = threshold()
      let own = state.own(index)
      let place = problem.room(index, newChoice)
      var change =
        state.fixedCost(index, time, newChoice) - state.fixedCost(index, time, Int(state.choice[index])) - own.place
      if hasWays { change.soft &-= own.students }
      if energy(change) > slack { continue }
      change += state.placeTally(index, meeting, place, scale: scale, limit: slack &- energy(change))
      if energy(change) > slack { continue }
      if hasWays {
        let limit = scale == 0 ? Int.max : slack &- energy(change)
        change.soft &+= state.studentTally(index, meeting, place, limit: limit)
      }
      if energy(change) > slack { continue }
      accept(index, time, newChoice, change)
      return
    }
  }

  @inline(__always) mutating func accept(_ index: Int, _ time: Int, _ choice: Int, _ change: Tally) {
    if change.hard > 0 || change.soft > 0 { keepBest() }
    state.apply(index, time, choice, change)
    if state.ownViolations(index) > 0 { suspect(index) }
  }

  func free() {
    state.free()
    sectioning.free()
    suspects.free()
    field.free()
    suspectSeat.free()
    thresholds.free()
    journal.free()
    stamp.free()
    best.free()
  }

  @inline(__always) mutating func keepBest() {
    if hard < best.hard || hard == best.hard && soft < best.soft { best.take(self) }
  }
}
