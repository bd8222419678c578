/// Walks through placements by small moves: proposes, asks the state what a move costs, accepts or leaves it.
///
/// The hot loop of the engine. Nothing here allocates; one walker works on one state in one thread.
struct Walker {
  let state: SearchState
  var random: RandomSource
  var energy: Energy
  var temperature: Double { didSet { setHeat() } }
  var mix = OperatorMix.standard
  /// What a meeting without a place costs more than a placed one, packed.
  var missingPrice = 4 * Scoring.hard
  /// How many missing places a broken rule is as bad as, when the best placement is chosen.
  private(set) var violationRank = 2
  private(set) var proposals: UInt64 = 0
  private(set) var evaluated: UInt64 = 0
  private(set) var accepted: UInt64 = 0
  /// The best placement seen and whether the current one, being better, still has to be stored.
  private(set) var best: Snapshot
  private var hasUnstoredBest = false
  var journal: Journal
  var kempe: KempeChain
  var daySwap: DaySwap
  /// What compound moves gather: free rooms, the cheapest of them, and meetings that have to go.
  var rooms: ShortList
  var cheapest: ShortList
  var victims = ShortList(capacity: 3)

  /// Where the walk stays; all of the week unless `stay(on:)` says less.
  private(set) var territory: Territory
  /// Whether the best placement is kept. Not while the state lacks what other walkers are doing to it.
  var keepsBest = true

  private let compiled: CompiledProblem
  private let thresholds: Flat<Float>
  /// The temperature as the hot loop wants it, and the largest change that it lets pass at all.
  private var heat: Float = 0
  private var largestStep: Int64 = 0

  init(_ state: SearchState, random: RandomSource, energy: Energy, thresholds: Flat<Float>) {
    self.state = state
    self.random = random
    self.energy = energy
    self.thresholds = thresholds
    temperature = energy.hottest
    compiled = state.compiled
    territory = Territory(state.compiled)
    journal = Journal(state.compiled)
    kempe = KempeChain(state.compiled)
    daySwap = DaySwap(state.compiled)
    rooms = ShortList(capacity: compiled.mostRoomsNeeded)
    cheapest = ShortList(capacity: compiled.mostRoomsNeeded)
    best = state.snapshot()
    setHeat()
  }

  /// Call when nobody walks any more.
  func free() {
    territory.free()
    journal.free()
    kempe.free()
    daySwap.free()
    for list in [rooms, cheapest, victims] { list.free() }
  }

  private mutating func setHeat() {
    heat = Float(temperature)
    largestStep = Int64(min(temperature * Double(thresholds[0]), 1e15))
  }

  /// Makes `count` proposals at one temperature.
  mutating func walk(_ count: Int) {
    guard territory.count > 0 else { return }
    for _ in 0..<count { propose() }
    proposals &+= UInt64(count)
  }

  @inline(__always) private mutating func propose() {
    let dice = random.next()
    let meeting = pick(dice)
    let kind = Int(dice & 255)
    let hot = compiled.hot[meeting]
    let time = Int(state.timeOf[meeting])
    if time < 0 { return insert(meeting) }
    if hot.needsSeveralRooms { return moveSeveralRooms(meeting) }
    if kind < mix.room { return changeRoom(meeting, hot, time) }
    if kind < mix.timeInRoom {
      return changeTime(
        meeting, hot, time, keepsRoom: kind >= mix.time, dice: Int(truncatingIfNeeded: dice >> 8 & 0xFF_FFFF))
    }
    compound(kind, meeting)
  }

  @inline(__always) private mutating func pick(_ dice: UInt64) -> Int {
    // Now and then somebody from the pool, otherwise anybody.
    let unplaced = state.unplaced
    if unplaced > 0, random.below(32) == 0 { return Int(state.pool[random.below(unplaced)]) }
    return territory.member(((dice >> 32) &* UInt64(truncatingIfNeeded: territory.count)) >> 32)
  }

  // MARK: Accepting

  @inline(__always) mutating func accepts(_ delta: Int64) -> Bool {
    evaluated &+= 1
    let hard = Scoring.hardCount(delta)
    let change = delta &- hard &* Scoring.hard &+ hard &* energy.hardWeight
    if change <= 0 { return true }
    if change > largestStep { return false }
    return Float(change) <= heat * thresholds[Int(truncatingIfNeeded: random.next() >> 54)]
  }

