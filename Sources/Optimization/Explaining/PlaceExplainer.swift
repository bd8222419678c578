import Timetabling

/// Answers, for meetings of one standing timetable, where else they could be and what that would cost.
///
/// It compiles the problem once and then reads the engine's own counters; each map takes a few milliseconds. What it
/// says of a place is what `ConflictDetector` finds there and by how much `Objective` would change. One thread at a time.
public final class PlaceExplainer {
  private let index: ProblemIndex
  private let timetable: Timetable
  private let standing: StandingEntries
  private let state: SearchState
  private let isExact: Bool
  /// Of the timetable as it stands: meetings that it does not hold, and violations of hard rules.
  public let missingMeetings: Int
  public let hardViolations: Int

  /// `weights` are those of the variant, in the order of the problem's terms.
  public init(_ problem: Problem, timetable: Timetable, weights: Weights, base: Timetable? = nil) {
    let index = ProblemIndex(problem)
    self.index = index
    self.timetable = timetable
    let detector = ConflictDetector(index)
    standing = StandingEntries(timetable, detector)
    missingMeetings = index.missingMeetings(in: timetable).count
    hardViolations = detector.hardViolations(of: timetable)
    // The engine must see the teachers that were chosen, not choose again.
    let chosen = Self.staffed(problem, by: timetable)
    let compiled = CompiledProblem(chosen == problem ? index : ProblemIndex(chosen))
    // Shares are measured on the problem as it is: bounds count whole pools.
    let bounds = CriterionBounds(index, base: base)
    let scoring = Scoring(compiled, weights, base, Criterion.allCases.map { bounds.bounds(of: $0) })
    state = SearchState(scoring, allowsClashes: true)
    let snapshot = compiled.snapshot(of: timetable)
    state.load(snapshot)
    let regular = timetable.entries.filter { $0.kind != .makeup }
    isExact =
      compiled.meetingCount - state.unplaced == regular.count
      && regular.allSatisfy { entry in
        index.lessonIndex[entry.lesson].map {
          index.lessons[$0].weeks == entry.weeks
            && Set(entry.teachers.compactMap { compiled.index.teacherIndex[$0] }) == Set(compiled.teachers[$0])
        } ?? false
      }
  }

  private static func staffed(_ problem: Problem, by timetable: Timetable) -> Problem {
    guard problem.lessons.contains(where: { $0.teachersFromPool > 0 }) else { return problem }
    let known = Set(problem.teachers.map(\.id))
    let given = Dictionary(
      timetable.entries.filter { $0.kind != .makeup }.map { ($0.lesson, $0.teachers.filter(known.contains)) },
      uniquingKeysWith: { first, _ in first })
    var copy = problem
    for lesson in copy.lessons.indices where copy.lessons[lesson].teachersFromPool > 0 {
      guard let teachers = given[copy.lessons[lesson].id] else { continue }
      copy.lessons[lesson].teachers = teachers
      copy.lessons[lesson].teacherPool = []
      copy.lessons[lesson].teachersFromPool = 0
    }
    return copy
  }

  /// Nil for a lesson or a meeting that the problem does not have.
  public func map(lesson id: LessonID, meeting number: Int, detail: WhyNotMap.Detail = .times) -> WhyNotMap? {
    guard let lesson = index.lessonIndex[id], state.compiled.meetings(of: lesson).count > number, number >= 0 else {
      return nil
    }
    let meeting = state.compiled.meetingBegin[lesson] + number
    let current = timetable.entries.first { $0.kind != .makeup && $0.lesson == id && $0.meeting == number }
    let here = Home(state, meeting)
    state.remove(meeting)
    defer { here.restore(state, meeting) }

    let template = Entry(
      lesson: id, meeting: number, weeks: index.lessons[lesson].weeks, time: TimeSpan(day: 0, start: 0, end: 0),
      teachers: current?.teachers ?? state.compiled.teachersInOrder[lesson].map { index.problem.teachers[$0].id })
    guard let probe = standing.probe(of: template) else { return nil }
    let trial = PlaceTrial(
      index: index, state: state, meeting: meeting, lesson: lesson, probe: probe, current: current,
      currentDelta: here.delta(state, meeting))
    let places = index.lessons[lesson].placements.flatMap { span in trial.places(at: span, detail) }
    return WhyNotMap(
      lesson: id, meeting: number, detail: detail, current: current, isCostExact: isExact, places: places)
  }
}

/// Where a meeting stood before it was lifted out.
private struct Home {
  let time: Int
  let rooms: [Int32]

  init(_ state: SearchState, _ meeting: Int) {
    time = Int(state.timeOf[meeting])
    let held = state.rooms(of: meeting)
    rooms = held.isEmpty ? [Int32(state.compiled.roomCount)] : held
  }

  /// What standing there again costs; 0 for a meeting that had no place.
  func delta(_ state: SearchState, _ meeting: Int) -> Int64 {
    time < 0 ? 0 : state.insertion(meeting, time, rooms)
  }

  func restore(_ state: SearchState, _ meeting: Int) {
    if time >= 0 { _ = state.place(meeting, time, rooms) }
  }
}

extension SearchState {
  /// Packed cost of placing a meeting that has no place; its rooms must be free.
  func insertion(_ meeting: Int, _ time: Int, _ rooms: [Int32]) -> Int64 {
    for (offset, room) in rooms.dropFirst().enumerated() {
      extraRooms[Int(compiled.extraBegin[meeting]) + offset] = room
    }
    return delta(meeting, time, Int(rooms[0]))
  }
}
