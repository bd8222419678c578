import Patterns

/// The hours and weeks of a catalog: slots of five minutes, Monday in bit 0, teaching from 8:00 to 20:00.
struct CatalogCalendar {
  static let days = 7
  static let slotsPerDay = 288
  static let opening = 96
  static let closing = 240
  static let workdays = 5

  /// Every week; then parts of the term, each with at least one week.
  let weekPatterns: [UInt64]

  init(weeks: Int) {
    let all = Self.first(weeks)
    let odd = all & 0x5555_5555_5555_5555
    let firstHalf = Self.first((weeks + 1) / 2)
    let withoutOne = all ^ Self.first(weeks / 2 + 1) ^ Self.first(weeks / 2)
    let last = all ^ Self.first(weeks - 1)
    let parts: [UInt64] = [odd, all ^ odd, firstHalf, all ^ firstHalf, withoutOne, last]
    var different = [all]
    for part in parts where part != 0 && !different.contains(part) { different.append(part) }
    weekPatterns = different
  }

  private static func first(_ weeks: Int) -> UInt64 { weeks == 64 ? .max : (1 << UInt64(weeks)) - 1 }

  /// Sets of workdays on which a class may meet so many times a week; the sixth day now and then for one meeting.
  static func daySets(_ meetings: Int) -> [UInt16] {
    switch meetings {
    case 1: [0b00001, 0b00010, 0b00100, 0b01000, 0b10000, 0b100000]
    case 2: [0b00101, 0b01010, 0b10100, 0b10001, 0b01001, 0b10010]
    case 3: [0b10101, 0b01011, 0b11010]
    default: [0b11111]
    }
  }

  /// Every meeting of this shape that starts on a multiple of `step` slots after the opening.
  func meetings(_ shape: CatalogOffer.Shape, step: Int) -> [MeetingPattern] {
    Self.daySets(shape.meetings).flatMap { days in
      stride(from: Self.opening, through: Self.closing - shape.length, by: step).map { start in
        MeetingPattern(days: days, weeks: weekPatterns[shape.weeks], start: start, length: shape.length)
      }
    }
  }
}
