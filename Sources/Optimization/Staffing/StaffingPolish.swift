import Timetabling

/// Gives lessons of a finished timetable to other teachers of their pools where that costs less. Times and rooms stay.
///
/// Of all that is counted only the weeks of the two teachers change, so both are measured alone, by the plain evaluator.
struct StaffingPolish {
  private let index: ProblemIndex
  private let objective: Objective
  private let detector: ConflictDetector
  private var triesLeft: Int

  /// A try looks at everything once: about this many lessons may be looked at in all.
  private static let lessonsLookedAt = 50_000
  private static let mostTries = 300

  init(_ index: ProblemIndex, _ objective: Objective) {
    self.index = index
    self.objective = objective
    detector = ConflictDetector(index)
    triesLeft = min(Self.mostTries, Self.lessonsLookedAt / max(1, index.problem.lessons.count))
  }

  mutating func run(_ timetable: Timetable) -> Timetable {
    let pools = StaffingPools(index).open
    var timetable = timetable
    var isBetter = !pools.isEmpty
    while isBetter, triesLeft > 0 {
      isBetter = false
      for pool in pools where triesLeft > 0 {
        if let better = better(timetable, pool) {
          timetable = better
          isBetter = true
        }
      }
    }
    return timetable
  }

  /// With the one other teacher who saves most; nil where nobody saves anything.
  private mutating func better(_ timetable: Timetable, _ pool: StaffingPools.Pool) -> Timetable? {
    let id = index.problem.lessons[pool.lesson].id
    guard let own = timetable.entries.first(where: { $0.kind != .makeup && $0.lesson == id })?.teachers else {
      return nil
    }
    let candidates = pool.candidates.map { index.problem.teachers[$0].id }
    var best: (saving: Int64, leaving: TeacherID, coming: TeacherID)?
    for leaving in own where candidates.contains(leaving) {
      for coming in candidates where !own.contains(coming) && triesLeft > 0 {
        triesLeft -= 1
        let before = Timetable(
          entries: timetable.entries.filter { entry in
            entry.lesson == id || entry.teachers.contains(leaving) || entry.teachers.contains(coming)
          })
        let after = Self.giving(id, from: leaving, to: coming, in: before)
        guard detector.hardViolations(of: after) <= detector.hardViolations(of: before) else { continue }
        let saving = objective.softCost(of: before) - objective.softCost(of: after)
        if saving > best?.saving ?? 0 { best = (saving, leaving, coming) }
      }
    }
    return best.map { Self.giving(id, from: $0.leaving, to: $0.coming, in: timetable) }
  }

  private static func giving(
    _ lesson: LessonID, from leaving: TeacherID, to coming: TeacherID, in timetable: Timetable
  ) -> Timetable {
    var timetable = timetable
    for position in timetable.entries.indices
    where timetable.entries[position].lesson == lesson && timetable.entries[position].kind != .makeup {
      timetable.entries[position].teachers = timetable.entries[position].teachers.map { $0 == leaving ? coming : $0 }
    }
    return timetable
  }
}
