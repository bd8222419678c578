import Timetabling

/// Costs of how the meetings of one lesson lie together: days and rooms.
struct LessonCosts: Sendable {
  /// Cost of two meetings on one day, for lessons with several meetings.
  let sameDay: Int64
  /// For each lesson: its table of costs by number of days, or −1.
  let daysTable: Flat<Int32>
  let daysCost: Flat<Int64>
  let hasDays: Flat<UInt8>
  /// Cost of each different room beyond the number one meeting needs; 0 where it cannot happen.
  let room: Flat<Int64>

  init(_ compiled: CompiledProblem, _ measure: Measure) {
    let index = compiled.index
    let problem = index.problem
    var minimum = [[Int: Int64]](repeating: [:], count: compiled.lessonCount)
    var stability = [Int64](repeating: measure[.roomStability], count: compiled.lessonCount)
    for (constraint, weight) in zip(problem.constraints, measure.constraintWeights) where weight != 0 {
      switch constraint.kind {
      case .courseMinWorkingDays:
        for lesson in index.lessons(of: constraint.selector) {
          minimum[lesson][constraint.parameter("days"), default: 0] += weight
        }
      case .courseRoomStability:
        for lesson in index.lessons(of: constraint.selector) { stability[lesson] += weight }
      default: continue
      }
    }
    var offsets = [[Int: Int64]: Int32]()
    var costs: [Int64] = []
    var tables: [Int32] = []
    for rules in minimum {
      if rules.isEmpty {
        tables.append(-1)
      } else if let known = offsets[rules] {
        tables.append(known)
      } else {
        offsets[rules] = Int32(costs.count)
        tables.append(Int32(costs.count))
        for days in 0...compiled.dayCount {
          costs.append(days == 0 ? 0 : rules.reduce(0) { $0 + $1.value * Int64(max(0, $1.key - days)) })
        }
      }
    }
    sameDay = measure[.spreadOverDays]
    let spreads = sameDay != 0
    hasDays = Flat(
      problem.lessons.indices.map { lesson in
        problem.lessons[lesson].meetingsPerWeek > 1 && spreads || tables[lesson] >= 0 ? 1 : 0
      })
    daysTable = Flat(tables)
    daysCost = Flat(costs)
    room = Flat(
      problem.lessons.indices.map { lesson in
        problem.lessons[lesson].meetingsPerWeek > 1 && problem.lessons[lesson].roomNeed.count > 0
          ? stability[lesson] : 0
      })
  }

  func free() {
    daysTable.free()
    daysCost.free()
    hasDays.free()
    room.free()
  }
}
