public import Foundation
public import Jobs
import Postgres
import Tenancy
public import Timetabling

/// Somebody's word that a timetable may be published although these meetings have no place.
public struct Waiver: Hashable, Sendable, Codable {
  public struct Meeting: Hashable, Sendable, Codable {
    public var lesson: LessonID
    public var meeting: Int
  }

  /// The workflow's version that it made.
  public var version: Int
  public var meetings: [Meeting]
  public var comment: String
  public var actor: String
  public var actorName: String
  public var at: Date

  /// It is for these meetings, no more and no fewer: what is missing was not decided upon otherwise.
  public func covers(_ missing: [MissingMeeting]) -> Bool {
    Set(meetings) == Set(missing.map { Meeting(lesson: $0.lesson, meeting: $0.meeting) })
  }

  public var lessons: [LessonID] { Set(meetings.map(\.lesson)).sorted() }
}

/// What is asked for when somebody waives.
public struct WaiverOrder: Hashable, Sendable {
  /// Every lesson of which a meeting is missing.
  public var lessons: Set<LessonID>
  public var comment: String

  public init(lessons: Set<LessonID>, comment: String) {
    self.lessons = lessons
    self.comment = comment
  }
}

/// The lessons that were named are not those that are missing.
public struct WaiverMismatch: Error, Hashable, Sendable, CustomStringConvertible {
  /// Named, but all their meetings have a place, or the data do not have them.
  public var needless: [LessonID]
  /// Missing, but not named.
  public var unnamed: [MissingMeeting]

  public var description: String {
    """
    The waiver must name exactly the lessons that are missing: \(needless.count) that it names are not, \
    and \(Set(unnamed.map(\.lesson)).count) that are it does not name.
    Maybe read the workflow's standing again, and decide upon what is missing now.
    """
  }
}

extension TenantTransaction {
  /// Stores that meetings without a place are accepted. Needs the right to publish; moves no state, but makes a
  /// version with an event of its own. Void as soon as something else is missing.
  ///
  /// - Throws: `ApprovalRefusal`, `WaiverMismatch`, `StoreError`, `ExaminationNeeded`
  public func waive(
    _ order: WaiverOrder, on id: UUID, expectedVersion: Int? = nil, _ examined: Examined = Examined()
  ) async throws -> Workflow {
    try context.principal.demand(.publishWorkflow)
    let workflow = try await lockedWithTerm(id)
    var machine = ApprovalStateMachine(state: workflow.state, version: workflow.version)
    let transition = try machine.waive(
      on: try await matter(of: id), by: context.principal, comment: order.comment, expectedVersion: expectedVersion)
    try await demandPresent(.publishWorkflow, of: workflow)
    let standing = try await presentStanding(workflow, examined)
    let lessons = Set(standing.missing.map(\.lesson))
    guard lessons == order.lessons, !lessons.isEmpty else {
      throw WaiverMismatch(
        needless: order.lessons.subtracting(lessons).sorted(),
        unnamed: standing.missing.filter { !order.lessons.contains($0.lesson) })
    }
    try await setState(id, transition)
    guard let changed = try await self.workflow(id) else {
      throw StoreError.unknown(kind: "workflow", id: id.uuidString.lowercased())
    }
    let meetings = standing.missing.map { Waiver.Meeting(lesson: $0.lesson, meeting: $0.meeting) }
    let encoded = try JSONEncoder().encode(meetings)
    try await sql.execute(Self.insertWaiver, (changed, encoded, order.comment, actor, context.principal.displayName))
    try await record(
      changed, action: "waive", from: transition.from, comment: order.comment, lessons: lessons.sorted())
    return changed
  }

  /// The latest of the workflow that a timetable was published by.
  public func waiver(ofTimetable timetable: UUID) async throws -> Waiver? {
    try await sql.first(Self.waiverOfTimetable, timetable)
  }

  static let latestWaiver = Statement<UUID, Waiver>.documents(
    """
    SELECT jsonb_build_object('version', version, 'meetings', meetings, 'comment', comment, 'actor', actor,
      'actorName', actor_name, 'at', at)
    FROM waiver WHERE workflow = $1 ORDER BY version DESC LIMIT 1
    """
  ) { [.uuid($0)] }

  private static let waiverOfTimetable = Statement<UUID, Waiver>.documents(
    """
    SELECT jsonb_build_object('version', v.version, 'meetings', v.meetings, 'comment', v.comment, 'actor', v.actor,
      'actorName', v.actor_name, 'at', v.at)
    FROM waiver v JOIN workflow w ON w.id = v.workflow WHERE w.timetable = $1 ORDER BY v.version DESC LIMIT 1
    """
  ) { [.uuid($0)] }

  private static let insertWaiver = Statement<(Workflow, Data, String, String, String), Void>(
    """
    INSERT INTO waiver (workflow, version, meetings, comment, actor, actor_name) VALUES ($1, $2, $3, $4, $5, $6)
    """
  ) { [.uuid($0.0.id), .int(Int64($0.0.version)), .json($0.1), .text($0.2), .text($0.3), .text($0.4)] }
}
