/// How far places are from the base timetable, the most telling first: meetings at another time, then meetings that only
/// have other rooms. New meetings count nothing.
struct PlanChange: Hashable, Comparable {
  var times = 0
  var rooms = 0

  static let none = PlanChange()

  static func < (one: PlanChange, other: PlanChange) -> Bool {
    (one.times, one.rooms) < (other.times, other.rooms)
  }

  static func + (one: PlanChange, other: PlanChange) -> PlanChange {
    PlanChange(times: one.times + other.times, rooms: one.rooms + other.rooms)
  }

  static func += (one: inout PlanChange, other: PlanChange) { one = one + other }
}
