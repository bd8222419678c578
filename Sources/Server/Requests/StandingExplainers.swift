import Foundation
import Optimization
import Synchronization
import Tenancy
import Timetabling

/// Explainers of the variants that were asked about last: who looks at one meeting after the other would wait each
/// time for the variant to be read and compiled, which takes many times longer than a map.
///
/// A key names the tenant, and is made from rows that the tenant's own transaction has just read: whoever may not see
/// a variant has no key to it. What a key names never changes, so nothing here grows old.
final class StandingExplainers: Sendable {
  struct Key: Hashable, Sendable {
    var tenant: TenantID
    var variant: UUID
    var timetable: UUID
    /// Content hash of the problem.
    var snapshot: String
  }

  /// The last used at the end.
  private let kept = Mutex<[(key: Key, explainer: StandingExplainer)]>([])
  private let mostLessons: Int

  /// Keeps variants of `mostLessons` lessons in all, or one that is larger.
  init(mostLessons: Int) { self.mostLessons = mostLessons }

  subscript(key: Key) -> StandingExplainer? {
    kept.withLock { kept in
      guard let position = kept.firstIndex(where: { $0.key == key }) else { return nil }
      let found = kept.remove(at: position)
      kept.append(found)
      return found.explainer
    }
  }

  /// Returns what it was given.
  func keeping(_ explainer: StandingExplainer, for key: Key) -> StandingExplainer {
    kept.withLock { kept in
      kept.removeAll { $0.key == key }
      kept.append((key, explainer))
      while kept.count > 1, kept.reduce(0, { $0 + $1.explainer.problem.lessons.count }) > mostLessons {
        kept.removeFirst()
      }
    }
    return explainer
  }
}

/// One variant's explainer. A second thread waits until the first has its map.
final class StandingExplainer: Sendable {
  let problem: Timetabling.Problem
  /// What the variant leaves out and breaks.
  let missingMeetings: Int
  let hardViolations: Int
  private let explainer: Mutex<PlaceExplainer>

  init(_ standing: StandingVariant) {
    problem = standing.problem
    let weights = standing.problem.objectiveTerms.map { Int32(clamping: standing.weights[$0.id] ?? 0) }
    let explainer = PlaceExplainer(
      standing.problem, timetable: standing.timetable, weights: Weights(weights), base: standing.base)
    missingMeetings = explainer.missingMeetings
    hardViolations = explainer.hardViolations
    self.explainer = Mutex(explainer)
  }

  func map(lesson: LessonID, meeting: Int, detail: WhyNotMap.Detail) -> WhyNotMap? {
    explainer.withLock { $0.map(lesson: lesson, meeting: meeting, detail: detail) }
  }
}
