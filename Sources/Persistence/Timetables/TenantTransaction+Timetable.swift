public import Foundation
public import Jobs
import Postgres
public import Timetabling
public import Verification

extension TenantTransaction {
  /// Stores a timetable under the names that `problem` has for everything. The snapshot must be stored already.
  public func saveTimetable(
    _ timetable: Timetable, id: UUID, of problem: ProblemIndex, snapshot: String, source: TimetableSource,
    certificate: Certificate?, job: JobID? = nil, base: UUID? = nil
  ) async throws {
    var reasons: [LessonID: [Conflict]] = [:]
    // A certificate says that there are no conflicts; without one every reason is kept with its entries.
    if certificate == nil {
      for conflict in ConflictDetector(problem).conflicts(of: timetable) {
        for lesson in Set(conflict.lessons) { reasons[lesson, default: []].append(conflict) }
      }
    }
    let encoder = JSONEncoder()
    try await sql.execute(
      Self.insertTimetable,
      TimetableInsert(
        id: id, term: problem.problem.term.id, snapshot: snapshot, source: source, job: job, base: base,
        certificate: try certificate.map { try encoder.encode($0) }, hash: certificate?.timetableHash, actor: actor,
        calendar: try encoder.encode(FrozenCalendar(problem.problem))))
    try await insertContent(timetable, id: id, of: problem, reasons: reasons)
  }

  /// Names, places and who attends, as `problem` has them.
  func insertContent(
    _ timetable: Timetable, id: UUID, of problem: ProblemIndex, reasons: [LessonID: [Conflict]] = [:]
  ) async throws {
    let naming = EntryNaming(problem)
    let encoder = JSONEncoder()
    try await sql.execute(Self.insertEntries, (id, try encoder.encode(naming.rows(timetable, reasons: reasons))))
    if !timetable.unplaced.isEmpty {
      try await sql.execute(Self.insertUnplaced, (id, try encoder.encode(naming.rows(timetable.unplaced))))
    }
  }

  public func timetableHeader(_ id: UUID) async throws -> TimetableHeader? {
    try await sql.first(Self.header, id)
  }

  /// The entries as they are stored now.
  public func timetable(_ id: UUID) async throws -> Timetable? {
    guard let stored = try await sql.first(Self.content, id) else { return nil }
    return Timetable(entries: stored.entries, unplaced: stored.unplaced)
  }

  /// Sorted by day and start.
  public func week(_ whose: WeekOf, timetable: UUID) async throws -> [WeekRow] {
    let (kind, id) = whose.parameters
    return try await sql.run(Self.week, (timetable, kind, id))
  }

  /// Meetings without a place, of the same people as `week`; a room has none.
  public func missing(_ whose: WeekOf, timetable: UUID) async throws -> [MissingMeeting] {
    let (kind, id) = whose.parameters
    return try await sql.run(Self.missing, (timetable, kind, id))
  }

  /// The one that people see.
  public func publishedTimetable(term: TermID) async throws -> TimetableHeader? {
    try await sql.first(Self.published, term)
  }

  struct TimetableInsert: Sendable {
    var id: UUID
    var term: TermID
    var snapshot: String
    var source: TimetableSource
    var job: JobID?
    var base: UUID?
    var certificate: Data?
    var hash: String?
    var actor: String
    var calendar: Data
  }

  private struct Content: Decodable, Sendable {
    var entries: [Entry]
    var unplaced: [Unplaced]
  }
}

// MARK: SQL

extension TenantTransaction {
  private static let insertTimetable = Statement<TimetableInsert, Void>(
    """
    INSERT INTO timetable (id, term, snapshot, source, job, base, certificate, certified_hash, created_by, calendar)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    """
  ) { new in
    [
      .uuid(new.id), .text(new.term.rawValue), .text(new.snapshot), .text(new.source.rawValue),
      .optional(new.job?.rawValue), .optional(new.base), .optional(new.certificate), .optional(new.hash),
      .text(new.actor), .json(new.calendar),
    ]
  }

