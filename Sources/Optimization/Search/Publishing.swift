import Timetabling

/// Makes a timetable of a state: entries in the institution's terms, and reasons for what has no place.
struct Publishing {
  let state: SearchState
  private var compiled: CompiledProblem { state.compiled }
  private var problem: Problem { state.compiled.problem }

  func timetable(explainsUnplaced: Bool = true) -> Timetable {
    var entries: [Entry] = []
    var unplaced: [Unplaced] = []
    for meeting in 0..<compiled.meetingCount {
      let position = compiled.lesson(of: meeting)
      let lesson = problem.lessons[position]
      let number = compiled.number(of: meeting)
      if state.timeOf[meeting] >= 0 {
        entries.append(
          Entry(
            lesson: lesson.id, meeting: number, weeks: compiled.index.lessons[position].weeks,
            time: compiled.times.spans[Int(state.timeOf[meeting])],
            rooms: state.rooms(of: meeting).map { problem.rooms[Int($0)].id },
            teachers: compiled.teachersInOrder[position].map { problem.teachers[$0].id }))
      } else {
        let reasons = explainsUnplaced ? Obstacles(state).reasons(for: meeting) : []
        unplaced.append(Unplaced(lesson: lesson.id, meeting: number, reasons: reasons))
      }
    }
    return Timetable(entries: entries, unplaced: unplaced)
  }
}

extension CompiledProblem {
  /// The placement that a timetable describes; what it has and the problem no longer allows is left unplaced.
  func snapshot(of timetable: Timetable) -> Snapshot {
    var snapshot = Snapshot(
      times: [Int32](repeating: -1, count: meetingCount), rooms: [Int32](repeating: -1, count: meetingCount),
      extras: [Int32](repeating: -1, count: Int(extraBegin[meetingCount])), unplaced: meetingCount, hardViolations: 0,
      softCost: 0)
    for entry in timetable.entries where entry.kind != .makeup {
      guard let lesson = index.lessonIndex[entry.lesson], meetings(of: lesson).count > entry.meeting,
        entry.meeting >= 0,
        let time = times.position[entry.time]
      else { continue }
      let meeting = meetingBegin[lesson] + entry.meeting
      let rooms = entry.rooms.compactMap { index.roomIndex[$0] }
      let need = Int(roomsNeeded[meeting])
      guard rooms.count == need, isAllowed(time: time, for: meeting),
        rooms.allSatisfy({ isAllowed(room: $0, for: meeting) }), haveAllParts(rooms, of: meeting)
      else { continue }
      snapshot.times[meeting] = Int32(time)
      snapshot.rooms[meeting] = need == 0 ? Int32(roomCount) : Int32(rooms[0])
      for (offset, room) in rooms.dropFirst().enumerated() {
        snapshot.extras[Int(extraBegin[meeting]) + offset] = Int32(room)
      }
    }
    return snapshot
  }
}
