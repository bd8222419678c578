public import Foundation
public import Jobs
import Postgres
public import Tenancy
public import Timetabling

/// What may be read of a timetable that is not published: for whoever acts for some departments only the meetings of
/// these.
extension TenantTransaction {
  /// - Throws: `AccessRefusal` where another department's week is asked for by name
  public func draftWeek(_ whose: WeekOf, timetable: UUID) async throws -> [WeekRow] {
    if case .department(let department) = whose {
      try context.principal.demand(.readTimetable, concerning: .departments([department.rawValue]))
    }
    let scope = context.principal.scope
    return try await week(whose, timetable: timetable).filter { scope.covers(department: $0.department) }
  }

  public func draftUnplaced(timetable: UUID) async throws -> [Unplaced] {
    guard let all = try await self.timetable(timetable)?.unplaced else { return [] }
    guard case .only(let own) = context.principal.scope, !all.isEmpty else { return all }
    let lessons = Set(try await sql.run(Self.unplacedLessons, (timetable, own.sorted())))
    return all.filter { lessons.contains($0.lesson) }
  }

  private static let unplacedLessons = Statement<(UUID, [String]), LessonID>(
    """
    SELECT DISTINCT u.lesson
    FROM timetable t JOIN unplaced u ON u.timetable = t.id JOIN problem_snapshot s ON s.hash = t.snapshot
    JOIN jsonb_array_elements(s.document -> 'lessons') AS l(value) ON l.value ->> 'id' = u.lesson
    LEFT JOIN jsonb_array_elements(s.document -> 'courses') AS c(value) ON c.value ->> 'id' = l.value ->> 'course'
    WHERE t.id = $1 AND coalesce(l.value ->> 'department', c.value ->> 'department') = ANY ($2)
    """,
    encode: { [.uuid($0.0), .textArray($0.1)] }
  ) { (row: inout RowReader) throws(RowError) in LessonID(try row.text()) }
}
