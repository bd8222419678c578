/// Moves of students: other classes of a course, or an exchange where a class is full.
extension CourseWalker {
  /// Looks at `count` proposals to give students other classes.
  mutating func seatStudents(_ count: Int, isCancelled: () -> Bool) {
    let sections = problem.sections
    guard sections.requests > 0 else { return }
    keepBest()
    unhappy = scale > 0 ? sectioning.conflicts(state).requests : sectioning.crowded()
    for proposal in 0..<count {
      if proposal & 1023 == 1023, isCancelled() { break }
      proposals &+= 1
      let request =
        !unhappy.isEmpty && random.below(4) > 0
        ? Int(unhappy[random.below(unhappy.count)]) : random.below(sections.requests)
      trySeats(request)
    }
    keepBest()
    if scale > 0 { state.recountStudents(sectioning) }
  }

  private mutating func trySeats(_ request: Int) {
    let sections = problem.sections
    let configuration = sectioning.configuration[request]
    let course = Int(sections.courseOf[request])
    let count = Int(sections.configurationBegin[course &+ 1] &- sections.configurationBegin[course])
    if configuration < 0 || count > 1 && random.below(4) == 0 {
      guard configuration >= 0, sectioning.draftAnew(request, &random) else { return }
      judgeSeats(request)
      return
    }
    let width = sectioning.width(configuration)
    guard width > 0 else { return }
    let subpart = Int(sections.subpartBegin[Int(configuration)]) &+ random.below(width)
    let size = sections.subparts.count(subpart)
    guard size > 1 else { return }
    let index = Int(sections.subparts[Int(sections.subparts.begin[subpart]) &+ random.below(size)])
    if sectioning.seats[Int(sections.seatBegin[request]) &+ Int(sections.subpartOf[index])] == Int32(index) { return }
    if sectioning.load[index] >= sections.limit[index] {
      tryExchange(request, index, course)
    } else if sectioning.draftChange(request, to: index, &random) {
      judgeSeats(request)
    }
  }

  private mutating func judgeSeats(_ request: Int) {
    let conflicts = scale > 0 ? sectioning.conflictDelta(request, state) &* problem.weights.student : 0
    let overfull = sectioning.overfullDelta(request)
    guard conflicts &* scale &+ overfull &* limitWeight <= threshold() else { return }
    if conflicts > 0 || overfull > 0 { keepBest() }
    sectioning.apply(request)
    state.total.soft &+= conflicts
    best.noteSeats()
  }

  /// Exchanges the classes of a course with a student who attends the full class.
  private mutating func tryExchange(_ request: Int, _ index: Int, _ course: Int) {
    let sections = problem.sections
    let size = sections.roster.count(course)
    let place = Int(sections.subpartOf[index])
    for _ in 0..<6 {
      let other = Int(sections.roster[Int(sections.roster.begin[course]) &+ random.below(size)])
      guard sectioning.configuration[other] == sections.configurationOf[index],
        sectioning.seats[Int(sections.seatBegin[other]) &+ place] == Int32(index)
      else { continue }
      var conflicts = 0
      if scale > 0 {
        sectioning.draftCopy(of: other)
        conflicts = sectioning.conflictDelta(request, state)
        sectioning.draftCopy(of: request)
        conflicts = (conflicts &+ sectioning.conflictDelta(other, state)) &* problem.weights.student
      }
      guard conflicts &* scale <= threshold() else { return }
      if conflicts > 0 { keepBest() }
      sectioning.exchange(request, other)
      state.total.soft &+= conflicts
      best.noteSeats()
      return
    }
  }
}
