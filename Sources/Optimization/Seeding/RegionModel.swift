/// Where a few meetings may be while all others stay: one literal for each time and room.
struct RegionModel {
  let choices: ChoiceModel
  private let region: [Int]
  private let places: [(time: Int, room: Int)]

  /// Takes the region's meetings out of `state`.
  init(_ state: SearchState, _ region: [Int], roomsForEachTime: Int, _ random: inout RandomSource) {
    let compiled = state.compiled
    self.region = region
    let before = region.map { (time: Int(state.timeOf[$0]), room: Int(state.roomOf[$0])) }
    for meeting in region { state.remove(meeting) }
    var begin: [Int32] = [0]
    var places: [(time: Int, room: Int)] = []
    var costs: [Int64] = []
    var hint: [Int32] = []
    // What may be held once: a room at an atom in a week class, a person at an atom. Literals by key.
    var holders: [Key: [Int32]] = [:]
    for (meeting, old) in zip(region, before) {
      var own: Int32 = -1
      for time in compiled.times(of: meeting).map({ Int($0) })
      where state.clash(meeting, time).isNone {
        for room in Self.rooms(state, meeting, time, old, limit: roomsForEachTime, &random) {
          let literal = Int32(places.count)
          places.append((time, room))
          let stays = time == old.time && room == old.room
          if stays { own = literal }
          costs.append(stays ? -1000 : -999)
          for key in Key.all(meeting, time, room, compiled) { holders[key, default: []].append(literal) }
        }
      }
      hint.append(own)
      begin.append(Int32(places.count))
    }
    let rules = holders.sorted { $0.key < $1.key }.map(\.value).filter { $0.count > 1 }
    self.places = places
    choices = ChoiceModel(
      choiceBegin: begin, isRequired: [Bool](repeating: false, count: region.count),
      atMost: rules.map { ChoiceModel.AtMost(literals: $0) }, costs: costs, hint: hint)
  }

  private static func rooms(
    _ state: SearchState, _ meeting: Int, _ time: Int, _ old: (time: Int, room: Int), limit: Int,
    _ random: inout RandomSource
  ) -> [Int] {
    let options = state.compiled.rooms(of: meeting).map { Int($0) }
    let free = options.filter { state.occupant($0, time, for: meeting) == -1 }
    guard free.count > limit else { return free }
    let start = random.below(free.count)
    let some = (0..<limit).map { free[(start + $0) % free.count] }
    return time == old.time && free.contains(old.room) && !some.contains(old.room) ? some + [old.room] : some
  }

  func load(_ chosen: [Int32], into state: SearchState) {
    for (meeting, literal) in zip(region, chosen) where literal >= 0 {
      let place = places[Int(literal)]
      _ = state.place(meeting, place.time, [Int32(place.room)])
    }
  }

  /// Something that one meeting at a time may hold.
  private struct Key: Hashable, Comparable {
    var kind: Int
    var who: Int
    var week: Int
    var atom: Int

    static func < (one: Key, other: Key) -> Bool {
      (one.kind, one.who, one.week, one.atom) < (other.kind, other.who, other.week, other.atom)
    }

    static func all(_ meeting: Int, _ time: Int, _ room: Int, _ compiled: CompiledProblem) -> [Key] {
      let lesson = compiled.lesson(of: meeting)
      let facts = compiled.index.lessons[lesson]
      var people = compiled.teachers[lesson].map { (0, $0) } + facts.atoms.map { (1, $0) }
      if !facts.studentClashIsSoft { people += facts.students.map { (2, $0) } }
      people.append((3, lesson))
      if compiled.isExclusive[room] != 0 { people.append((4, room)) }
      let weeks = compiled.weekClasses.ofLesson.row(lesson).map { Int($0) }
      return compiled.times[time].atoms.flatMap { atom in
        weeks.flatMap { week in people.map { Key(kind: $0.0, who: $0.1, week: week, atom: atom) } }
      }
    }
  }
}
