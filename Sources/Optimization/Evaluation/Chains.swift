import Timetabling

/// People who walk from one meeting to the next: what a pair back to back costs by its rooms.
struct Chains: Sendable {
  let count: Int
  let ofLesson: Rows<Int32>
  /// First node of each meeting: one node for each chain its lesson belongs to.
  let nodeBegin: Flat<Int32>
  let roomChange: Flat<Int64>
  let zoneChange: Flat<Int64>
  /// Zone of each room, −1 where unknown.
  let zone: Flat<Int32>
  let nodeCount: Int

  init(_ compiled: CompiledProblem, _ measure: Measure) {
    let index = compiled.index
    let (continuity, travel) = (measure[.continuity], measure[.travel])
    let zones = Set(index.roomZones.compactMap { $0 })
    let walks = zones.count > 1 ? travel : 0
    var people: [(lessons: [Int], room: Int64, zone: Int64)] = []
    if continuity > 0 || walks > 0 {
      for group in index.leafGroups where !index.groupLessons[group].isEmpty {
        people.append((index.groupLessons[group], continuity, walks))
      }
    }
    if walks > 0 {
      let taught = ConflictGraph.invert(compiled.teachers, count: index.problem.teachers.count)
      for lessons in taught where !lessons.isEmpty { people.append((lessons, 0, walks)) }
    }
    let members = ConflictGraph.invert(people.map(\.lessons), count: compiled.lessonCount)
    count = people.count
    ofLesson = Rows(members)
    roomChange = Flat(people.map(\.room))
    zoneChange = Flat(people.map(\.zone))
    zone = Flat(index.roomZones.map { Int32($0 ?? -1) } + [-1])
    var begin: [Int32] = [0]
    for meeting in 0..<compiled.meetingCount {
      begin.append(begin[meeting] + Int32(members[compiled.lesson(of: meeting)].count))
    }
    nodeBegin = Flat(begin)
    nodeCount = Int(begin[begin.count - 1])
  }

  func free() {
    ofLesson.free()
    nodeBegin.free()
    roomChange.free()
    zoneChange.free()
    zone.free()
  }
}
