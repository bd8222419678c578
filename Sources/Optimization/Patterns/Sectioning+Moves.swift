extension Sectioning {
  /// Drafts the request's selection with one class changed and what must change with it: the parents of the new class,
  /// and children of classes that are left. False where that does not come out.
  mutating func draftChange(_ request: Int, to index: Int, _ random: inout RandomSource) -> Bool {
    let begin = Int(sections.seatBegin[request])
    draftConfiguration = configuration[request]
    let width = self.width(draftConfiguration)
    for place in 0..<width { draft[place] = seats[begin &+ place] }
    var changed = Int32(index)
    while changed >= 0 {
      draft[Int(sections.subpartOf[Int(changed)])] = changed
      changed = sections.parent[Int(changed)]
    }
    for place in 0..<width where !fits(Int(draft[place])) {
      if !draftSeat(place, &random) { return false }
    }
    // A child drawn anew may stand before a parent that changed after it, in circles of subparts.
    for place in 0..<width where !fits(Int(draft[place])) { return false }
    return draft[Int(sections.subpartOf[index])] == Int32(index)
  }

  /// How many more of the student's pairs of classes conflict with the draft in the request's place.
  func conflictDelta(_ request: Int, _ state: CourseState) -> Int {
    let student = Int(sections.studentOf[request])
    var count = 0
    for other in Int(sections.studentBegin[student])..<Int(sections.studentBegin[student &+ 1]) where other != request {
      let begin = Int(sections.seatBegin[other])
      for seat in begin..<(begin &+ width(configuration[other])) {
        others[count] = seats[seat]
        count &+= 1
      }
    }
    let begin = Int(sections.seatBegin[request])
    let old = width(configuration[request])
    let new = width(draftConfiguration)
    var delta = 0
    for place in 0..<new where !(place < old && seats[begin &+ place] == draft[place]) {
      delta &+= conflicts(draft[place], count, state)
    }
    for place in 0..<old where !(place < new && seats[begin &+ place] == draft[place]) {
      delta &-= conflicts(seats[begin &+ place], count, state)
    }
    for one in 0..<new {
      for two in (one &+ 1)..<max(one &+ 1, new) where isConflict(draft[one], draft[two], state) { delta &+= 1 }
    }
    for one in 0..<old {
      for two in (one &+ 1)..<max(one &+ 1, old)
      where isConflict(seats[begin &+ one], seats[begin &+ two], state) { delta &-= 1 }
    }
    return delta
  }

  @inline(__always) private func conflicts(_ index: Int32, _ count: Int, _ state: CourseState) -> Int {
    let meeting = state.placed[Int(index)]
    let place = Int(state.room[Int(index)])
    var conflicts = 0
    for position in 0..<count {
      let other = Int(others[position])
      if state.isTooFar(meeting, place, state.placed[other], Int(state.room[other])) { conflicts &+= 1 }
    }
    return conflicts
  }

  @inline(__always) private func isConflict(_ one: Int32, _ two: Int32, _ state: CourseState) -> Bool {
    state.isTooFar(
      state.placed[Int(one)], Int(state.room[Int(one)]), state.placed[Int(two)], Int(state.room[Int(two)]))
  }

  /// How many more students are beyond limits with the draft in the request's place.
  func overfullDelta(_ request: Int) -> Int {
    let begin = Int(sections.seatBegin[request])
    let old = width(configuration[request])
    let new = width(draftConfiguration)
    var delta = 0
    for place in 0..<new where !(place < old && seats[begin &+ place] == draft[place]) {
      let index = Int(draft[place])
      if load[index] >= sections.limit[index] { delta &+= 1 }
    }
    for place in 0..<old where !(place < new && seats[begin &+ place] == draft[place]) {
      let index = Int(seats[begin &+ place])
      if load[index] > sections.limit[index] { delta &-= 1 }
    }
    return delta
  }

  /// The draft becomes the request's selection, and classes gain and lose a student.
  mutating func apply(_ request: Int) {
    let begin = Int(sections.seatBegin[request])
    overfull &+= overfullDelta(request)
    for place in 0..<width(configuration[request]) { load[Int(seats[begin &+ place])] &-= 1 }
    for place in 0..<width(draftConfiguration) { load[Int(draft[place])] &+= 1 }
    write(request)
  }

  /// Drafts the selection of another request for the same course.
  mutating func draftCopy(of request: Int) {
    draftConfiguration = configuration[request]
    let begin = Int(sections.seatBegin[request])
    for place in 0..<width(draftConfiguration) { draft[place] = seats[begin &+ place] }
  }

  /// Two students of one course exchange their classes of it.
  func exchange(_ one: Int, _ two: Int) {
    let first = Int(sections.seatBegin[one])
    let second = Int(sections.seatBegin[two])
    let width = max(self.width(configuration[one]), self.width(configuration[two]))
    for place in 0..<width {
      let kept = seats[first &+ place]
      seats[first &+ place] = seats[second &+ place]
      seats[second &+ place] = kept
    }
    let kept = configuration[one]
    configuration[one] = configuration[two]
    configuration[two] = kept
  }

  /// The requests with a class that has more students than it may.
  func crowded() -> [Int32] {
    (0..<sections.requests).filter { request in
      let begin = Int(sections.seatBegin[request])
      return (begin..<(begin + width(configuration[request]))).contains { seat in
        load[Int(seats[seat])] > sections.limit[Int(seats[seat])]
      }
    }.map(Int32.init)
  }

  /// Conflicting pairs of all students, and the requests that take part in one.
  func conflicts(_ state: CourseState) -> (count: Int, requests: [Int32]) {
    var total = 0
    var unhappy: [Int32] = []
    for student in 0..<sections.students {
      let first = Int(sections.studentBegin[student])
      let last = Int(sections.studentBegin[student &+ 1])
      for request in first..<last {
        var mine = 0
        let begin = Int(sections.seatBegin[request])
        for seat in begin..<(begin &+ width(configuration[request])) {
          let index = Int(seats[seat])
          let own = state.placed[index]
          if load[index] > sections.limit[index] { mine &+= 1 << 32 }
          for other in first..<last {
            let otherBegin = Int(sections.seatBegin[other])
            for otherSeat in otherBegin..<(otherBegin &+ width(configuration[other])) where otherSeat != seat {
              let its = Int(seats[otherSeat])
              if state.isTooFar(own, Int(state.room[index]), state.placed[its], Int(state.room[its])) { mine &+= 1 }
            }
          }
        }
        if mine > 0 { unhappy.append(Int32(request)) }
        total &+= mine & 0xFFFF_FFFF
      }
    }
    return (total / 2, unhappy)
  }
}