  /// Call before the state gets worse: keeps the best placement if the walk is just there.
  @inline(__always) mutating func leave(_ delta: Int64) {
    accepted &+= 1
    if hasUnstoredBest, delta > 0 { storeBest() }
  }

  @inline(__always) mutating func arrive() {
    if keepsBest,
      (state.unplaced &+ violationRank &* state.hardViolations, state.softCost) < best.rank(violation: violationRank)
    {
      improve()
    }
  }

  private mutating func improve() {
    hasUnstoredBest = true
    best.unplaced = state.unplaced
    best.hardViolations = state.hardViolations
    best.softCost = state.softCost
  }

  private mutating func storeBest() {
    state.store(in: &best)
    hasUnstoredBest = false
  }

  /// Brings `best` up to date; call when the walk rests.
  mutating func rest() {
    if hasUnstoredBest { storeBest() }
  }

  /// Keeps the placement if it is the best, now that it is whole again.
  mutating func keep() {
    let keeps = keepsBest
    keepsBest = true
    arrive()
    rest()
    keepsBest = keeps
  }

  /// From here on proposes only what starts and ends on these days: bit d stands for day d.
  mutating func stay(on days: UInt64) { territory.claim(days, state) }

  /// Goes on from somewhere else; the best placement is kept unless the new one is better.
  mutating func restart(from snapshot: Snapshot) {
    rest()
    state.load(snapshot)
    arrive()
    rest()
  }

  /// From here on no number of missing places is worse than a broken rule, and each costs `price`.
  mutating func insistOnRules(price: Int64) {
    missingPrice = price
    violationRank = Self.insistence
  }

  /// How often another room is drawn where the first is taken.
  private static let roomDraws = 12
  static let insistence = 1_000_000

  /// What the state is now counts as the best seen.
  mutating func forget() {
    best = state.snapshot()
    hasUnstoredBest = false
  }

  // MARK: Moves of one or two meetings

  @inline(__always) private mutating func changeRoom(_ meeting: Int, _ hot: HotMeeting, _ time: Int) {
    guard hot.roomCount > 1 else { return }
    let room = hot.room(compiled.roomOptions, &random)
    let old = Int(state.roomOf[meeting])
    if room == old { return }
    let holder = state.occupant(room, time, for: meeting)
    if holder == -1 {
      let delta = state.delta(meeting, time, room)
      if accepts(delta) {
        leave(delta)
        state.apply(meeting, time, room, delta: delta)
        arrive()
      }
    } else if holder >= 0, Int(state.timeOf[holder]) == time, compiled.isAllowed(room: old, for: holder),
      haveSameWeeks(meeting, holder), !state.needsSeveralRooms(holder)
    {
      exchangeRooms(meeting, holder)
    }
  }

  private mutating func exchangeRooms(_ one: Int, _ other: Int) {
    let (oneRoom, otherRoom) = (Int(state.roomOf[one]), Int(state.roomOf[other]))
    if compiled.isExclusive[oneRoom] == 0, state.occupant(oneRoom, Int(state.timeOf[other]), for: other) == -2 {
      return
    }
    let time = Int(state.timeOf[one])
    let delta: Int64
    if state.scoring.isRoomAdditive, compiled.lesson(of: one) != compiled.lesson(of: other) {
      delta = state.roomDelta(one, oneRoom, otherRoom) &+ state.roomDelta(other, otherRoom, oneRoom)
      guard accepts(delta) else { return }
      leave(delta)
      state.exchangeRooms(one, other, delta: delta)
      arrive()
      return
    }
    journal.open(state)
    journal.record(one, state)
    journal.record(other, state)
    state.remove(one)
    state.remove(other)
    state.apply(one, time, otherRoom, delta: state.delta(one, time, otherRoom))
    state.apply(other, time, oneRoom, delta: state.delta(other, time, oneRoom))
    conclude()
  }

