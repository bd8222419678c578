import Foundation
import Jobs
import Postgres
import Timetabling

extension TenantTransaction {
  /// JSON: those whose week differs between the timetable published so far and the one to be; everybody, the first
  /// time. Students are told both when a lesson of theirs has moved and when they have moved to other lessons.
  /// Where nothing is to be published instead (`timetable` nil) it is everybody who had a week.
  func affectedPeople(_ term: TermID, by timetable: UUID?) async throws -> Data {
    guard let people = try await sql.first(Self.affected, (term, timetable)) else { return Data("{}".utf8) }
    return people
  }

  /// `place`: what a meeting is to those who attend it. Of students who attend the same groups and lessons before and
  /// after, it is enough to know that one of those has changed; only the others are compared meeting by meeting.
  private static let affected = Statement<(TermID, UUID?), Data>(
    """
    WITH sides AS (
      SELECT false AS is_new, id, snapshot FROM timetable WHERE term = $1 AND is_active
      UNION ALL SELECT true, id, snapshot FROM timetable WHERE id = $2::uuid
    ), entry AS (
      SELECT s.is_new, e.lesson, e.teachers, e.attending,
        row(e.lesson, e.meeting, e.day, e.start_minute, e.end_minute, e.weeks, e.rooms, e.teachers)::text AS place
      FROM sides s JOIN timetable_entry e ON e.timetable = s.id
    ), teacher AS (
      SELECT DISTINCT id FROM (
        SELECT x AS id, place, is_new FROM entry, unnest(teachers) AS x) t
      GROUP BY id, place HAVING NOT (bool_or(is_new) AND bool_or(NOT is_new))
    ), class_group AS (
      SELECT DISTINCT id FROM (
        SELECT x AS id, place, is_new FROM entry, unnest(attending) AS x) t
      GROUP BY id, place HAVING NOT (bool_or(is_new) AND bool_or(NOT is_new))
    ), lesson AS (
      SELECT DISTINCT lesson AS id FROM entry
      GROUP BY lesson, place HAVING NOT (bool_or(is_new) AND bool_or(NOT is_new))
    ), member AS (
      SELECT s.is_new, m.student, m.class_group, m.lessons
      FROM sides s JOIN snapshot_student m ON m.snapshot = s.snapshot
    ), settled AS (
      SELECT student, class_group, lessons FROM member
      GROUP BY student, class_group, lessons HAVING count(*) = (SELECT count(*) FROM sides)
    ), moved AS (
      SELECT m.* FROM member m LEFT JOIN settled s ON s.student = m.student WHERE s.student IS NULL
    ), moved_places AS (
      SELECT m.student, m.is_new, e.place FROM moved m JOIN entry e ON e.is_new = m.is_new
        AND (m.class_group = ANY (e.attending) OR e.lesson = ANY (m.lessons))
    ), student AS (
      SELECT student AS id FROM settled WHERE class_group IN (SELECT id FROM class_group)
        OR lessons && (SELECT coalesce(array_agg(id), '{}') FROM lesson)
      UNION
      SELECT student FROM moved_places
      GROUP BY student, place HAVING NOT (bool_or(is_new) AND bool_or(NOT is_new))
    )
    SELECT jsonb_build_object('term', $1::text, 'timetable', (SELECT id FROM sides ORDER BY is_new DESC LIMIT 1),
      'teachers', (SELECT coalesce(jsonb_agg(id ORDER BY id), '[]') FROM teacher),
      'groups', (SELECT coalesce(jsonb_agg(id ORDER BY id), '[]') FROM class_group),
      'students', (SELECT coalesce(jsonb_agg(id ORDER BY id), '[]') FROM student))
    """,
    encode: { [.text($0.0.rawValue), .optional($0.1)] }
  ) { (row: inout RowReader) throws(RowError) in try row.json() }
}
