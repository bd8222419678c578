public import Foundation
public import Timetabling
public import Verification

/// That a variant's job did not come to its end, and how much of the search it has had.
public struct Kept: Hashable, Sendable, Codable {
  public enum Occasion: String, Hashable, Sendable, Codable {
    /// Somebody cancelled the job and asked for the best so far.
    case cancel
    /// The job did not end within its time.
    case deadline
  }

  public var at: Occasion
  /// Seconds of the search that were over, of those that were ordered.
  public var after: Double
  public var of: Double

  public init(at: Occasion, after: Double, of: Double) {
    self.at = at
    self.after = after
    self.of = of
  }
}

/// A variant about to be stored.
public struct NewVariant: Sendable {
  public var id: UUID
  public var timetableID: UUID
  public var name: String
  public var strategyID: String
  public var strategyVersion: String
  public var strategyDigest: String
  /// By id of the objective's term: `criterion.compactness`.
  public var weights: [String: Int]
  public var cost: Int64
  public var scoreCard: ScoreCard
  /// Nil where the verifier refused one: such a variant is shown with its conflicts and can't be approved.
  public var certificate: Certificate?
  public var timetable: Timetable
  /// JSON array: degraded and skipped steps.
  public var notes: Data
  /// Nil for a variant of a run that came to its end.
  public var kept: Kept?

  public init(
    id: UUID, timetableID: UUID, name: String, strategyID: String, strategyVersion: String, strategyDigest: String,
    weights: [String: Int], cost: Int64, scoreCard: ScoreCard, certificate: Certificate?, timetable: Timetable,
    notes: Data = Data("[]".utf8), kept: Kept? = nil
  ) {
    self.id = id
    self.timetableID = timetableID
    self.name = name
    self.strategyID = strategyID
    self.strategyVersion = strategyVersion
    self.strategyDigest = strategyDigest
    self.weights = weights
    self.cost = cost
    self.scoreCard = scoreCard
    self.certificate = certificate
    self.timetable = timetable
    self.notes = notes
    self.kept = kept
  }
}

public struct VariantRow: Hashable, Sendable {
  public struct Facts: Hashable, Sendable, Codable {
    public var id: UUID
    public var job: UUID
    /// From 1.
    public var ordinal: Int
    public var name: String
    public var term: TermID
    public var timetable: UUID
    public var strategyID: String
    public var strategyVersion: String
    public var strategyDigest: String
    public var weights: [String: Int]
    public var cost: Int64
    public var scoreCard: ScoreCard
    public var certificate: Certificate?
    public var placed: Int
    public var unplaced: Int
    /// The approval that began with it, if one did.
    public var workflow: UUID?
    /// Nil for a variant of a run that came to its end.
    public var kept: Kept?
    public var createdAt: Date
    /// Whether the term's data are still those that it was made from.
    public var isCurrent: Bool
  }

  public var facts: Facts
  /// JSON array.
  public var notes: Data

  public var id: UUID { facts.id }
  public var name: String { facts.name }
  public var timetable: UUID { facts.timetable }
}

/// The variants of one job, and how far each is from each.
public struct VariantComparison: Hashable, Sendable {
  public struct Difference: Hashable, Sendable, Codable {
    /// Ordinals.
    public var left: Int
    public var right: Int
    /// Meetings at another time, or placed in one of the two only.
    public var moved: Int
    /// Meetings at the same time in another room.
    public var otherRoom: Int

    public init(left: Int, right: Int, moved: Int, otherRoom: Int) {
      self.left = left
      self.right = right
      self.moved = moved
      self.otherRoom = otherRoom
    }
  }

  public var variants: [VariantRow]
  public var differences: [Difference]
}
