import Timetabling

/// Asks the exact solver for places for what has none: the meetings without a place, those in their way, and all places
/// that everybody else leaves to them.
///
/// Clashes of people and rooms are in the model, rules that count (gaps, hours) are not: the answer is kept only where
/// the engine finds it better.
struct ExactRepair {
  private let scoring: Scoring
  private let solver: any ExactSolver
  private var compiled: CompiledProblem { scoring.compiled }

  private static let largestRegion = 80
  private static let roomsForEachTime = 8
  private static let largestModel = 200_000

  init(_ scoring: Scoring, _ solver: any ExactSolver) {
    self.scoring = scoring
    self.solver = solver
  }

  /// The better placement, or nil; never one that ranks below `start`.
  func improve(
    _ start: Snapshot, limit: ExactLimit, random: inout RandomSource, isCancelled: @Sendable () -> Bool
  ) throws -> Snapshot? {
    let state = SearchState(scoring)
    state.load(start)
    let region = chooseRegion(state, &random)
    guard !region.isEmpty else { return nil }
    let model = RegionModel(state, region, roomsForEachTime: Self.roomsForEachTime, &random)
    guard model.choices.literalCount <= Self.largestModel else { return nil }
    guard case .solution(let chosen, _, _) = try solver.solve(model.choices, limit: limit, isCancelled: isCancelled)
    else { return nil }
    model.load(chosen, into: state)
    let found = state.snapshot()
    return Snapshot.isBetter(found, start) ? found : nil
  }

  /// Meetings without a place, whoever stands in their way, whoever stands in the way of those, and so on until the
  /// region is full; of each ring those first that are in the way most often.
  private func chooseRegion(_ state: SearchState, _ random: inout RandomSource) -> [Int] {
    let homeless = (0..<state.unplaced).map { Int(state.pool[$0]) }.sorted()
      .filter { !state.needsSeveralRooms($0) && compiled.timeOptions.count(Int(compiled.timeRow[$0])) > 0 }
    var ring = Array(homeless.prefix(Self.largestRegion / 4))
    var region = ring
    var isChosen = [Bool](repeating: false, count: compiled.meetingCount)
    for meeting in ring { isChosen[meeting] = true }
    while !ring.isEmpty, region.count < Self.largestRegion {
      let blocks = countBlockers(of: ring, state)
      let near = blocks.indices.filter { blocks[$0] > 0 && !isChosen[$0] && !state.needsSeveralRooms($0) }
        .map { (weight: blocks[$0] * 16 + random.below(16), meeting: $0) }
        .sorted { ($1.weight, $0.meeting) < ($0.weight, $1.meeting) }
      ring = near.prefix(Self.largestRegion - region.count).map(\.meeting)
      for meeting in ring { isChosen[meeting] = true }
      region += ring
    }
    return region
  }

  /// How often each meeting is in the way of the ring's, by its people or by its room.
  private func countBlockers(of ring: [Int], _ state: SearchState) -> [Int] {
    var blocks = [Int](repeating: 0, count: compiled.meetingCount)
    for meeting in ring {
      for time in compiled.timeOptions.row(Int(compiled.timeRow[meeting])).map({ Int($0) }) {
        for other in state.blockers(of: meeting, at: time) { blocks[other] += 1 }
        for room in compiled.roomOptions.row(Int(compiled.roomRow[meeting])) {
          let holder = state.occupant(Int(room), time, for: meeting)
          if holder >= 0 { blocks[holder] += 1 }
        }
      }
    }
    return blocks
  }
}

/// Where a few meetings may be while all others stay: one literal for each time and room.
private struct RegionModel {
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
      for time in compiled.timeOptions.row(Int(compiled.timeRow[meeting])).map({ Int($0) })
      where state.conflict(meeting, time) == 0 {
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
    let options = state.compiled.roomOptions.row(Int(state.compiled.roomRow[meeting])).map { Int($0) }
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
      let lesson = Int(compiled.lessonOf[meeting])
      let facts = compiled.index.lessons[lesson]
      var people = compiled.teachers[lesson].map { (0, $0) } + facts.atoms.map { (1, $0) }
      if !facts.studentClashIsSoft { people += facts.students.map { (2, $0) } }
      people.append((3, lesson))
      if compiled.isExclusive[room] != 0 { people.append((4, room)) }
      let weeks = compiled.weekClasses.ofLesson.row(lesson).map { Int($0) }
      return compiled.times.atomRange(time).flatMap { atom in
        weeks.flatMap { week in people.map { Key(kind: $0.0, who: $0.1, week: week, atom: atom) } }
      }
    }
  }
}

/// One repair of a timetable from anywhere: what the tests look at.
package struct RepairTrial {
  package let timetable: Timetable

  package init(_ problem: Problem, _ start: Timetable, solver: any ExactSolver, seed: UInt64) throws {
    let compiled = CompiledProblem(ProblemIndex(problem))
    let bounds = CriterionBounds(compiled.index, base: nil)
    let weights = Weights(problem.objectiveTerms.map(\.defaultWeight))
    let scoring = Scoring(compiled, weights, nil, Criterion.allCases.map { bounds.bounds(of: $0) })
    let state = SearchState(scoring)
    state.load(compiled.snapshot(of: start))
    var random = RandomSource(seed: seed)
    let limit = ExactLimit(seconds: 5, deterministicTime: 5, seed: 1)
    let found = try ExactRepair(scoring, solver)
      .improve(state.snapshot(), limit: limit, random: &random, isCancelled: { false })
    if let found { state.load(found) }
    timetable = Publishing(state: state).timetable(explainsUnplaced: false)
  }
}