  private static let insertEntries = Statement<(UUID, Data), Void>(
    """
    INSERT INTO timetable_entry (timetable, number, lesson, meeting, weeks, day, start_minute, end_minute, kind, rooms,
      room_names, teachers, teacher_names, groups, group_names, attending, partly, lesson_name, course, course_name,
      subject, part, department, reasons, period, periods)
    SELECT $1, e.number, e.lesson, e.meeting, e.weeks, e.day, e.start, e."end", e.kind, e.rooms, e."roomNames",
      e.teachers, e."teacherNames", e.groups, e."groupNames", e.attending, e.partly, e."lessonName", e.course,
      e."courseName", e.subject, e.part, e.department, e.reasons, e.period, e.periods
    FROM jsonb_to_recordset($2) AS e(number integer, lesson text, meeting integer, weeks text, day smallint,
      start smallint, "end" smallint, kind text, rooms text[], "roomNames" text[], teachers text[],
      "teacherNames" text[], groups text[], "groupNames" text[], attending text[], partly text[], "lessonName" text,
      course text, "courseName" text, subject text, part text, department text, reasons jsonb, period text,
      periods smallint)
    """
  ) { [.uuid($0.0), .json($0.1)] }

  private static let insertUnplaced = Statement<(UUID, Data), Void>(
    """
    INSERT INTO unplaced (timetable, number, lesson, meeting, lesson_name, reasons, teachers, attending, partly, department)
    SELECT $1, u.number, u.lesson, u.meeting, u."lessonName", u.reasons, u.teachers, u.attending, u.partly, u.department
    FROM jsonb_to_recordset($2) AS u(number integer, lesson text, meeting integer, "lessonName" text, reasons text[],
      teachers text[], attending text[], partly text[], department text)
    """
  ) { [.uuid($0.0), .json($0.1)] }

  private static let header = Statement<UUID, TimetableHeader>.documents(
    """
    SELECT jsonb_build_object('id', t.id, 'term', t.term, 'snapshot', t.snapshot, 'source', t.source, 'job', t.job,
      'base', t.base, 'certificate', t.certificate, 'isActive', t.is_active, 'publishedAt', t.published_at,
      'version', t.version, 'createdAt', t.created_at, 'createdBy', t.created_by,
      'calendar', t.calendar, 'placed', (SELECT count(*) FROM timetable_entry e WHERE e.timetable = t.id),
      'unplaced', (SELECT count(*) FROM unplaced u WHERE u.timetable = t.id))
    FROM timetable t WHERE t.id = $1
    """
  ) { [.uuid($0)] }

  private static let published = Statement<TermID, TimetableHeader>.documents(
    """
    SELECT jsonb_build_object('id', t.id, 'term', t.term, 'snapshot', t.snapshot, 'source', t.source, 'job', t.job,
      'base', t.base, 'certificate', t.certificate, 'isActive', t.is_active, 'publishedAt', t.published_at,
      'version', t.version, 'createdAt', t.created_at, 'createdBy', t.created_by,
      'calendar', t.calendar, 'placed', (SELECT count(*) FROM timetable_entry e WHERE e.timetable = t.id),
      'unplaced', (SELECT count(*) FROM unplaced u WHERE u.timetable = t.id))
    FROM timetable t WHERE t.term = $1 AND t.is_active
    """
  ) { [.text($0.rawValue)] }

  private static let content = Statement<UUID, Content>.documents(
    """
    SELECT jsonb_build_object(
      'entries', coalesce((
        SELECT jsonb_agg(jsonb_build_object('lesson', lesson, 'meeting', meeting, 'weeks', weeks,
          'time', jsonb_build_object('day', day, 'start', start_minute, 'end', end_minute),
          'rooms', to_jsonb(rooms), 'teachers', to_jsonb(teachers), 'kind', kind) ORDER BY number)
        FROM timetable_entry WHERE timetable = t.id), '[]'),
      'unplaced', coalesce((
        SELECT jsonb_agg(jsonb_build_object('lesson', lesson, 'meeting', meeting, 'reasons', to_jsonb(reasons))
          ORDER BY number)
        FROM unplaced WHERE timetable = t.id), '[]'))
    FROM timetable t WHERE t.id = $1
    """
  ) { [.uuid($0)] }

