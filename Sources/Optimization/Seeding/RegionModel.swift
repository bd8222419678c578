/// Where a few meetings may be while all others stay: one literal for each time and room.
///
/// Beside clashes of people and rooms it holds what the others leave of teachers' minutes and rooms' bookings, and hard
/// rules about pairs of meetings, of times and of rooms.
struct RegionModel {
  let choices: ChoiceModel
  private let region: [Int]
  private let places: [Place]

  /// Takes the region's meetings out of `state`.
  init(_ state: SearchState, _ region: [Int], roomsForEachTime: Int, _ random: inout RandomSource) {
    let compiled = state.compiled
    self.region = region
    let before = region.map { (time: Int(state.timeOf[$0]), room: Int(state.roomOf[$0])) }
    for meeting in region { state.remove(meeting) }
    let partners = RulePartners(state.scoring)
    let apart = compiled.keptApart()
    let setsOfLesson = ConflictGraph.invert(
      (0..<(apart.keys.max() ?? -1) + 1).map { apart[$0] ?? [] }, count: compiled.lessonCount)
    var begin: [Int32] = [0]
    var places: [Place] = []
    var costs: [Int64] = []
    var hint: [Int32] = []
    // What may be held once: a room at an atom in a week class, a person at an atom. Literals by key.
    var holders: [Key: [Int32]] = [:]
    for (meeting, old) in zip(region, before) {
      var own: Int32 = -1
      for time in compiled.times(of: meeting).map({ Int($0) })
      where state.clash(meeting, time).isNone && partners.excluded(by: meeting, at: time, state).isEmpty {
        for room in Self.rooms(state, meeting, time, old, limit: roomsForEachTime, &random)
        where partners.strangers(to: room, for: meeting, state).isEmpty {
          let literal = Int32(places.count)
          places.append(Place(meeting: meeting, time: time, room: room))
          let stays = time == old.time && room == old.room
          if stays { own = literal }
          costs.append(stays ? -1000 : -999)
          for key in Key.all(meeting, time, room, setsOfLesson, compiled) { holders[key, default: []].append(literal) }
        }
      }
      hint.append(own)
      begin.append(Int32(places.count))
    }
    let once = holders.sorted { $0.key < $1.key }.map(\.value).filter { $0.count > 1 }
    self.places = places
    choices = ChoiceModel(
      choiceBegin: begin, isRequired: [Bool](repeating: false, count: region.count),
      atMost: once.map { ChoiceModel.AtMost(literals: $0) } + Self.limits(places, state)
        + Self.pairs(places, begin, region, state), costs: costs, hint: hint)
  }

  struct Place {
    let meeting: Int
    let time: Int
    let room: Int
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

  // MARK: What counts

  /// Of each load that the region can add to: what the others leave of it.
  private static func limits(_ places: [Place], _ state: SearchState) -> [ChoiceModel.AtMost] {
    let (compiled, limits) = (state.compiled, state.scoring.limits)
    guard limits.hasTeachers || limits.hasRooms else { return [] }
    var rows: [Int: (limit: Int32, literals: [Int32], weights: [Int32])] = [:]
    func count(_ number: Int, _ place: Place, _ literal: Int, _ amount: Int32) {
      let load = limits.loads[number]
      for week in compiled.weekClasses.ofLesson.row(compiled.lesson(of: place.meeting)) where amount > 0 {
        let row = Int(load.begin) + Int(week) * (load.isDaily ? compiled.dayCount : 1)
        let counter = row + (load.isDaily ? Int(compiled.times[place.time].day) : 0)
        rows[counter, default: (load.limit, [], [])].literals.append(Int32(literal))
        rows[counter]?.weights.append(amount)
      }
    }
    for (literal, place) in places.enumerated() {
      let lesson = compiled.lesson(of: place.meeting)
      for load in limits.ofLesson.row(lesson) { count(Int(load), place, literal, limits.minutes[lesson]) }
      if limits.ofRoom[place.room] >= 0 { count(Int(limits.ofRoom[place.room]), place, literal, 1) }
    }
    return rows.sorted { $0.key < $1.key }.compactMap { counter, row in
      let rule = ChoiceModel.AtMost(
        literals: row.literals, bound: max(0, row.limit - state.loads[counter]), weights: row.weights)
      return rule.count(where: { _ in true }) > Int64(rule.bound) ? rule : nil
    }
  }

  /// Hard rules between two meetings of the region: each place of the one against those of the other that it excludes.
  private static func pairs(
    _ places: [Place], _ begin: [Int32], _ region: [Int], _ state: SearchState
  ) -> [ChoiceModel.AtMost] {
    let (compiled, pairs) = (state.compiled, state.scoring.pairs)
    let position = Dictionary(uniqueKeysWithValues: region.enumerated().map { ($1, $0) })
    func literals(_ meeting: Int) -> Range<Int> {
      position[meeting].map { Int(begin[$0])..<Int(begin[$0 + 1]) } ?? 0..<0
    }
    var rows: [ChoiceModel.AtMost] = []
    func exclude(_ one: Int, _ other: Int, where excludes: (Place, Place) -> Bool) {
      for own in literals(one) {
        let excluded = literals(other).filter { excludes(places[own], places[$0]) }.map(Int32.init)
        if !excluded.isEmpty { rows.append(ChoiceModel.AtMost(literals: [Int32(own)] + excluded)) }
      }
    }
    for one in region {
      for pair in pairs.byTime.row(one) where pair.isFirst && pair.weight >= Scoring.hard {
        exclude(one, Int(pair.other)) {
          pairs.tables[Int(pair.table) + $0.time * compiled.timeCount + $1.time] != 0
        }
      }
      for pair in pairs.byRoom.row(one) where pair.weight >= Scoring.hard && one < Int(pair.other) {
        exclude(one, Int(pair.other)) {
          $0.room != $1.room && $0.room < compiled.roomCount && $1.room < compiled.roomCount
        }
      }
    }
    return rows
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

    static func all(
      _ meeting: Int, _ time: Int, _ room: Int, _ setsOfLesson: [[Int]], _ compiled: CompiledProblem
    ) -> [Key] {
      let lesson = compiled.lesson(of: meeting)
      let facts = compiled.index.lessons[lesson]
      var people = compiled.teachers[lesson].map { (0, $0) } + facts.atoms.map { (1, $0) }
      if !facts.studentClashIsSoft { people += facts.students.map { (2, $0) } }
      people.append((3, lesson))
      people += setsOfLesson[lesson].map { (5, $0) }
      if compiled.isExclusive[room] != 0 { people.append((4, room)) }
      let weeks = compiled.weekClasses.ofLesson.row(lesson).map { Int($0) }
      return compiled.times[time].atoms.flatMap { atom in
        weeks.flatMap { week in people.map { Key(kind: $0.0, who: $0.1, week: week, atom: atom) } }
      }
    }
  }
}
