/// Kempe chains: a meeting goes to another time, those in its way come to its old one, and so on to and fro (Lü and
/// Hao 2010 found them the strongest single neighborhood of course timetabling).
extension Walker {
  private static let longestChain = 12

  mutating func kempeChain(_ meeting: Int) {
    let compiled = state.compiled
    let hot = compiled.hot[meeting]
    guard hot.timeCount > 1 else { return }
    let a = Int(state.timeOf[meeting])
    let b = Int(compiled.times(of: meeting)[random.below(Int(hot.timeCount))])
    if a == b || compiled.times[a].overlaps(compiled.times[b]) { return }
    guard territory.has(day: compiled.times[b].day) else { return }
    if state.allowsClashes || !state.scoring.isKempeAdditive {
      return tryKempeChain(meeting, a, b, limit: Self.longestChain)
    }
    guard kempe.grow(from: meeting, a, b, limit: Self.longestChain, state),
      kempe.chooseRooms(state, &random)
    else { return }
    let delta = kempe.delta(state)
    if accepts(delta) {
      leave(delta)
      kempe.apply(state, delta: delta)
      arrive()
    }
  }

  /// The same for problems with costs that couple the members: the chain is made, measured and perhaps taken back.
  private mutating func tryKempeChain(_ meeting: Int, _ a: Int, _ b: Int, limit: Int) {
    let compiled = state.compiled
    var members = [(meeting, b)]
    var next = 0
    while next < members.count {
      let (member, target) = members[next]
      next += 1
      for other in state.blockers(of: member, at: target) where !members.contains(where: { $0.0 == other }) {
        let home = Int(state.timeOf[other])
        let opposite = target == b ? a : b
        guard home == target, !state.needsSeveralRooms(other), members.count < limit,
          compiled.isAllowed(time: opposite, for: other)
        else { return }
        members.append((other, opposite))
      }
    }
    let rooms = members.map { Int(state.roomOf[$0.0]) }
    journal.open(state)
    for (member, _) in members { journal.record(member, state) }
    for (member, _) in members { state.remove(member) }
    for ((member, target), room) in zip(members, rooms) {
      if state.occupant(room, target, for: member) == -1, state.place(member, target, [Int32(room)]) { continue }
      guard let other = state.freeRooms(member, target, &random), state.place(member, target, other) else {
        return journal.undo(state)
      }
    }
    conclude()
  }
}
