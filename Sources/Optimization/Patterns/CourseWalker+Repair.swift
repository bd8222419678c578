/// Min-conflicts: a class that breaks something gets, of all its places, one that breaks least.
///
/// Source: S. Minton et al., "Minimizing conflicts", Artificial Intelligence 58, 1992; with the weights of the breakout
/// method (P. Morris, AAAI 1993). Unlike there, a class always leaves its place, also for a worse one.
extension CourseWalker {
  /// Repairs until `count` places more have been looked at, or nothing is broken any more.
  mutating func repair(_ count: Int, isCancelled: () -> Bool) {
    let end = proposals &+ UInt64(count)
    var nextLook = proposals &+ 1024
    while proposals < end {
      if proposals >= nextLook {
        if isCancelled() { break }
        nextLook = proposals &+ 1024
      }
      guard suspectCount > 0 else { break }
      let index = Int(suspects[random.below(suspectCount)])
      if state.ownViolations(index) == 0 {
        acquit(index)
        continue
      }
      let dice = random.below(16)
      if dice == 0 {
        tryCompound(index)
      } else if dice < 5, let rival = state.rival(of: index, &random) {
        moveToLeastBroken(rival)
      } else {
        moveToLeastBroken(index)
      }
    }
    keepBest()
  }

  /// Of a class with more options, so many neighbors of a random one are looked at.
  private static let mostTimes = 96
  private static let mostRooms = 24

  /// Looks at all other places of the class. What is broken there is rounded by a threshold's noise, so that equals take
  /// turns. Where none is better than the present one, the rules broken now weigh more from here on.
  private mutating func moveToLeastBroken(_ index: Int) {
    let times = problem.times.count(index)
    let rooms = problem.roomChoices.count(index)
    proposals &+= 1
    guard times > 1 || rooms > 1 else { return }
    let oldTime = Int(state.time[index])
    let oldChoice = Int(state.choice[index])
    let own = state.own(index)
    var least = Int.max
    var bestTime = oldTime
    var bestChoice = oldChoice
    let firstTime = random.below(times)
    let firstRoom = random.below(rooms)
    for offset in 0..<min(times, Self.mostTimes) {
      let time = (firstTime &+ offset) % times
      let number = problem.meeting(index, time)
      let meeting = problem.meetings[number]
      proposals &+= 1
      var energy = threshold()
      if time == oldTime {
        energy &+= own.time.weighted
      } else {
        energy &+= state.groupDelta(index, meeting).weighted
        energy &+= state.timeTally(index, meeting, scale: 0, limit: least &- energy).weighted
      }
      if energy >= least { continue }
      for offset in 0..<min(rooms, Self.mostRooms) {
        let choice = (firstRoom &+ offset) % rooms
        if time == oldTime, choice == oldChoice { continue }
        let place = problem.room(index, choice)
        var whole = energy
        if problem.isClosed(place, number) { whole &+= state.closedWeight }
        if whole >= least { continue }
        whole &+= state.placeTally(index, meeting, place, scale: 0, limit: least &- whole).weighted
        if whole < least {
          least = whole
          bestTime = time
          bestChoice = choice
        }
      }
    }
    let now = own.time.weighted &+ own.place.weighted &+ state.fixedCost(index, oldTime, oldChoice).weighted
    if least >= now { raiseWeights(of: index, by: max(1, baseWeight / 10), most: baseWeight * 50) }
    accept(index, bestTime, bestChoice, state.delta(index, bestTime, bestChoice))
  }
}
