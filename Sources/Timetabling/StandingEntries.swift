/// A timetable with its entries resolved and sorted by who and what they hold: what many single entries are judged
/// against, one after the other.
public struct StandingEntries: Sendable {
  let detector: ConflictDetector
  let entries: [ConflictDetector.PlacedEntry]
  let placed: PlacedMeetings
  /// Positions in `entries`, ascending.
  let byDay: [Int: [Int]]
  let byLesson: [Int: [Int]]
  let byTeacher: [Int: [Int]]
  let byRoom: [Int: [Int]]

  public init(_ timetable: Timetable, _ detector: ConflictDetector) {
    let entries = timetable.entries.compactMap(detector.resolve)
    self.detector = detector
    self.entries = entries
    placed = PlacedMeetings(timetable, detector.index)
    byDay = Dictionary(grouping: entries.indices, by: { entries[$0].entry.time.day })
    byLesson = Dictionary(grouping: entries.indices, by: { entries[$0].lesson })
    byTeacher = Self.positions(entries, by: \.teachers)
    byRoom = Self.positions(entries, by: \.rooms)
  }

  static func positions(
    _ entries: [ConflictDetector.PlacedEntry], by keys: (ConflictDetector.PlacedEntry) -> [Int]
  ) -> [Int: [Int]] {
    entries.enumerated().reduce(into: [:]) { positions, entry in
      for key in keys(entry.element) { positions[key, default: []].append(entry.offset) }
    }
  }

  func entries(at positions: [Int]?, without own: [Int]) -> [ConflictDetector.PlacedEntry] {
    (positions ?? []).filter { !own.contains($0) }.map { entries[$0] }
  }

  /// For judging places of the entry's meeting, in place of the timetable's own entry for it; nil for a lesson that
  /// the problem does not have.
  public func probe(of entry: Entry) -> EntryProbe? {
    guard let subject = detector.resolve(entry) else { return nil }
    let own = (byLesson[subject.lesson] ?? []).filter { isReplaced(entries[$0].entry, by: entry) }
    return EntryProbe(subject, among: self, without: own)
  }

  private func isReplaced(_ standing: Entry, by entry: Entry) -> Bool {
    if standing.kind == .makeup || entry.kind == .makeup { return standing == entry }
    return standing.lesson == entry.lesson && standing.meeting == entry.meeting
  }
}
