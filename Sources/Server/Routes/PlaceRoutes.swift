import Foundation
import Hummingbird
import Jobs
import Optimization
import Persistence
import Tenancy
import Timetabling

/// Where a meeting of a variant could be, what it would cost there, and who is in the way.
enum PlaceRoutes {
  static let all: [Route] = [
    .member(
      .get, "/v1/variants/{id}/lessons/{lesson}/meetings/{meeting}/places", .readTimetable, weight: .heavy,
      query: ["detail"], places)
  ]

  private static func places(_ call: Call, _ identity: Identity) async throws -> Response {
    let id = try call.uuid("id", of: "variant")
    let lesson = try call.parameter("lesson")
    let name = lesson.removingPercentEncoding ?? lesson
    let number = try call.parameter("meeting")
    let detail = try call.detail()
    let explainers = call.dependencies.explainers
    let principal = identity.tenant.principal
    let (found, isCurrent) = try await call.dependencies.pool.withReadTransaction(for: identity.tenant) { transaction in
      (
        try await transaction.standing(variant: id, or: explainers),
        try await transaction.existingVariant(id).facts.isCurrent
      )
    }
    // Compiling takes 40 ms for 1,000 lessons, 440 ms for 7,000; a map of all rooms then 6 and 52 ms.
    let (map, explainer) = try await call.dependencies.threads.run(for: identity.tenant.tenant) {
      () -> (WhyNotMap?, StandingExplainer) in
      let explainer =
        switch found {
        case .kept(let explainer): explainer
        case .read(let standing, let key):
          explainers.keeping(StandingExplainer(standing), for: key)
        }
      guard let lesson = explainer.problem.lessons.first(where: { $0.id.rawValue == name }) else {
        throw Problem.unknown("lesson", name)
      }
      try principal.demand(.readTimetable, concerning: explainer.problem.reach(of: lesson))
      return (
        Int(number).flatMap { explainer.map(lesson: LessonID(name), meeting: $0, detail: detail) }, explainer
      )
    }
    guard let map else { throw Problem.unknown("meeting of \(name)", number) }
    return Reply.json(PlacesDocument(map, by: explainer, isOutdated: !isCurrent))
  }
}

/// A variant's timetable with all that it was made from and weighed by.
struct StandingVariant: Sendable {
  var problem: Timetabling.Problem
  var timetable: Timetable
  var base: Timetable?
  /// By term.
  var weights: [String: Int]
}

enum FoundVariant: Sendable {
  case kept(StandingExplainer)
  case read(StandingVariant, StandingExplainers.Key)
}

extension TenantTransaction {
  /// Reads the whole variant only where no explainer of it is kept.
  func standing(variant id: UUID, or explainers: StandingExplainers) async throws -> FoundVariant {
    let facts = try await existingVariant(id).facts
    func missing() -> Problem { Problem.unknown("timetable", facts.timetable.uuidString.lowercased()) }
    guard let header = try await timetableHeader(facts.timetable) else { throw missing() }
    let key = StandingExplainers.Key(
      tenant: context.tenant, variant: id, timetable: header.id, snapshot: header.snapshot)
    if let kept = explainers[key] { return .kept(kept) }
    guard let timetable = try await timetable(header.id), let problem = try await snapshot(header.snapshot) else {
      throw missing()
    }
    var base: Timetable?
    if let id = header.base { base = try await self.timetable(id) }
    return .read(
      StandingVariant(problem: problem, timetable: timetable, base: base, weights: facts.weights), key)
  }
}

extension Call {
  fileprivate func detail() throws -> WhyNotMap.Detail {
    guard let text = try query("detail") else { return .times }
    guard let detail = WhyNotMap.Detail(rawValue: text) else {
      let choices = WhyNotMap.Detail.allCases.map(\.rawValue).joined(separator: " or ")
      let message = "'detail' is '\(text)', but must be \(choices)."
      throw Problem(.invalid, issues: [.init(pointer: "detail", code: "parameter.value", message: message)])
    }
    return detail
  }
}

/// A why-not map as the API shows it.
struct PlacesDocument: Encodable {
  struct Place: Encodable {
    /// Counted from the first day of the time grid.
    var day: Int
    /// Left out where there are no clock times.
    var start: String?
    var end: String?
    /// The period it begins with, and how many it covers; left out where periods have no names.
    var period: String?
    var periods: Int?
    var rooms: [Named]
    var current: Bool
    var allowed: Bool
    /// Nil where the place is blocked.
    var costChange: Int64?
    var conflicts: [Conflict]
  }

  /// Of the whole variant: what it leaves out, and hard rules that it breaks.
  var unplaced: Int
  var hardViolations: Int
  var lesson: String
  var meeting: Int
  var detail: String
  var placed: Bool
  /// False where other entries break rules so far that changes of cost leave them out.
  var costExact: Bool
  /// Whether the term's data have changed since: places and conflicts are those of the variant's own data.
  var outdated: Bool
  var places: [Place]

  init(_ map: WhyNotMap, by explainer: StandingExplainer, isOutdated: Bool) {
    unplaced = explainer.missingMeetings
    hardViolations = explainer.hardViolations
    outdated = isOutdated
    let names = Dictionary(explainer.problem.rooms.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    lesson = map.lesson.rawValue
    meeting = map.meeting
    detail = map.detail.rawValue
    placed = map.current != nil
    costExact = map.isCostExact
    let hasClockTimes = explainer.problem.timeGrids.allSatisfy(\.hasClockTimes)
    let periods = LessonPeriods(explainer.problem).names(of: map.lesson)
    places = map.places.map { place in
      let run = periods?.run(place.time)
      return Place(
        day: place.time.day, start: hasClockTimes ? Wording.clock(place.time.start) : nil,
        end: hasClockTimes ? Wording.clock(place.time.end) : nil, period: run?.first, periods: run?.count,
        rooms: place.rooms.map { Named(id: $0.rawValue, name: names[$0] ?? $0.rawValue) }, current: place.isCurrent,
        allowed: place.isAllowed, costChange: place.costChange, conflicts: place.conflicts)
    }
  }
}
