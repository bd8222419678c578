import Timetabling

/// What leaving the base timetable costs each meeting.
struct DisruptionCosts: Sendable {
  let weight: Int64
  /// Day × 1440 + start of each meeting in the base, −1 where it is not in it.
  let base: Flat<Int32>
  /// Day × 1440 + start of each time.
  let startOf: Flat<Int32>
  /// Rooms of each meeting in the base, sorted.
  let rooms: Rows<Int32>
  /// Of base meetings that the problem no longer has.
  let constant: Int64

  init(_ compiled: CompiledProblem, _ measure: Measure, base: Timetable?) {
    let index = compiled.index
    var starts = [Int32](repeating: -1, count: compiled.meetingCount)
    var rooms = [[Int32]](repeating: [], count: compiled.meetingCount)
    var gone: Int64 = 0
    for entry in base?.entries ?? [] where entry.kind != .makeup {
      guard let lesson = index.lessonIndex[entry.lesson] else { continue }
      let meetings = compiled.meetings(of: lesson)
      guard (0..<meetings.count).contains(entry.meeting), starts[meetings.lowerBound + entry.meeting] < 0 else {
        gone += 2
        continue
      }
      starts[meetings.lowerBound + entry.meeting] = Int32(entry.time.day * 1440 + entry.time.start)
      rooms[meetings.lowerBound + entry.meeting] = Set(entry.rooms.compactMap { index.roomIndex[$0] }.map(Int32.init))
        .sorted()
    }
    weight = base == nil ? 0 : measure[.disruption]
    self.base = Flat(starts)
    startOf = Flat(compiled.times.spans.map { Int32($0.day * 1440 + $0.start) })
    self.rooms = Rows(rooms)
    constant = gone * weight
  }

  func free() {
    base.free()
    startOf.free()
    rooms.free()
  }
}
