import Timetabling

/// Random moves on a problem, counted by the engine: what the property tests compare with the plain evaluator.
package struct EvaluationTrial {
  private let chain: Chain
  private let state: SearchState

  /// `allowsClashes`: in the penalised space.
  package init(_ problem: Problem, weights: Weights, base: Timetable? = nil, seed: UInt64, allowsClashes: Bool) {
    let compiled = CompiledProblem(ProblemIndex(problem))
    let bounds = CriterionBounds(compiled.index, base: base)
    let scoring = Scoring(compiled, weights, base, Criterion.allCases.map { bounds.bounds(of: $0) })
    let empty = SearchState(scoring).snapshot()
    chain = Chain(
      scoring, allowsClashes: allowsClashes, start: empty,
      energy: .penalized(step: Step(typical: 1_000, large: 10_000), hasHardCosts: false),
      random: RandomSource(seed: seed))
    state = chain.walker.state
    var greedy = GreedySeed(state, random: RandomSource(seed: seed))
    _ = greedy.run(limit: 2_000, isCancelled: { false })
    // So hot that nearly every move is accepted.
    chain.walker.temperature = 1e12
    chain.walker.mix = OperatorMix(room: 40, time: 150, timeInRoom: 180, chain: 210, stability: 226, days: 236)
  }

  package func walk(_ proposals: Int) { chain.walker.walk(proposals) }

  /// The same with nothing but exchanges of two days of somebody's week.
  package func swapDays(_ proposals: Int) {
    let mix = chain.walker.mix
    chain.walker.mix = OperatorMix(room: 0, time: 0, timeInRoom: 0, chain: 0, stability: 0, days: 256)
    chain.walker.walk(proposals)
    chain.walker.mix = mix
  }

  /// Anneals with the usual moves, for measuring the speed of one chain.
  package func cool(_ proposals: Int, from hot: Double, to cold: Double) {
    chain.walker.mix = .standard
    chain.cool(proposals: proposals, from: hot, to: cold, isCancelled: { false })
  }

  package var timetable: Timetable { Publishing(state: state).timetable(explainsUnplaced: false) }
  package var softCost: Int64 { state.softCost }
  package var hardViolations: Int { state.hardViolations }
  package var accepted: UInt64 { chain.walker.accepted }
  /// Whether Kempe chains are measured without being made.
  package var isKempeAdditive: Bool { !state.allowsClashes && state.scoring.isKempeAdditive }
  /// 0 where the same placements cost as much when they are entered one by one into an empty state.
  package var recountedCost: Int64 { state.recountedCost - state.cost }
}
