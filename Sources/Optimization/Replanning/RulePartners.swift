/// Meetings that one hard rule speaks of together, whether or not they share people: who may have to follow when one of
/// them moves.
struct RulePartners {
  private let scoring: Scoring
  private var compiled: CompiledProblem { scoring.compiled }
  /// Lessons of each track with hard rules, and members of each hard kernel; empty for all others.
  private let ofTrack: [[Int]]
  private let ofKernel: [[Int]]

  init(_ scoring: Scoring) {
    self.scoring = scoring
    let compiled = scoring.compiled
    let (tracks, kernels) = (scoring.tracks, scoring.kernels)
    ofTrack = ConflictGraph.invert(
      (0..<compiled.lessonCount).map { tracks.ofLesson.row($0).map { Int($0) } }, count: tracks.count
    ).enumerated().map { track, lessons in
      let isHard =
        tracks.dayRules.row(track).contains { $0.weight >= Scoring.hard }
        || tracks.weekRules.row(track).contains { $0.weight >= Scoring.hard }
      return isHard ? lessons : []
    }
    ofKernel = ConflictGraph.invert(
      (0..<compiled.meetingCount).map { kernels.ofMeeting.row($0).map { Int($0) } }, count: kernels.all.count
    ).enumerated().map { number, members in
      let kernel = kernels.all[number]
      let weight =
        switch kernel.kind {
        case .personDay: kernel.dayRule.weight
        case .personWeek: kernel.weekRule.weight
        case .grouped, .endDay, .simultaneous: kernel.weight
        }
      return weight >= Scoring.hard ? members : []
    }
  }

  /// In order of their numbers, the meeting itself left out.
  func of(_ meeting: Int) -> [Int] {
    let lesson = compiled.lesson(of: meeting)
    var found = Set(compiled.meetings(of: lesson))
    for pair in scoring.pairs.byTime.row(meeting) where pair.weight >= Scoring.hard { found.insert(Int(pair.other)) }
    for pair in scoring.pairs.byRoom.row(meeting) where pair.weight >= Scoring.hard { found.insert(Int(pair.other)) }
    for kernel in scoring.kernels.ofMeeting.row(meeting) { found.formUnion(ofKernel[Int(kernel)]) }
    for track in scoring.tracks.ofLesson.row(lesson) {
      for other in ofTrack[Int(track)] { found.formUnion(compiled.meetings(of: other)) }
    }
    found.remove(meeting)
    return found.sorted()
  }

  /// Placed meetings that a hard rule of a pair keeps from staying where they are once the meeting is at the time.
  func excluded(by meeting: Int, at time: Int, _ state: SearchState) -> [Int] {
    guard scoring.pairs.hasTimes else { return [] }
    var found: [Int] = []
    for pair in scoring.pairs.byTime.row(meeting) where pair.weight >= Scoring.hard {
      let (other, at) = (Int(pair.other), Int(state.timeOf[Int(pair.other)]))
      guard at >= 0, !found.contains(other) else { continue }
      if scoring.pairs.tables[Int(pair.table) &+ time &* compiled.timeCount &+ at] != 0 { found.append(other) }
    }
    return found
  }

  /// Placed meetings that must share a room with the meeting and are elsewhere than in `room`.
  func strangers(to room: Int, for meeting: Int, _ state: SearchState) -> [Int] {
    guard scoring.pairs.hasRooms, room < compiled.roomCount else { return [] }
    return scoring.pairs.byRoom.row(meeting).filter { $0.weight >= Scoring.hard }.map { Int($0.other) }.filter {
      state.timeOf[$0] >= 0 && !state.rooms(of: $0).contains(Int32(room))
    }
  }
}
