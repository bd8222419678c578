/// Where one meeting could stand in a standing timetable: each place with what it would cost, or who is in the way.
///
/// Its coded form is a document of the API. Costs are those of the objective that weighed the timetable.
public struct WhyNotMap: Hashable, Sendable, Codable {
  public enum Detail: String, Hashable, Sendable, Codable, CaseIterable {
    /// Each time with the best of its rooms.
    case times
    /// Each time in each room. For a lesson of several rooms as `times`.
    case rooms
  }

  public struct Place: Hashable, Sendable, Codable {
    public var time: TimeSpan
    /// Empty for a lesson without rooms, or where it cannot have enough of them.
    public var rooms: [RoomID]
    public var isCurrent: Bool
    /// What moving there adds to the cost, negative for a gain; nil where the place is blocked.
    public var costChange: Int64?
    /// Every rule that forbids the place, and who is in the way; empty where it is allowed.
    public var conflicts: [Conflict]

    public init(time: TimeSpan, rooms: [RoomID], isCurrent: Bool, costChange: Int64?, conflicts: [Conflict]) {
      self.time = time
      self.rooms = rooms
      self.isCurrent = isCurrent
      self.costChange = costChange
      self.conflicts = conflicts
    }

    public var isAllowed: Bool { conflicts.isEmpty }
  }

  public var lesson: LessonID
  /// 0-based.
  public var meeting: Int
  public var detail: Detail
  /// Where it stands now; nil where it has no place.
  public var current: Entry?
  /// False where other entries break rules so far that the engine cannot hold them: changes then leave them out.
  public var isCostExact: Bool
  /// By time, then in the problem's order of rooms.
  public var places: [Place]

  public init(
    lesson: LessonID, meeting: Int, detail: Detail, current: Entry?, isCostExact: Bool, places: [Place]
  ) {
    self.lesson = lesson
    self.meeting = meeting
    self.detail = detail
    self.current = current
    self.isCostExact = isCostExact
    self.places = places
  }

  /// The allowed places, the cheapest first.
  public var alternatives: [Place] {
    places.filter { $0.isAllowed && !$0.isCurrent }.enumerated()
      .sorted { ($0.element.costChange ?? 0, $0.offset) < ($1.element.costChange ?? 0, $1.offset) }.map(\.element)
  }
}
