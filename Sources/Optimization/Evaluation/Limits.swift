import Timetabling

/// Loads that may not exceed a limit: minutes of teachers by day and week, bookings of rooms by day.
///
/// Each load is counted for each week class. What is above a limit counts as hard violations: one, and one more
/// for each unit of 60 minutes (or each booking) above it, so that less is better.
struct Limits: Sendable {
  struct Load: BitwiseCopyable, Sendable {
    /// Day loads take `dayCount` counters for each week class from `begin` on, week loads one.
    var begin: Int32
    var limit: Int32
    var isDaily: Bool
  }

  let loads: Flat<Load>
  /// Loads that each lesson's teachers have.
  let ofLesson: Rows<Int32>
  /// Load of each room, or −1.
  let ofRoom: Flat<Int32>
  let minutes: Flat<Int32>
  let counterCount: Int
  let hasTeachers: Bool
  let hasRooms: Bool

  init(_ compiled: CompiledProblem) {
    let problem = compiled.problem
    var loads: [Load] = []
    var counters = 0
    func add(_ limit: Int, isDaily: Bool) -> Int {
      loads.append(Load(begin: Int32(counters), limit: Int32(clamping: limit), isDaily: isDaily))
      counters += compiled.weekCount * (isDaily ? compiled.dayCount : 1)
      return loads.count - 1
    }
    let ofTeacher = problem.teachers.map { teacher in
      (teacher.maxMinutesPerDay.map { [add($0, isDaily: true)] } ?? [])
        + (teacher.maxMinutesPerWeek.map { [add($0, isDaily: false)] } ?? [])
    }
    ofRoom = Flat(problem.rooms.map { Int32($0.dailyBookingLimit.map { add($0, isDaily: true) } ?? -1) } + [-1])
    self.loads = Flat(loads)
    ofLesson = Rows(compiled.teachers.map { $0.flatMap { ofTeacher[$0] } })
    minutes = Flat(problem.lessons.map { Int32($0.duration) })
    counterCount = counters
    hasTeachers = ofTeacher.contains { !$0.isEmpty }
    hasRooms = problem.rooms.contains { $0.dailyBookingLimit != nil }
  }

  @inline(__always) static func excess(_ load: Int32, _ limit: Int32, unit: Int32) -> Int64 {
    load > limit ? Int64(1 &+ (load &- limit &- 1) / unit) : 0
  }

  func free() {
    loads.free()
    ofLesson.free()
    ofRoom.free()
    minutes.free()
  }
}
