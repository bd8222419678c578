import Patterns

/// A made-up problem of pattern mode of any size, with a solution that keeps all of its hard rules.
///
/// The solution comes first: courses are laid out and students enrolled, then classes get times and rooms, and then
/// options, limits, closed rooms and distributions are laid around it. Everything that the format of ITC-2019 can say
/// occurs. The planted solution keeps the rules, and is not good otherwise.
public struct CourseCatalog: Sendable {
  public let problem: CourseProblem
  public let planted: CourseSolution

  /// About 1 s for 2,500 classes.
  public init(_ plan: CatalogPlan) {
    var chance = Chance(seed: plan.seed)
    let calendar = CatalogCalendar(weeks: plan.weeks)
    let offer = CatalogOffer(plan, calendar, &chance)
    let enrollment = CatalogEnrollment(plan, offer, &chance)
    let planting = CatalogPlanting(plan, calendar, offer, enrollment, &chance)
    let options = CatalogOptions(calendar, offer, enrollment, planting, &chance)
    var problem = CourseProblem(
      name: "catalog-\(plan.classes)-\(plan.students)-\(plan.seed)", days: CatalogCalendar.days,
      slotsPerDay: CatalogCalendar.slotsPerDay, weeks: plan.weeks,
      weights: CostWeights(time: 2, room: 1, distribution: 10, student: plan.students == 0 ? 0 : 5),
      rooms: planting.furnishedRooms(calendar, &chance), courses: offer.courses,
      classes: offer.sections.indices.map { index in
        CourseClass(
          id: "\(index + 1)", limit: enrollment.limits[index], parent: offer.sections[index].parent,
          times: options.times[index], rooms: options.rooms[index])
      }, students: enrollment.students)
    planted = CourseSolution(placements: options.planted, enrollments: enrollment.enrollments)
    problem.distributions = CatalogRules(problem, planted, offer, &chance).distributions
    self.problem = problem
  }
}
