/// Judges places for one meeting against a standing timetable, quickly: a why-not map asks of every room at every time.
///
/// What no place changes is found once here, and what no room changes once for each time in a `TimeProbe`.
public struct EntryProbe: Sendable {
  private let standing: StandingEntries
  private let subject: ConflictDetector.PlacedEntry
  /// Positions of the timetable's own entries of the meeting, which are not looked at.
  private let own: [Int]
  private let rules: RuleProbe
  private let poolChoices: [Conflict]
  /// For each room why the lesson does not fit into it.
  private let misfits: [[Conflict]]

  init(_ subject: ConflictDetector.PlacedEntry, among standing: StandingEntries, without own: [Int]) {
    let detector = standing.detector
    self.standing = standing
    self.subject = subject
    self.own = own
    rules = RuleProbe(subject, among: standing, without: own)
    poolChoices = detector.poolChoices(
      standing.entries(at: standing.byLesson[subject.lesson], without: own) + [subject])
    misfits = detector.index.problem.rooms.indices.map { detector.misfits(subject, room: $0) }
  }

  /// As `ConflictDetector.conflicts(of:among:)` says. To ask of several rooms at one time, ask one `TimeProbe`.
  public func conflicts(at time: TimeSpan, in rooms: [RoomID]) -> [Conflict] {
    var probe = probe(at: time)
    return probe.conflicts(in: rooms)
  }

  public func probe(at time: TimeSpan) -> TimeProbe {
    let subject = subject.placed(at: time, in: [], standing.detector.index)
    let overlapping = standing.entries(at: standing.byDay[time.day], without: own).filter(subject.overlaps)
    let loads = subject.teachers.flatMap { teacher in
      standing.detector.teacherLoads(
        teacher, standing.entries(at: standing.byTeacher[teacher], without: own) + [subject], subject)
    }
    return TimeProbe(
      standing, subject, own: own, overlapping: overlapping, rules: rules.rules(for: subject),
      poolChoices: poolChoices, misfits: misfits, loads: loads)
  }
}
