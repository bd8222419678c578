import Timetabling

/// A made-up university of any size, with a timetable that keeps all of its hard rules.
///
/// The timetable comes first: lessons get times and rooms, then students enrol and teachers are hired where they are
/// free, and blocked hours, closed rooms, features and limits are laid where the timetable leaves room for them. So
/// the problem is known to be possible, however full its rooms are (the planted solution of the literature on
/// random constraint problems). The planted timetable keeps the rules, and is not good otherwise.
public struct University: Sendable {
  public let problem: Problem
  public let planted: Timetable

  /// About 1 s for 7,000 lessons.
  public init(_ plan: UniversityPlan) throws(UniversityPlanError) {
    var chance = Chance(seed: plan.seed)
    let faculty = Faculty(plan, &chance)
    let curriculum = try Curriculum(plan, faculty, &chance)
    let planting = try Planting(faculty, curriculum, RoomClasses(curriculum, load: plan.load), &chance)
    let campus = Campus(plan, curriculum, planting, &chance)
    let staff = Staff(plan, curriculum, planting, &chance)
    let assembly = Assembly(
      plan: plan, faculty: faculty, curriculum: curriculum, planting: planting, campus: campus, staff: staff)
    problem = assembly.problem(&chance)
    planted = assembly.timetable
  }
}
