import Patterns

/// When a class meets, in 16 bytes. Bit 0 of a mask is the first day or week.
struct Meeting: BitwiseCopyable {
  var weeks: UInt64
  var days: UInt16
  var start: Int16
  var end: Int16

  @inline(__always) func sharesDay(with other: Meeting) -> Bool {
    days & other.days != 0 && weeks & other.weeks != 0
  }

  @inline(__always) func overlaps(_ other: Meeting) -> Bool {
    start < other.end && other.start < end && sharesDay(with: other)
  }
}

/// The kinds of distributions, as the search tells them apart.
enum RuleKind: UInt8, BitwiseCopyable {
  case sameStart, sameTime, differentTime, sameDays, differentDays, sameWeeks, differentWeeks
  case sameRoom, differentRoom
  case overlap, notOverlap, sameAttendees, precedence, workDay, minGap
  case maxDays, maxDayLoad, maxBreaks, maxBlock

  var isPairwise: Bool { rawValue < RuleKind.maxDays.rawValue }
  /// Asks where a class meets, not when.
  var asksRoom: Bool { self == .sameRoom || self == .differentRoom }
  /// Broken only by classes that meet on one day.
  var asksSharedDay: Bool {
    switch self {
    case .notOverlap, .sameAttendees, .workDay, .minGap: true
    default: false
    }
  }
  /// Holds for few of the pairs of options, so that classes can only move together.
  var isRigid: Bool {
    switch self {
    case .sameStart, .sameTime, .sameDays, .sameWeeks, .sameRoom, .overlap: true
    default: false
    }
  }
}

/// One distribution.
struct Rule: BitwiseCopyable {
  var kind: RuleKind
  var isRequired: Bool
  /// Slots or days, and the gap of those kinds that have one.
  var limit: Int32
  var gap: Int32
  /// What one violation adds to the weighted cost; for kinds that look at all classes together, before the weight.
  var cost: Int32
  /// Its classes stand in `members` from `begin` to `end`.
  var begin: Int32
  var end: Int32
  /// Its number among the kinds that look at all classes together, else -1.
  var group: Int32
  /// Its number among the rules with many classes that are listed by days, else -1.
  var crowd: Int32
}

/// A class's seat in a rule: the `position` among all members.
struct Seat: BitwiseCopyable {
  var rule: Int32
  var position: Int32
}

/// A time that a class may have.
struct TimeChoice: BitwiseCopyable {
  /// Its number among the different meetings of the problem.
  var meeting: Int32
  /// Weighted.
  var cost: Int32
  /// Its number among the class's options in the problem.
  var option: Int32
}

struct RoomChoice: BitwiseCopyable {
  var room: Int32
  /// Weighted.
  var cost: Int32
  /// Its number among the class's options in the problem.
  var option: Int32
}

/// A problem in flat arrays, read by all chains of a run. Distributions that cost nothing are left out, and so are
/// options that no valid solution can use.
///
/// A class that meets in no room has one choice, the room after the last, which is never full and near everything.
struct CompiledCourses: Sendable {
  let weeks: Int
  let days: Int
  let classes: Int
  let rooms: Int
  let weights: CostWeights
  let meetings: Flat<Meeting>
  let times: Rows<TimeChoice>
  let roomChoices: Rows<RoomChoice>
  /// Classes that have a choice at all.
  let movable: Flat<Int32>

  let rules: Flat<Rule>
  let members: Flat<Int32>
  /// Each class's rules that ask when it meets, those that look at all classes together first; and that ask where,
  /// among them the same attendees where there are ways to go.
  let timeSeats: Rows<Seat>
  let placeSeats: Rows<Seat>
  /// Each class's required rules that bind it to others closely.
  let rigidSeats: Rows<Seat>
  /// Each class's rules that are listed by days.
  let crowdSeats: Rows<Seat>
  /// Of each rule that looks at all classes together: one week of each kind of weeks that its classes tell apart, and
  /// how many weeks are of that kind.
  let atoms: Rows<WeekAtom>
  /// Where the days of each atom of each such rule begin in an array of cells.
  let cellBegin: Flat<Int32>
  let largestRule: Int
  let crowds: Int

  /// Bit (row of the room, meeting): the room is closed then. Rooms that are never closed have row -1.
  let closedRow: Flat<Int32>
  let closedBits: Flat<UInt64>
  let closedWords: Int
  /// Slots from room to room, among rooms that are away from any other; the rest have number -1.
  let wayNumber: Flat<Int32>
  let ways: Flat<Int16>
  let wayCount: Int
  /// The longest way of all.
  let longestWay: Int32

  let sections: CompiledSections

  @inline(__always) func isClosed(_ room: Int, _ meeting: Int) -> Bool {
    let row = Int(closedRow[room])
    if row < 0 { return false }
    return closedBits[row &* closedWords &+ meeting >> 6] >> UInt64(meeting & 63) & 1 == 1
  }

  @inline(__always) func way(_ one: Int, _ two: Int) -> Int16 {
    let from = Int(wayNumber[one])
    let to = Int(wayNumber[two])
    if from < 0 || to < 0 { return 0 }
    return ways[from &* wayCount &+ to]
  }

  @inline(__always) func meeting(_ index: Int, _ time: Int) -> Int {
    Int(times[Int(times.begin[index]) &+ time].meeting)
  }

  @inline(__always) func room(_ index: Int, _ choice: Int) -> Int {
    Int(roomChoices[Int(roomChoices.begin[index]) &+ choice].room)
  }

  func free() {
    meetings.free()
    times.free()
    roomChoices.free()
    movable.free()
    rules.free()
    members.free()
    timeSeats.free()
    placeSeats.free()
    rigidSeats.free()
    crowdSeats.free()
    atoms.free()
    cellBegin.free()
    closedRow.free()
    closedBits.free()
    wayNumber.free()
    ways.free()
    sections.free()
  }
}

/// Weeks in which the classes of a rule meet alike.
struct WeekAtom: BitwiseCopyable {
  /// One of them.
  var week: Int32
  var count: Int32
}
