/// Which classes each student attends. Always one configuration of each course asked for, one class of each of its
/// subparts, with their parents; only the limits of classes may be exceeded.
///
/// Belongs to one chain.
struct Sectioning {
  let sections: CompiledSections
  /// Of each request.
  let configuration: Flat<Int32>
  /// The classes of request q: from `sections.seatBegin[q]`, one for each subpart of its configuration.
  let seats: Flat<Int32>
  /// Students in each class.
  let load: Flat<Int32>
  /// Students beyond the limits of classes.
  var overfull = 0
  /// Requests for which no classes fit together; their students stay out of those courses.
  private(set) var unserved = 0

  /// A selection for one request on its way.
  let draft: Flat<Int32>
  var draftConfiguration: Int32 = 0
  /// The other classes of a student.
  let others: Flat<Int32>

  init(_ sections: CompiledSections, classes: Int) {
    self.sections = sections
    configuration = Flat(sections.requests, -1)
    seats = Flat(sections.seats, -1)
    load = Flat(classes, 0)
    draft = Flat(sections.widest, -1)
    others = Flat(sections.mostClasses + 1, -1)
  }

  @inline(__always) func width(_ configuration: Int32) -> Int {
    if configuration < 0 { return 0 }
    return Int(sections.subpartBegin[Int(configuration) &+ 1] &- sections.subpartBegin[Int(configuration)])
  }

  @inline(__always) func forEachClass(of student: Int, _ body: (Int32) -> Void) {
    for request in Int(sections.studentBegin[student])..<Int(sections.studentBegin[student + 1]) {
      let begin = Int(sections.seatBegin[request])
      for seat in begin..<(begin + width(configuration[request])) { body(seats[seat]) }
    }
  }

  /// Counts the classes' students afresh from the seats.
  mutating func recount() {
    load.fill(0)
    unserved = 0
    for request in 0..<sections.requests {
      if configuration[request] < 0 { unserved += 1 }
      let begin = Int(sections.seatBegin[request])
      for seat in begin..<(begin + width(configuration[request])) { load[Int(seats[seat])] += 1 }
    }
    overfull = (0..<load.count).reduce(0) { $0 + Int(max(0, load[$1] - sections.limit[$1])) }
  }

  /// Puts every student into classes with room left, as far as it is easy; the search does the rest.
  mutating func seatEverybody(_ random: inout RandomSource) {
    configuration.fill(-1)
    load.fill(0)
    var order = Array(0..<sections.requests)
    for index in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(index, random.below(index + 1)) }
    for request in order {
      var best = Int.max
      for _ in 0..<12 {
        guard draftAnew(request, &random) else { continue }
        let excess = draftExcess()
        if excess < best {
          best = excess
          write(request)
        }
        if excess == 0 { break }
      }
      let begin = Int(sections.seatBegin[request])
      for seat in begin..<(begin + width(configuration[request])) { load[Int(seats[seat])] += 1 }
    }
    recount()
  }

  private func draftExcess() -> Int {
    (0..<width(draftConfiguration)).count { load[Int(draft[$0])] >= sections.limit[Int(draft[$0])] }
  }

  /// The draft becomes the request's selection. Loads stay as they are.
  func write(_ request: Int) {
    configuration[request] = draftConfiguration
    let begin = Int(sections.seatBegin[request])
    for place in 0..<width(draftConfiguration) { seats[begin &+ place] = draft[place] }
  }

  /// A selection from nothing: any configuration, in each subpart a class that fits, rather one with room left. False
  /// only where no configuration has classes that go together, or they are too hard to find.
  mutating func draftAnew(_ request: Int, _ random: inout RandomSource) -> Bool {
    let course = Int(sections.courseOf[request])
    let first = sections.configurationBegin[course]
    let count = Int(sections.configurationBegin[course + 1] - first)
    guard count > 0 else { return false }
    let start = random.below(count)
    for offset in 0..<count {
      draftConfiguration = first + Int32((start + offset) % count)
      let width = self.width(draftConfiguration)
      for place in 0..<width { draft[place] = -1 }
      if (0..<width).allSatisfy({ draftSeat($0, &random) }) { return true }
      var looks = 10_000
      if draftRest(from: 0, width, &looks, &random) { return true }
    }
    return false
  }

  /// Fills the draft from `place` on by trying all classes that fit, until `looks` are used up.
  private func draftRest(from place: Int, _ width: Int, _ looks: inout Int, _ random: inout RandomSource) -> Bool {
    if place == width { return (0..<width).allSatisfy { fits(Int(draft[$0])) } }
    let range = sections.subparts.range(Int(sections.subpartBegin[Int(draftConfiguration)]) &+ place)
    let start = random.below(range.count)
    for offset in 0..<range.count where looks > 0 {
      looks -= 1
      let index = Int(sections.subparts[range.lowerBound + (start + offset) % range.count])
      let parent = sections.parent[index]
      guard parent < 0 || sections.subpartOf[Int(parent)] > Int32(place) || fits(index) else { continue }
      draft[place] = Int32(index)
      if draftRest(from: place + 1, width, &looks, &random) { return true }
    }
    draft[place] = -1
    return false
  }

  /// Fills one place of the draft with a class whose parent is drafted, or has none.
  func draftSeat(_ place: Int, _ random: inout RandomSource) -> Bool {
    let subpart = Int(sections.subpartBegin[Int(draftConfiguration)]) &+ place
    var chosen: Int32 = -1
    var best = -1
    for position in sections.subparts.range(subpart) {
      let index = Int(sections.subparts[position])
      guard fits(index) else { continue }
      let hasRoom = load[index] < sections.limit[index]
      let value = random.below(1 << 16) + (hasRoom ? 1 << 16 : 0)
      if value > best {
        best = value
        chosen = Int32(index)
      }
    }
    draft[place] = chosen
    return chosen >= 0
  }

  /// The class's parent is in the draft.
  @inline(__always) func fits(_ index: Int) -> Bool {
    let parent = sections.parent[index]
    return parent < 0 || draft[Int(sections.subpartOf[Int(parent)])] == parent
  }

  func free() {
    configuration.free()
    seats.free()
    load.free()
    draft.free()
    others.free()
  }
}
