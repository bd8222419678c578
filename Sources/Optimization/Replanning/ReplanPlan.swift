import Timetabling

/// A timetable that was good, and the problem as it is now: a teacher is away on a day, a room is closed, a lesson
/// was added.
public struct ReplanPlan: Sendable {
  /// As it is now.
  public var problem: Problem
  /// As it was: what the problem no longer allows of it has to move.
  public var base: Timetable
  /// What a timetable is measured by once as few lessons as possible move; nil for the problem's default weights.
  public var weights: Weights?
  public var budget: DisruptionBudget
  /// Decides between equals.
  public var seed: UInt64
  /// Places looked at, 1 or more: the same number gives the same timetable on every machine. A million take about a
  /// second.
  public var steps: Int

  public init(
    problem: Problem, base: Timetable, weights: Weights? = nil, budget: DisruptionBudget = DisruptionBudget(),
    seed: UInt64 = 1, steps: Int = 2_000_000
  ) {
    self.problem = problem
    self.base = base
    self.weights = weights
    self.budget = budget
    self.seed = seed
    self.steps = steps
  }
}

/// How much may change beyond what has to.
public struct DisruptionBudget: Hashable, Sendable, Codable {
  /// Lessons that may move although their place is still legal. Default 10.
  public var furtherLessons: Int
  /// People who may be affected beyond those of the forced lessons: teachers, class groups that lessons name and
  /// students enrolled one by one, each counting 1. Default nil, any number.
  public var furtherPeople: Int?
  /// How far from the forced moves they may be. Default everywhere.
  public var widestRing: ReplanRing

  public init(furtherLessons: Int = 10, furtherPeople: Int? = nil, widestRing: ReplanRing = .everything) {
    self.furtherLessons = furtherLessons
    self.furtherPeople = furtherPeople
    self.widestRing = widestRing
  }
}

/// Who may move, from near to far.
public enum ReplanRing: Int, Hashable, Sendable, Codable, CaseIterable {
  /// Meetings whose place is illegal now, and new ones.
  case illegal
  /// Those, and meetings that stand where one of them could go: at such a time, with its people or in a room for it.
  case neighbors
  case everything
}

/// A timetable re-planned, and what it means for people.
public struct Replan: Sendable, Codable {
  public var timetable: Timetable
  /// Lessons with a meeting that had to move, or that the base did not have. By id.
  public var forced: [LessonID]
  /// Lessons that moved to make room. By id.
  public var further: [LessonID]
  /// The ring that was needed, and the lessons that could have moved in it.
  public var ring: ReplanRing
  public var movable: [LessonID]
  public var difference: TimetableDifference
  /// The objective of the new timetable in the plan's weights.
  public var cost: Int64
  /// Places looked at.
  public var steps: Int
  /// Whether a better plan might have been found with more steps.
  public var ranOut: Bool
  public var wasCancelled: Bool
  public var notes: [RunNote]
}
