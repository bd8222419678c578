import Optimization
import Testing

/// Meetings 5, 9 and 12 in the way of one lesson at one atom.
@Suite struct ClashCellsTests {
  private let cells = ClashCells(mostInTheWay: 3, meetings: 16)

  @Test func aSingleMeetingIsKnownByItsNumber() {
    let cell = cells.adding(9, to: 0)
    #expect(cells.count(cell) == 1 && cells.lone(cell) == 9)
  }

  @Test func whoRemainsAfterOthersLeftIsKnownAgain() {
    let all = [5, 9, 12].reduce(UInt32(0)) { cells.adding($1, to: $0) }
    #expect(cells.count(all) == 3)

    let last = cells.removing(5, from: cells.removing(12, from: all))
    #expect(cells.count(last) == 1 && cells.lone(last) == 9)
    #expect(cells.removing(9, from: last) == 0)
  }

  /// 2^29 in the way leave two bits for numbers: enough to count, not to tell 16 meetings apart.
  @Test func whereBitsAreShortMeetingsAreCountedButNotNamed() {
    let short = ClashCells(mostInTheWay: 1 << 29, meetings: 16)
    let cell = short.adding(9, to: short.adding(12, to: 0))
    #expect(short.count(cell) == 2)
    #expect(short.lone(short.removing(12, from: cell)) == -1)
  }
}
