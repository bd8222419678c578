import Timetabling

/// A problem as the search reads it: positions, flat arrays and bit masks. Immutable; frees its memory at the end.
///
/// Nothing in it depends on weights (`Scoring` does). *Meetings* are numbered through all lessons. *Times* are the
/// different (day, start, end) that some lesson may have. *Atoms* are the stretches between any two neighboring
/// starts and ends of a day, so that lessons of several grids clash on minutes: a time covers a run of atoms.
/// *Week classes* are groups of weeks that every pattern in the problem holds or leaves out together.
final class CompiledProblem: @unchecked Sendable {
  let index: ProblemIndex
  let lessonCount: Int
  let meetingCount: Int
  /// Room `roomCount` stands for "no room".
  let roomCount: Int
  let dayCount: Int
  /// The most periods of a day.
  let periodCount: Int

  let times: TimeTable
  let weekClasses: WeekClasses
  /// First meeting of each lesson, and the end.
  let meetingBegin: Flat<Int>
  /// Fixed teachers and those chosen from the pool, sorted.
  let teachers: [[Int]]
  /// In the order in which an entry lists them.
  let teachersInOrder: [[Int]]

  /// Lessons that must not overlap; a lesson of several meetings is its own neighbor.
  let conflicts: ConflictGraph
  /// Whether a lesson's meetings must not overlap with one another.
  let isOwnNeighbor: Flat<UInt8>
  /// Of each meeting: its lesson, and its rows of times and rooms.
  let hot: Flat<HotMeeting>
  let timeOptions: Rows<Int32>
  let isTimeAllowed: Flat<UInt8>
  /// A lesson of each room row.
  let lessonOfRoomRow: [Int]
  let roomOptions: Rows<Int32>
  let isRoomAllowed: Flat<UInt8>
  /// Rooms that each meeting holds at once.
  let roomsNeeded: Flat<Int32>
  /// Of each lesson that needs several rooms: sets of which a hard constraint asks for one each.
  let roomParts: [[Set<Int32>]]
  /// For meetings with more than one room: their extra rooms are `extraBegin[m]..<extraBegin[m + 1]` of a state.
  let extraBegin: Flat<Int32>
  let isExclusive: Flat<UInt8>
  let clashCells: ClashCells
  /// (room × week class × atom) where a room is closed.
  let closed: Flat<UInt8>
  /// Who was chosen from pools.
  let staffing: Staffing

  let timeCount: Int
  let atomCount: Int
  let weekCount: Int
  var problem: Problem { index.problem }

  convenience init(_ index: ProblemIndex) { self.init(index, staffing: Staffing(index)) }

  init(_ index: ProblemIndex, staffing: Staffing) {
    let problem = index.problem
    self.index = index
    lessonCount = problem.lessons.count
    roomCount = problem.rooms.count
    dayCount = index.scale.days.count
    periodCount = max(1, index.scale.days.map(\.count).max() ?? 1)

    self.staffing = staffing
    teachersInOrder = staffing.teachers
    teachers = staffing.teachers.map { Set($0).sorted() }
    times = TimeTable(index)
    weekClasses = WeekClasses(index)
    (timeCount, atomCount, weekCount) = (times.count, times.atomCount, weekClasses.count)
    let conflicts = ConflictGraph(index, teachers: teachers)
    self.conflicts = conflicts
    isOwnNeighbor = Flat(problem.lessons.indices.map { conflicts.areApart($0, $0) ? 1 : 0 })

    let options = MeetingOptions(index, teachers: teachers, times: times)
    meetingBegin = Flat(options.meetingBegin)
    meetingCount = options.lessonOf.count
    timeOptions = Rows(options.timeRows)
    roomOptions = Rows(options.roomRows)
    lessonOfRoomRow = options.lessonOfRoomRow
    isTimeAllowed = Self.dense(options.timeRows, width: times.count)
    isRoomAllowed = Self.dense(options.roomRows, width: roomCount + 1)
    roomsNeeded = Flat(options.lessonOf.map { Int32(max(0, problem.lessons[$0].roomNeed.count)) })
    roomParts = Self.roomParts(index)
    var begin: [Int32] = [0]
    for lesson in options.lessonOf {
      begin.append(begin[begin.count - 1] + Int32(max(0, problem.lessons[lesson].roomNeed.count - 1)))
    }
    extraBegin = Flat(begin)
    isExclusive = Flat(problem.rooms.map { $0.isVirtual ? 0 : 1 } + [0])
    hot = HotMeeting.all(options, timeOptions, roomOptions, problem)
    clashCells = ClashCells(
      mostInTheWay: Self.mostInTheWay(conflicts.neighbors, meetingBegin), meetings: meetingCount)
    closed = Self.closures(index, times: times, weeks: weekClasses)
  }

  deinit {
    times.free()
    weekClasses.free()
    conflicts.free()
    isOwnNeighbor.free()
    meetingBegin.free()
    for flat in [roomsNeeded, extraBegin] { flat.free() }
    timeOptions.free()
    roomOptions.free()
    isTimeAllowed.free()
    isRoomAllowed.free()
    isExclusive.free()
    hot.free()
    closed.free()
  }

  @inline(__always) func meetings(of lesson: Int) -> Range<Int> {
    Range(uncheckedBounds: (meetingBegin[lesson], meetingBegin[lesson &+ 1]))
  }

  @inline(__always) func cell(room: Int, week: Int, atom: Int) -> Int {
    (room &* weekCount &+ week) &* atomCount &+ atom
  }

  private static func mostInTheWay(_ neighbors: Rows<Int32>, _ meetingBegin: Flat<Int>) -> Int {
    (0..<meetingBegin.count - 1).reduce(0) { most, lesson in
      var meetings = 0
      for other in neighbors.each(lesson) { meetings += meetingBegin[Int(other) + 1] - meetingBegin[Int(other)] }
      return max(most, meetings)
    }
  }

  private static func dense(_ rows: [[Int]], width: Int) -> Flat<UInt8> {
    let flat = Flat<UInt8>(rows.count * width, 0)
    for (row, values) in rows.enumerated() { for value in values { flat[row * width + value] = 1 } }
    return flat
  }

  private static func roomParts(_ index: ProblemIndex) -> [[Set<Int32>]] {
    var parts = [[Set<Int32>]](repeating: [], count: index.problem.lessons.count)
    for constraint in index.problem.constraints
    where constraint.kind == .lessonsAllowedRooms && constraint.enforcement == .hard {
      let rooms = Set(constraint.rooms.compactMap { index.roomIndex[$0].map(Int32.init) })
      for lesson in index.lessons(of: constraint.selector) where index.problem.lessons[lesson].roomNeed.count > 1 {
        parts[lesson].append(rooms)
      }
    }
    return parts
  }

  private static func closures(_ index: ProblemIndex, times: TimeTable, weeks: WeekClasses) -> Flat<UInt8> {
    let rooms = index.problem.rooms
    let closed = Flat<UInt8>((rooms.count + 1) * weeks.count * times.atomCount, 0)
    for (room, value) in rooms.enumerated() where !value.availability.isEmpty {
      for (week, mask) in weeks.masks.enumerated() {
        for (atom, span) in times.atoms.enumerated() where index.isBlocked(room: room, at: span, weeks: mask) {
          closed[(room * weeks.count + week) * times.atomCount + atom] = 1
        }
      }
    }
    return closed
  }
}