  private static let week = Statement<(UUID, String, String), WeekRow>.documents(
    """
    SELECT jsonb_build_object('entry', e.number, 'lesson', e.lesson, 'meeting', e.meeting,
      'lessonName', e.lesson_name, 'course', e.course, 'courseName', e.course_name, 'subject', e.subject,
      'part', e.part, 'department', e.department, 'day', e.day, 'start', e.start_minute, 'end', e.end_minute,
      'hasClockTimes', coalesce((t.calendar ->> 'hasClockTimes')::boolean, true), 'period', e.period, 'periods', e.periods,
      'weeks', e.weeks, 'kind', e.kind, 'isValid', e.is_valid, 'reasons', e.reasons,
      'rooms', coalesce((SELECT jsonb_agg(jsonb_build_object('id', x.id, 'name', x.name) ORDER BY x.n)
        FROM unnest(e.rooms, e.room_names) WITH ORDINALITY AS x(id, name, n)), '[]'),
      'teachers', coalesce((SELECT jsonb_agg(jsonb_build_object('id', x.id, 'name', x.name) ORDER BY x.n)
        FROM unnest(e.teachers, e.teacher_names) WITH ORDINALITY AS x(id, name, n)), '[]'),
      'groups', coalesce((SELECT jsonb_agg(jsonb_build_object('id', x.id, 'name', x.name) ORDER BY x.n)
        FROM unnest(e.groups, e.group_names) WITH ORDINALITY AS x(id, name, n)), '[]'))
    FROM timetable_entry e JOIN timetable t ON t.id = e.timetable
    WHERE e.timetable = $1 AND CASE $2::text
      WHEN 'everything' THEN true
      WHEN 'group' THEN $3::text = ANY (e.attending) OR $3 = ANY (e.partly)
      WHEN 'teacher' THEN $3 = ANY (e.teachers)
      WHEN 'room' THEN $3 = ANY (e.rooms)
      WHEN 'department' THEN e.department = $3
      -- As the timetable's own data had it: the student of today may attend something else.
      WHEN 'student' THEN EXISTS (
        SELECT FROM snapshot_student s WHERE s.snapshot = t.snapshot AND s.student = $3
          AND (s.class_group = ANY (e.attending) OR e.lesson = ANY (s.lessons)))
      ELSE false END
    ORDER BY e.day, e.start_minute, e.lesson, e.meeting
    """
  ) { [.uuid($0.0), .text($0.1), .text($0.2)] }

  private static let missing = Statement<(UUID, String, String), MissingMeeting>.documents(
    """
    SELECT jsonb_build_object('lesson', u.lesson, 'meeting', u.meeting, 'name', u.lesson_name, 'reasons', u.reasons)
    FROM unplaced u JOIN timetable t ON t.id = u.timetable
    WHERE u.timetable = $1 AND CASE $2::text
      WHEN 'everything' THEN true
      WHEN 'group' THEN $3::text = ANY (u.attending) OR $3 = ANY (u.partly)
      WHEN 'teacher' THEN $3 = ANY (u.teachers)
      WHEN 'department' THEN u.department = $3
      WHEN 'student' THEN EXISTS (
        SELECT FROM snapshot_student s WHERE s.snapshot = t.snapshot AND s.student = $3
          AND (s.class_group = ANY (u.attending) OR u.lesson = ANY (s.lessons)))
      ELSE false END
    ORDER BY u.lesson, u.meeting
    """
  ) { [.uuid($0.0), .text($0.1), .text($0.2)] }
}
