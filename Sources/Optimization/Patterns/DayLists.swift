/// Sets of classes, listed by the days on which they meet: whoever looks for what is in the way of a meeting looks at
/// its days only.
///
/// A set is a room, or a rule with many classes. Each member of a set has a key of its own.
struct DayLists {
  private let days: Int
  private let begin: Flat<Int32>
  private let load: Flat<Int32>
  private let items: Flat<Int32>
  private let keys: Flat<Int32>
  /// Where the member with a key stands in the list of a day.
  private let seat: Flat<Int32>

  /// `capacity[set * days + day]`: members that may ever meet on that day.
  init(days: Int, keys count: Int, capacity: [Int32]) {
    self.days = days
    var offsets: [Int32] = [0]
    offsets.reserveCapacity(capacity.count + 1)
    for value in capacity { offsets.append(offsets[offsets.count - 1] + value) }
    begin = Flat(offsets)
    load = Flat(capacity.count, 0)
    items = Flat(Int(offsets[offsets.count - 1]), -1)
    keys = Flat(Int(offsets[offsets.count - 1]), -1)
    seat = Flat(count * days, -1)
  }

  func removeAll() { load.fill(0) }

  @inline(__always) func add(_ set: Int, _ key: Int, _ item: Int, _ mask: UInt16) {
    var left = mask
    while left != 0 {
      let day = left.trailingZeroBitCount
      left &= left &- 1
      let list = set &* days &+ day
      let position = begin[list] &+ load[list]
      load[list] &+= 1
      items[Int(position)] = Int32(truncatingIfNeeded: item)
      keys[Int(position)] = Int32(truncatingIfNeeded: key)
      seat[key &* days &+ day] = position
    }
  }

  @inline(__always) func remove(_ set: Int, _ key: Int, _ mask: UInt16) {
    var left = mask
    while left != 0 {
      let day = left.trailingZeroBitCount
      left &= left &- 1
      let list = set &* days &+ day
      load[list] &-= 1
      let last = Int(begin[list] &+ load[list])
      let position = Int(seat[key &* days &+ day])
      items[position] = items[last]
      keys[position] = keys[last]
      seat[Int(keys[last]) &* days &+ day] = Int32(truncatingIfNeeded: position)
    }
  }

  /// Calls `body` with each class of the set that meets on a day and in a week of `meeting`: once, on their first common
  /// day. Ends where `body` says false; says whether it came to the end.
  @inline(__always) @discardableResult func forEachMeeting(
    in set: Int, _ meeting: Meeting, _ placed: Flat<Meeting>, _ body: (Int, Meeting) -> Bool
  ) -> Bool {
    var left = meeting.days
    var before: UInt16 = 0
    while left != 0 {
      let day = left.trailingZeroBitCount
      left &= left &- 1
      let list = set &* days &+ day
      var position = Int(begin[list])
      let end = position &+ Int(load[list])
      while position < end {
        let other = Int(items[position])
        let its = placed[other]
        if its.days & before == 0, its.weeks & meeting.weeks != 0, !body(other, its) { return false }
        position &+= 1
      }
      before |= meeting.days & (1 << UInt16(day))
    }
    return true
  }

  /// Calls `body` with each class of the set, once for each of its days.
  func forEach(in set: Int, _ body: (Int) -> Void) {
    for list in (set &* days)..<(set &* days &+ days) {
      for position in Int(begin[list])..<Int(begin[list] &+ load[list]) { body(Int(items[position])) }
    }
  }

  /// A class of the set that meets on that day.
  func any(in set: Int, day: Int, _ random: inout RandomSource) -> Int? {
    let list = set &* days &+ day
    return load[list] == 0 ? nil : Int(items[Int(begin[list]) + random.below(Int(load[list]))])
  }

  func free() {
    begin.free()
    load.free()
    items.free()
    keys.free()
    seat.free()
  }
}
