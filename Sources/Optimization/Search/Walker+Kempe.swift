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
    let isAdditive = !state.allowsClashes && state.scoring.isKempeAdditive
    guard kempe.grow(from: meeting, a, b, limit: Self.longestChain, hasSiblings: !isAdditive, state),
      kempe.chooseRooms(state, &random)
    else { return }
    if isAdditive {
      let delta = kempe.delta(state)
      if accepts(delta) {
        leave(delta)
        kempe.apply(state, delta: delta)
        arrive()
      }
    } else {
      // Costs couple the members: the chain is made, measured and perhaps taken back.
      journal.open(state)
      kempe.make(in: state, &journal)
      conclude()
    }
  }
}
