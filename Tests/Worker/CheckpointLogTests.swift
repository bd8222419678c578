import Optimization
import Testing
import Timetabling
import Worker

@Suite struct CheckpointLogTests {
  private func checkpoint(_ fraction: Double, _ numbers: Int..., finished: Bool = false) -> Checkpoint {
    Checkpoint(
      fraction: fraction, seconds: fraction * 100, proposals: 0,
      variants: numbers.map { number in
        VariantCheckpoint(
          number: number,
          variant: GeneratedVariant(
            name: "v\(number) at \(fraction)", timetable: Timetable(entries: [], unplaced: []),
            strategy: StrategyIdentity(id: "s", version: "1", digest: ""), weights: Weights([]), cost: 0, notes: []),
          isFinished: finished)
      })
  }

  @Test func whatComesWhileAnotherIsStoredIsStoredAfterwardsInOneGo() {
    var log = CheckpointLog()
    let first = log.arrived(checkpoint(0.1, 0))
    let second = log.arrived(checkpoint(0.2, 0))
    let third = log.arrived(checkpoint(0.3, 0, 1))
    #expect(first?.fraction == 0.1 && second == nil && third == nil)
    let next = log.settled()
    #expect(next?.variants.map(\.variant.name) == ["v0 at 0.3", "v1 at 0.3"])
    let nothing = log.settled()
    let later = log.arrived(checkpoint(0.4, 1))
    #expect(nothing == nil && later?.variants.map(\.number) == [1])
  }

  /// The timetables here are all the same empty one: of those only what is finished is a variant of its own.
  @Test func whatIsStillAnothersTimetableIsNotKeptTwice() {
    let whole = checkpoint(0.5, 0, finished: true).followed(by: checkpoint(0.6, 1))
    #expect(Generation(keeping: whole).variants.map(\.name) == ["v0 at 0.5"])
    #expect(Generation(keeping: checkpoint(0.1, 0)).variants.map(\.name) == ["v0 at 0.1"])
  }

  @Test func theNewestKnowsAllVariantsAndThoseOfEarlierAttempts() {
    var log = CheckpointLog(checkpoint(0.5, 0))
    let news = log.arrived(checkpoint(0.6, 1))
    #expect(news?.variants.map(\.number) == [1])
    #expect(log.newest?.variants.map(\.variant.name) == ["v0 at 0.5", "v1 at 0.6"])
    #expect(log.newest?.fraction == 0.6 && log.newest?.seconds == 60)
  }
}
