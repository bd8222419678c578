/// The regular and draft meetings of a timetable with their references resolved: what is measured.
///
/// Entries of unknown lessons are left out, as are unknown rooms and teachers: the conflict detector reports them.
struct PlacedMeetings {
  struct Meeting {
    let lesson: Int
    let number: Int
    let span: TimeSpan
    /// The periods of the scale that it covers.
    let mask: UInt64
    let weeks: WeekSet
    let rooms: [Int]
    let teachers: [Int]

    func overlaps(_ other: Meeting) -> Bool { span.overlaps(other.span) && weeks.meets(other.weeks) }
  }

  private(set) var all: [Meeting] = []
  private(set) var ofLesson: [[Meeting]]
  private(set) var ofTeacher: [[Meeting]]
  private let index: ProblemIndex

  init(_ timetable: Timetable, _ index: ProblemIndex) {
    self.index = index
    ofLesson = [[Meeting]](repeating: [], count: index.lessons.count)
    ofTeacher = [[Meeting]](repeating: [], count: index.problem.teachers.count)
    for entry in timetable.entries { add(entry) }
  }

  /// The same with one entry more.
  func adding(_ entry: Entry) -> PlacedMeetings {
    var copy = self
    copy.add(entry)
    return copy
  }

  /// The same without the meeting that an entry places.
  func removing(_ entry: Entry) -> PlacedMeetings {
    guard entry.kind != .makeup, let lesson = index.lessonIndex[entry.lesson] else { return self }
    var copy = self
    func isIt(_ meeting: Meeting) -> Bool { meeting.lesson == lesson && meeting.number == entry.meeting }
    copy.all.removeAll(where: isIt)
    copy.ofLesson[lesson].removeAll(where: isIt)
    for teacher in entry.teachers.compactMap({ index.teacherIndex[$0] }) {
      copy.ofTeacher[teacher].removeAll(where: isIt)
    }
    return copy
  }

  /// Brings the meeting that was added last into other rooms.
  mutating func bringLast(into rooms: [Int]) {
    guard let last = all.popLast() else { return }
    let moved = Meeting(
      lesson: last.lesson, number: last.number, span: last.span, mask: last.mask, weeks: last.weeks, rooms: rooms,
      teachers: last.teachers)
    ofLesson[moved.lesson].removeLast()
    for teacher in moved.teachers { ofTeacher[teacher].removeLast() }
    add(moved)
  }

  private mutating func add(_ entry: Entry) {
    guard entry.kind != .makeup, let lesson = index.lessonIndex[entry.lesson] else { return }
    let meeting = Meeting(
      lesson: lesson, number: entry.meeting, span: entry.time, mask: index.scale.mask(of: entry.time),
      weeks: entry.weeks, rooms: entry.rooms.compactMap { index.roomIndex[$0] },
      teachers: Set(entry.teachers.compactMap { index.teacherIndex[$0] }).sorted())
    add(meeting)
  }

  private mutating func add(_ meeting: Meeting) {
    all.append(meeting)
    ofLesson[meeting.lesson].append(meeting)
    for teacher in meeting.teachers { ofTeacher[teacher].append(meeting) }
  }

  /// Meetings that exist and are placed, each once.
  var distinct: Int {
    zip(ofLesson, index.problem.lessons).reduce(0) { sum, pair in
      sum + Set(pair.0.map(\.number)).count { (0..<max(0, pair.1.meetingsPerWeek)).contains($0) }
    }
  }

  /// All that the group attends.
  func ofGroup(_ group: Int) -> [Meeting] { index.groupLessons[group].flatMap { ofLesson[$0] } }

  /// The meeting with number 0.
  func first(of lesson: Int) -> Meeting? { ofLesson[lesson].first { $0.number == 0 } }

  /// The meetings held in each week of the term; weeks with the same meetings appear once.
  func weeks(of meetings: [Meeting]) -> [[Meeting]] {
    var seen: Set<[Int]> = []
    return (0..<max(0, min(64, index.problem.term.weekCount))).compactMap { week in
      let held = meetings.indices.filter { meetings[$0].weeks.contains(week: week) }
      return seen.insert(held).inserted ? held.map { meetings[$0] } : nil
    }
  }

  /// For each day of the week: the periods that at least one of the meetings covers.
  func busyPeriods(_ meetings: [Meeting]) -> [UInt64] {
    var days = [UInt64](repeating: 0, count: index.scale.days.count)
    for meeting in meetings where days.indices.contains(meeting.span.day) { days[meeting.span.day] |= meeting.mask }
    return days
  }
}

extension Collection {
  /// Every unordered pair, in order of position.
  func pairs() -> [(Element, Element)] {
    indices.flatMap { first in self[index(after: first)...].map { (self[first], $0) } }
  }
}

/// One day of one person, as bits of periods.
struct BusyDay {
  let mask: UInt64
  /// Periods that are neither gaps nor the start of the day when they are not busy.
  let blocked: UInt64

  init(_ mask: UInt64, blocked: UInt64 = 0) {
    self.mask = mask
    self.blocked = blocked
  }

  var isFree: Bool { mask == 0 }
  var periods: Int { mask.nonzeroBitCount }

  /// Periods from the first busy one to the last, both included.
  var span: Int { isFree ? 0 : 64 - mask.leadingZeroBitCount - mask.trailingZeroBitCount }

  /// Periods within the span that are neither busy nor blocked.
  var gaps: Int {
    guard !isFree else { return 0 }
    let within = (UInt64.max << UInt64(mask.trailingZeroBitCount)) & (UInt64.max >> UInt64(mask.leadingZeroBitCount))
    return (within & ~mask & ~blocked).nonzeroBitCount
  }

  /// Whether there is a lesson, but none in the first of `count` periods that is not blocked.
  func startsLate(count: Int) -> Bool {
    let first = (~blocked).trailingZeroBitCount
    return !isFree && first < count && mask >> UInt64(first) & 1 == 0
  }

  var isolated: Int { (mask & ~(mask << 1) & ~(mask >> 1)).nonzeroBitCount }

  /// Lengths of the runs of busy periods in which each is joined to the next.
  func runs(joined: UInt64) -> [Int] {
    var runs: [Int] = []
    for ordinal in 0..<64 where mask >> UInt64(ordinal) & 1 == 1 {
      let isJoined = ordinal > 0 && (mask & joined) >> UInt64(ordinal - 1) & 1 == 1
      if isJoined { runs[runs.count - 1] += 1 } else { runs.append(1) }
    }
    return runs
  }
}
