/// What a good timetable has more of, or a bad one: the twelve things a strategy can weigh.
///
/// Each is measured in whole *units* (below, always "less is better") by the plain evaluator and, move by
/// move, by the engine. For people it is normalised: 1 at its attainable best, 0 at its bound for the worst.
/// A class group here is a *leaf* group (one without parts): it attends its own lessons
/// and those of every group that contains it.
///
/// Periods, idle, joined, follows and meetings are meant as `ConstraintKind` explains them. All weeks are laid on one
/// another: a period is busy if a meeting of any week covers it. Two meetings are *back to back* when they share a
/// week and one follows the other with the two touching periods joined.
public enum Criterion: String, Hashable, Sendable, Codable, CaseIterable {
  /// For each meeting and teacher with wishes: the teacher's highest wish (at least 0) less the lowest grade among
  /// the meeting's periods on its own grid. A period's grade is the lowest wish that overlaps it in one of the
  /// meeting's weeks, 0 where there is none.
  case facultyPreference = "faculty-preference"
  /// Idle periods between a leaf group's first and last busy period of a day.
  case compactness = "compactness"
  /// For each meeting: empty seats in percent of the capacity of its rooms together, virtual rooms left out,
  /// rounded down; 0 where nothing is left.
  case roomUtilization = "room-utilization"
  /// For each teacher and day: the square of the periods taught, summed meeting by meeting.
  case workloadBalance = "workload-balance"
  /// For each day and period: the square of the number of meetings that cover it.
  case peakSpreading = "peak-spreading"
  /// For each leaf group: pairs of meetings back to back that both have rooms and share none.
  case continuity = "continuity"
  /// For each lesson: unordered pairs of its meetings that share a day.
  case spreadOverDays = "spread-over-days"
  /// For each lesson: different rooms its meetings use, beyond the number that one meeting needs.
  case roomStability = "room-stability"
  /// Meetings in none of the rooms their lesson wishes; where it wishes none, in none of the home rooms of the
  /// groups it names; lessons with neither, or that need no room, count nothing.
  case roomWishes = "room-wishes"
  /// For each leaf group and each teacher: pairs of meetings back to back whose first rooms lie in different zones,
  /// both known (a room's own, else its building's).
  case travel = "travel"
  /// For each pair of overlapping meetings of two lessons that share a week: named students of both, where student
  /// clashes are soft (`ConstraintKind.studentClash`).
  case studentConflicts = "student-conflicts"
  /// Against a base timetable, for each (lesson, meeting) of it: 2 if it now has another day or start or is not
  /// placed, 1 if only its set of rooms is another.
  case disruption = "disruption"

  /// A strategy's name for it: `criterion.compactness`.
  public var termID: String { "criterion." + rawValue }
}

/// One criterion of one timetable.
public struct CriterionScore: Hashable, Sendable, Codable {
  public var criterion: Criterion
  /// Units, less is better.
  public var units: Int
  /// The fewest units that could be reached as far as a quick bound tells; never above `units`.
  public var best: Int
  /// A bound no timetable exceeds; at least `units`.
  public var worst: Int

  public init(criterion: Criterion, units: Int, best: Int, worst: Int) {
    self.criterion = criterion
    self.units = units
    self.best = best
    self.worst = worst
  }

  /// 1 at `best`, 0 at `worst`; 1 where there is nothing to decide.
  public var value: Double {
    worst > best ? Double(worst - units) / Double(worst - best) : 1
  }

  /// False where the input leaves no choice, so that the value says nothing about the timetable.
  public var isDecided: Bool { worst <= best }
}

/// All that was measured of one timetable.
public struct ScoreCard: Hashable, Sendable, Codable {
  public var criteria: [CriterionScore]
  /// Violations of weighted constraints, each times its constraint's weight, by kind.
  public var constraintViolations: [String: Int]
  /// Hard violations; 0 in every timetable that can be published.
  public var hardViolations: Int
  public var placedMeetings: Int
  public var unplacedMeetings: Int

  public init(
    criteria: [CriterionScore], constraintViolations: [String: Int], hardViolations: Int, placedMeetings: Int,
    unplacedMeetings: Int
  ) {
    self.criteria = criteria
    self.constraintViolations = constraintViolations
    self.hardViolations = hardViolations
    self.placedMeetings = placedMeetings
    self.unplacedMeetings = unplacedMeetings
  }

  public subscript(criterion: Criterion) -> CriterionScore? {
    criteria.first { $0.criterion == criterion }
  }
}
