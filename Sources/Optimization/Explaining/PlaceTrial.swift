import Timetabling

/// Tries places for one meeting that was lifted out of a state.
struct PlaceTrial {
  let index: ProblemIndex
  let state: SearchState
  let meeting: Int
  let lesson: Int
  let probe: EntryProbe
  let current: Entry?
  /// Packed cost of its present place.
  let currentDelta: Int64

  func places(at span: TimeSpan, _ detail: WhyNotMap.Detail) -> [WhyNotMap.Place] {
    let need = index.problem.lessons[lesson].roomNeed.count
    var trial = probe.probe(at: span)
    if need == 0 { return [place(span, [], &trial)] }
    if need > 1 { return [place(span, severalRooms(need, at: span), &trial)] }
    if detail == .rooms { return index.problem.rooms.indices.map { place(span, [$0], &trial) } }
    return [best(at: span, &trial)]
  }

  /// The cheapest allowed room. Where none is, the cheapest of the free rooms, else the present one, says why.
  private func best(at span: TimeSpan, _ trial: inout TimeProbe) -> WhyNotMap.Place {
    guard let first = candidates.first, let time = state.compiled.times.position[span] else {
      return place(span, [], &trial)
    }
    let free = candidates.filter { state.occupant($0, time, for: meeting) == -1 }
    let byCost = free.map { (room: $0, cost: state.insertion(meeting, time, [Int32($0)])) }.enumerated()
      .sorted { ($0.element.cost, $0.offset) < ($1.element.cost, $1.offset) }
    var blocked: WhyNotMap.Place?
    for (_, choice) in byCost {
      let tried = place(span, [choice.room], &trial)
      if tried.isAllowed { return tried }
      blocked = blocked ?? tried
      // Whatever else forbids the time forbids it in each room: one room tells as much as all.
      if tried.conflicts.contains(where: { !$0.kind.isAboutRooms }) { break }
    }
    return blocked ?? place(span, [first], &trial)
  }

  /// The present rooms where they are free, else the first free ones that fit, else the first that fit.
  private func severalRooms(_ need: Int, at span: TimeSpan) -> [Int] {
    func pick(_ rooms: [Int]) -> [Int]? {
      state.compiled.pickRooms(meeting, from: rooms.map(Int32.init)).map { $0.map { Int($0) } }
    }
    let all = candidates
    let time = state.compiled.times.position[span]
    let free = time.map { time in all.filter { state.occupant($0, time, for: meeting) == -1 } }
    return free.flatMap(pick) ?? pick(all) ?? Array(all.prefix(need))
  }

  /// The present rooms, then the others that fit.
  private var candidates: [Int] {
    let own = current.map { $0.rooms.compactMap { index.roomIndex[$0] } } ?? []
    return own + index.lessons[lesson].rooms.filter { !own.contains($0) }
  }

  private func place(_ span: TimeSpan, _ rooms: [Int], _ trial: inout TimeProbe) -> WhyNotMap.Place {
    let ids = rooms.map { index.problem.rooms[$0].id }
    let isCurrent = current.map { $0.time == span && Set($0.rooms) == Set(ids) } ?? false
    let conflicts = trial.conflicts(in: ids)
    return WhyNotMap.Place(
      time: span, rooms: ids, isCurrent: isCurrent,
      costChange: conflicts.isEmpty ? costChange(span, rooms, isCurrent) : nil, conflicts: conflicts)
  }

  private func costChange(_ span: TimeSpan, _ rooms: [Int], _ isCurrent: Bool) -> Int64? {
    guard !isCurrent else { return 0 }
    guard let time = state.compiled.times.position[span] else { return nil }
    let held = rooms.isEmpty ? [Int32(state.compiled.roomCount)] : rooms.map(Int32.init)
    return Scoring.softCost(state.insertion(meeting, time, held) - currentDelta)
  }
}

extension Conflict.Kind {
  /// Whether another room could put it right.
  fileprivate var isAboutRooms: Bool {
    switch self {
    case .roomClash, .roomCapacity, .roomType, .roomFeatures, .roomNotAllowed, .roomCount, .roomUnavailable,
      .roomBookingLimit, .constraintBroken, .pinBroken:
      true
    case .teacherClash, .groupClash, .studentClash, .teacherUnavailable, .groupUnavailable, .teacherDayLoad,
      .teacherWeekLoad, .wrongTeachers, .offGrid, .wrongDuration, .wrongWeeks, .unknownReference, .duplicateMeeting:
      false
    }
  }
}
