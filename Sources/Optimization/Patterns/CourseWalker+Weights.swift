/// What hard rules weigh, and what moves cost.
extension CourseWalker {
  /// Hard rules that are broken weigh more from now on.
  mutating func raiseWeights(by step: Int, most: Int) {
    for position in 0..<suspectCount { raiseWeights(of: Int(suspects[position]), by: step, most: most) }
    if sectioning.overfull > 0 { limitWeight = min(most, limitWeight + step) }
    state.forgetRules()
  }

  /// The rules that the class breaks weigh more from now on.
  mutating func raiseWeights(of index: Int, by step: Int, most: Int) {
    let (step, most) = (Int32(clamping: step), Int32(clamping: most))
    let meeting = state.placed[index]
    let place = Int(state.room[index])
    for seats in [problem.timeSeats, problem.placeSeats] {
      for position in seats.range(index) {
        let number = Int(seats[position].rule)
        let rule = problem.rules[number]
        guard rule.isRequired else { continue }
        let isBroken =
          rule.group >= 0
          ? state.excess[Int(rule.group)] > 0
          : state.violations(rule, Int(seats[position].position), index, meeting, Int32(place), most: 0) > 0
        guard isBroken else { continue }
        state.ruleWeight[number] = min(most, state.ruleWeight[number] &+ step)
        for member in Int(rule.begin)..<Int(rule.end) { state.owns[Int(problem.members[member])].isKnown = false }
      }
    }
    if state.clashes(index, meeting, place, most: 0) > 0 {
      state.roomWeight[place] = min(most, state.roomWeight[place] &+ step)
      state.forgetOwns(in: place)
    }
  }

  /// All weights go a part of the way back: `numerator` of 16.
  mutating func relaxWeights(_ numerator: Int32) {
    let base = Int32(clamping: baseWeight)
    for number in 0..<state.ruleWeight.count {
      state.ruleWeight[number] = base + max(0, state.ruleWeight[number] - base) / 16 * (16 - numerator)
    }
    for room in 0..<state.roomWeight.count {
      state.roomWeight[room] = base + max(0, state.roomWeight[room] - base) / 16 * (16 - numerator)
    }
    limitWeight = Int(base) + max(0, limitWeight - Int(base)) / 16 * (16 - Int(numerator))
    state.forgetRules()
  }

  /// From now on only hard rules count: neither penalties nor students' conflicts.
  mutating func countRules(weight: Int) {
    scale = 0
    state.setStudentsAside()
    setWeights(weight)
  }

  /// From now on all of the cost counts.
  mutating func countEverything(weight: Int) {
    scale = 1
    state.recountStudents(sectioning)
    setWeights(weight)
  }

  /// A new unit for hard rules, with which all start again.
  mutating func setWeights(_ base: Int) {
    baseWeight = base
    state.ruleWeight.fill(Int32(clamping: base))
    state.roomWeight.fill(Int32(clamping: base))
    state.closedWeight = base * 4
    limitWeight = base
    state.forgetRules()
    state.total = state.recount()
  }

  /// What single moves that cost something cost, over moves that break nothing more: their mean, 1 where there are none.
  mutating func typicalStep(samples: Int) -> Double {
    var sum = 0
    var count = 0
    for _ in 0..<samples {
      guard problem.movable.count > 0 else { break }
      let index = Int(problem.movable[random.below(problem.movable.count)])
      let change = state.delta(
        index, random.below(problem.times.count(index)), random.below(problem.roomChoices.count(index)))
      guard change.hard <= 0, change.soft > 0 else { continue }
      sum += change.soft
      count += 1
    }
    return count == 0 ? 1 : Double(sum) / Double(count)
  }
}
