/// Judges rooms for one meeting at one time of a standing timetable.
public struct TimeProbe: Sendable {
  private let standing: StandingEntries
  private let subject: ConflictDetector.PlacedEntry
  private let own: [Int]
  /// What else is held then.
  private let overlapping: [ConflictDetector.PlacedEntry]
  /// For each of those why it clashes in any room.
  private let clashes: [[Conflict]]
  /// Positions of those that clash in any room.
  private let inTheWay: [Int]
  /// Positions in `overlapping`, by room.
  private let holders: [Int: [Int]]
  private let ownConflicts: [Conflict]
  private let poolChoices: [Conflict]
  private let misfits: [[Conflict]]
  private let loads: [Conflict]
  private var rules: TimeRules
  private var detector: ConflictDetector { standing.detector }

  init(
    _ standing: StandingEntries, _ subject: ConflictDetector.PlacedEntry, own: [Int],
    overlapping: [ConflictDetector.PlacedEntry], rules: TimeRules, poolChoices: [Conflict], misfits: [[Conflict]],
    loads: [Conflict]
  ) {
    let detector = standing.detector
    let clashes = overlapping.map { detector.clashInAnyRoom(subject, $0) }
    self.standing = standing
    self.subject = subject
    self.own = own
    self.overlapping = overlapping
    self.clashes = clashes
    inTheWay = clashes.indices.filter { !clashes[$0].isEmpty }
    holders = StandingEntries.positions(overlapping, by: \.rooms)
    ownConflicts = detector.conflictsInAnyRoom(subject)
    self.rules = rules
    self.poolChoices = poolChoices
    self.misfits = misfits
    self.loads = loads
  }

  /// As `ConflictDetector.conflicts(of:among:)` says. Mutating only because rules that look at rooms are counted in
  /// place: what was asked before changes no answer.
  public mutating func conflicts(in rooms: [RoomID]) -> [Conflict] {
    let placed = subject.placed(at: subject.entry.time, in: rooms, detector.index)
    var conflicts = detector.unknownReferences(placed.entry)
    conflicts += ownConflicts
    conflicts += detector.brokenPins(placed)
    conflicts += detector.wrongRoomCount(placed)
    for room in placed.rooms { conflicts += misfits[room] + detector.closed(placed, room: room) }
    conflicts += poolChoices
    let holding = placed.rooms.flatMap { holders[$0] ?? [] }
    for position in holding.isEmpty ? inTheWay : Set(holding + inTheWay).sorted() {
      conflicts += clashes[position] + detector.roomClashes(placed, overlapping[position])
    }
    conflicts += loads
    for room in placed.rooms where detector.problem.rooms[room].dailyBookingLimit != nil {
      conflicts += detector.roomBookings(
        room, standing.entries(at: standing.byRoom[room], without: own) + [placed], placed)
    }
    if !placed.isMakeup { conflicts += rules.broken(by: placed) }
    return conflicts.map { $0.with(first: placed.entry.lesson) }
  }
}

extension Conflict {
  fileprivate func with(first lesson: LessonID) -> Conflict {
    guard lessons.first != lesson, lessons.contains(lesson) else { return self }
    var copy = self
    copy.lessons = [lesson] + lessons.filter { $0 != lesson }
    return copy
  }
}
