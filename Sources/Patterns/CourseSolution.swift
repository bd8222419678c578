/// A time and a room for each class, and the classes of each student.
public struct CourseSolution: Hashable, Sendable {
  /// For each class of the problem; nil where it has no place.
  public var placements: [Placement?]
  /// For each student of the problem, the classes it is enrolled in.
  public var enrollments: [[Int]]

  /// Indices into the class's own options; no room for a class that needs none.
  public struct Placement: Hashable, Sendable {
    public var time: Int
    public var room: Int?

    public init(time: Int, room: Int? = nil) {
      self.time = time
      self.room = room
    }
  }

  public init(placements: [Placement?], enrollments: [[Int]]) {
    self.placements = placements
    self.enrollments = enrollments
  }
}