  @inline(__always) private mutating func changeTime(
    _ meeting: Int, _ hot: HotMeeting, _ old: Int, keepsRoom: Bool, dice: Int
  ) {
    guard hot.timeCount > 1 else { return }
    let time = Int(compiled.timeOptions[Int(hot.timeBegin) &+ (dice &* Int(hot.timeCount)) >> 24])
    if time == old || !territory.has(day: compiled.times[time].day) { return }
    let clash = state.clash(meeting, time)
    if clash.isNone || state.allowsClashes {
      var room = keepsRoom ? Int(state.roomOf[meeting]) : hot.room(compiled.roomOptions, &random)
      var holder = state.occupant(room, time, for: meeting)
      if !keepsRoom {
        // The people are free: another room is worth more than an exchange with who has this one.
        var draws = 0
        while holder != -1, draws < Self.roomDraws {
          room = hot.room(compiled.roomOptions, &random)
          holder = state.occupant(room, time, for: meeting)
          draws &+= 1
        }
      }
      if holder == -1 {
        let delta = state.delta(meeting, time, room)
        if accepts(delta) {
          leave(delta)
          state.apply(meeting, time, room, delta: delta)
          arrive()
        }
      } else if holder >= 0 {
        exchange(meeting, holder, old, time, areApart: false)
      }
    } else {
      let holder = state.onlyOne(clash, at: time)
      if holder >= 0 { exchange(meeting, holder, old, time, areApart: true) }
    }
  }

  /// `one` at `a` and `other` exchange times if `other` is exactly at `b`: rooms too where both fit, else each keeps
  /// its own. `areApart`: whether it is `other` whom people of `one` have at `b`.
  @inline(__always) private mutating func exchange(_ one: Int, _ other: Int, _ a: Int, _ b: Int, areApart: Bool) {
    let (hot, otherHot) = (compiled.hot[one], compiled.hot[other])
    guard Int(state.timeOf[other]) == b, hot.lesson != otherHot.lesson,
      compiled.isAllowed(time: a, for: other), haveSameWeeks(one, other),
      !otherHot.needsSeveralRooms
    else { return }
    let (first, second) = (compiled.times[a], compiled.times[b])
    if first.overlaps(second) { return }
    // Another duration cannot change places: the spans differ, so `a` is no option of its lesson.
    if !state.allowsClashes {
      let back = state.clash(other, a)
      if back.count != (areApart ? first.atomEnd &- first.atomBegin : 0) || areApart && Int(back.lone) != one { return }
    }
    let (oneRoom, otherRoom) = (Int(state.roomOf[one]), Int(state.roomOf[other]))
    let exchanges = compiled.isAllowed(room: otherRoom, for: one) && compiled.isAllowed(room: oneRoom, for: other)
    if exchanges, oneRoom != otherRoom || !areApart {
      // Rooms that hold one meeting at a time are left free by the partner; others may still be closed.
      if isBlocked(otherRoom, b, for: one, except: other) || isBlocked(oneRoom, a, for: other, except: one) { return }
    } else if isBlocked(oneRoom, b, for: one, except: other) || isBlocked(otherRoom, a, for: other, except: one) {
      return
    }
    let (oneNew, otherNew) = exchanges ? (otherRoom, oneRoom) : (oneRoom, otherRoom)
    let delta = state.swapDelta(one, other, oneRoom: oneNew, otherRoom: otherNew)
    if accepts(delta) {
      leave(delta)
      state.applySwap(one, other, oneRoom: oneNew, otherRoom: otherNew, delta: delta)
      arrive()
    }
  }

  @inline(__always) private func isBlocked(_ room: Int, _ time: Int, for meeting: Int, except other: Int) -> Bool {
    let holder = state.occupant(room, time, for: meeting)
    return holder != -1 && holder != other
  }

  @inline(__always) private func haveSameWeeks(_ one: Int, _ other: Int) -> Bool {
    if compiled.weekCount == 1 { return true }
    let pattern = compiled.weekClasses.pattern
    return pattern[compiled.lesson(of: one)] == pattern[compiled.lesson(of: other)]
  }

  // MARK: Compound moves

  /// Keeps or takes back what was done since `journal.open`.
  mutating func conclude() {
    let delta = state.cost &- journal.cost
    let missing = Int64(state.unplaced &- journal.unplaced)
    if accepts(delta &+ missing &* missingPrice) {
      if hasUnstoredBest, delta > 0 || missing > 0 { storeBestBeforeJournal() }
      accepted &+= 1
      arrive()
    } else {
      journal.undo(state)
    }
  }

  private mutating func storeBestBeforeJournal() {
    let rank = best
    state.store(in: &best)
    journal.restore(in: &best, compiled)
    best.unplaced = rank.unplaced
    best.hardViolations = rank.hardViolations
    best.softCost = rank.softCost
    hasUnstoredBest = false
  }
}
