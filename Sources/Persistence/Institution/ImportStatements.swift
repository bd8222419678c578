import Postgres
import Timetabling

/// What an import does, statement by statement. The document stands in `problem_snapshot` already, so that each
/// statement takes a whole table's rows from it: `$1` is the snapshot's hash. The term's id comes from the document.
///
/// `WITH ORDINALITY` keeps the document's order, which is part of a problem's content.
enum ImportStatements {
  /// Children before what they refer to. Timetables and accounts are not touched.
  static let clear: [Statement<TermID, Void>] = [
    Statement("DELETE FROM constraint_rule WHERE term = $1", encode: id),
    Statement("DELETE FROM lesson WHERE term = $1", encode: id),
    Statement("DELETE FROM course WHERE term = $1", encode: id),
    Statement("DELETE FROM student WHERE term = $1", encode: id),
    Statement("DELETE FROM class_group WHERE term = $1", encode: id),
    Statement("DELETE FROM teacher WHERE term = $1", encode: id),
    Statement("DELETE FROM program WHERE term = $1", encode: id),
    Statement("DELETE FROM department WHERE term = $1", encode: id),
    Statement("DELETE FROM room WHERE term = $1", encode: id),
    Statement("DELETE FROM building WHERE term = $1", encode: id),
    Statement("DELETE FROM zone WHERE term = $1", encode: id),
    Statement("DELETE FROM time_grid WHERE term = $1", encode: id),
  ]

  private static let id: @Sendable (TermID) -> [Parameter] = { [.text($0.rawValue)] }
  private static let hash: @Sendable (String) -> [Parameter] = { [.text($0)] }

  static let term = Statement<String, Void>(
    """
    INSERT INTO term (id, name, document_name, first_day, week_count, time_zone, holidays, snapshot)
    SELECT t.id, t.name, s.document ->> 'name', t."firstDay", t."weekCount", t."timeZone", t.holidays, s.hash
    FROM problem_snapshot s, jsonb_to_record(s.document -> 'term') AS t(
      id text, name text, "firstDay" date, "weekCount" smallint, "timeZone" text, holidays date[])
    WHERE s.hash = $1
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, document_name = excluded.document_name,
      first_day = excluded.first_day, week_count = excluded.week_count, time_zone = excluded.time_zone,
      holidays = excluded.holidays, snapshot = excluded.snapshot, imported_at = clock_timestamp(),
      revision = term.revision + 1
    """, encode: hash)

  /// In the order of what they refer to.
  static let fill: [Statement<String, Void>] = [timeGrids, gridDays, gridPeriods] + places + people + teaching

  // MARK: Time

  private static let timeGrids = Statement<String, Void>(
    """
    INSERT INTO time_grid (term, id, position, longest_bridged_pause, has_clock_times)
    SELECT s.term, g.id, g.n, g.pause, coalesce(g.has_clock_times, true)
    FROM problem_snapshot s, ROWS FROM (jsonb_to_recordset(s.document -> 'timeGrids') AS
      (id text, "longestBridgedPause" integer, "hasClockTimes" boolean))
      WITH ORDINALITY AS g(id, pause, has_clock_times, n)
    WHERE s.hash = $1
    """, encode: hash)

  private static let gridDays = Statement<String, Void>(
    """
    INSERT INTO grid_day (term, grid, day, name)
    SELECT s.term, g.value ->> 'id', d.n - 1, d.value ->> 'name'
    FROM problem_snapshot s, jsonb_array_elements(s.document -> 'timeGrids') AS g(value),
      jsonb_array_elements(g.value -> 'days') WITH ORDINALITY AS d(value, n)
    WHERE s.hash = $1
    """, encode: hash)

  private static let gridPeriods = Statement<String, Void>(
    """
    INSERT INTO grid_period (term, grid, day, number, start_minute, end_minute, is_teaching, name)
    SELECT s.term, g.value ->> 'id', d.n - 1, p.n - 1, p.start_minute, p.end_minute, p.is_teaching, p.name
    FROM problem_snapshot s, jsonb_array_elements(s.document -> 'timeGrids') AS g(value),
      jsonb_array_elements(g.value -> 'days') WITH ORDINALITY AS d(value, n),
      ROWS FROM (jsonb_to_recordset(d.value -> 'periods') AS
        (start smallint, "end" smallint, "isTeaching" boolean, name text))
        WITH ORDINALITY AS p(start_minute, end_minute, is_teaching, name, n)
    WHERE s.hash = $1
    """, encode: hash)

  // MARK: Places

  private static let places: [Statement<String, Void>] = [
    Statement(
      """
      INSERT INTO zone (term, id, position, name, latitude, longitude)
      SELECT s.term, z.id, z.n, z.name, z.latitude, z.longitude
      FROM problem_snapshot s, ROWS FROM (jsonb_to_recordset(s.document -> 'zones') AS
        (id text, name text, latitude float8, longitude float8)) WITH ORDINALITY AS z(id, name, latitude, longitude, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO travel_time (term, position, from_zone, to_zone, minutes)
      SELECT s.term, t.n, t.from_zone, t.to_zone, t.minutes
      FROM problem_snapshot s, ROWS FROM (jsonb_to_recordset(s.document -> 'travelTimes') AS
        ("from" text, "to" text, minutes integer)) WITH ORDINALITY AS t(from_zone, to_zone, minutes, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO building (term, id, position, name, zone)
      SELECT s.term, b.id, b.n, b.name, b.zone
      FROM problem_snapshot s, ROWS FROM (jsonb_to_recordset(s.document -> 'buildings') AS
        (id text, name text, zone text)) WITH ORDINALITY AS b(id, name, zone, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO room (term, id, position, name, type, capacity, features, building, zone, is_virtual, daily_booking_limit)
      SELECT s.term, r.id, r.n, r.name, r.type, r.capacity, r.features, r.building, r.zone, r.is_virtual, r.booking_limit
      FROM problem_snapshot s, ROWS FROM (jsonb_to_recordset(s.document -> 'rooms') AS
        (id text, name text, type text, capacity integer, features text[], building text, zone text,
         "isVirtual" boolean, "dailyBookingLimit" integer))
        WITH ORDINALITY AS r(id, name, type, capacity, features, building, zone, is_virtual, booking_limit, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO room_availability (term, room, position, day, start_minute, end_minute, grade, weeks)
      SELECT s.term, o.value ->> 'id', a.n, a.day, a.start_minute, a.end_minute,
        CASE WHEN a.grade = 'blocked' THEN NULL ELSE a.grade::smallint END, a.weeks
      FROM problem_snapshot s, jsonb_array_elements(s.document -> 'rooms') AS o(value),
        ROWS FROM (jsonb_to_recordset(o.value -> 'availability') AS
          (day smallint, start smallint, "end" smallint, grade text, weeks text))
          WITH ORDINALITY AS a(day, start_minute, end_minute, grade, weeks, n)
      WHERE s.hash = $1
      """, encode: hash),
  ]

  // MARK: People

  private static let people: [Statement<String, Void>] = [
    Statement(
      """
      INSERT INTO department (term, id, position, name)
      SELECT s.term, d.id, d.n, d.name
      FROM problem_snapshot s, ROWS FROM (jsonb_to_recordset(s.document -> 'departments') AS (id text, name text))
        WITH ORDINALITY AS d(id, name, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO program (term, id, position, name, department)
      SELECT s.term, p.id, p.n, p.name, p.department
      FROM problem_snapshot s, ROWS FROM (jsonb_to_recordset(s.document -> 'programs') AS
        (id text, name text, department text)) WITH ORDINALITY AS p(id, name, department, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO teacher (term, id, position, name, department, max_minutes_per_day, max_minutes_per_week)
      SELECT s.term, t.id, t.n, t.name, t.department, t.per_day, t.per_week
      FROM problem_snapshot s, ROWS FROM (jsonb_to_recordset(s.document -> 'teachers') AS
        (id text, name text, department text, "maxMinutesPerDay" integer, "maxMinutesPerWeek" integer))
        WITH ORDINALITY AS t(id, name, department, per_day, per_week, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO teacher_availability (term, teacher, position, day, start_minute, end_minute, grade, weeks)
      SELECT s.term, o.value ->> 'id', a.n, a.day, a.start_minute, a.end_minute,
        CASE WHEN a.grade = 'blocked' THEN NULL ELSE a.grade::smallint END, a.weeks
      FROM problem_snapshot s, jsonb_array_elements(s.document -> 'teachers') AS o(value),
        ROWS FROM (jsonb_to_recordset(o.value -> 'availability') AS
          (day smallint, start smallint, "end" smallint, grade text, weeks text))
          WITH ORDINALITY AS a(day, start_minute, end_minute, grade, weeks, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO class_group (term, id, position, name, size, department, program, year, home_room)
      SELECT s.term, g.id, g.n, g.name, g.size, g.department, g.program, g.year, g.home_room
      FROM problem_snapshot s, ROWS FROM (jsonb_to_recordset(s.document -> 'groups') AS
        (id text, name text, size integer, department text, program text, year integer, "homeRoom" text))
        WITH ORDINALITY AS g(id, name, size, department, program, year, home_room, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO class_group_part (term, class_group, position, part)
      SELECT s.term, g.value ->> 'id', p.n, p.id
      FROM problem_snapshot s, jsonb_array_elements(s.document -> 'groups') AS g(value),
        jsonb_array_elements_text(g.value -> 'parts') WITH ORDINALITY AS p(id, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO class_group_availability (term, class_group, position, day, start_minute, end_minute, grade, weeks)
      SELECT s.term, o.value ->> 'id', a.n, a.day, a.start_minute, a.end_minute,
        CASE WHEN a.grade = 'blocked' THEN NULL ELSE a.grade::smallint END, a.weeks
      FROM problem_snapshot s, jsonb_array_elements(s.document -> 'groups') AS o(value),
        ROWS FROM (jsonb_to_recordset(o.value -> 'availability') AS
          (day smallint, start smallint, "end" smallint, grade text, weeks text))
          WITH ORDINALITY AS a(day, start_minute, end_minute, grade, weeks, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO student (term, id, position, name, class_group, year)
      SELECT s.term, t.id, t.n, t.name, t.class_group, t.year
      FROM problem_snapshot s, ROWS FROM (jsonb_to_recordset(s.document -> 'students') AS
        (id text, name text, "group" text, year integer)) WITH ORDINALITY AS t(id, name, class_group, year, n)
      WHERE s.hash = $1
      """, encode: hash),
  ]

  // MARK: Teaching

  private static let teaching: [Statement<String, Void>] = [
    Statement(
      """
      INSERT INTO course (term, id, position, name, subject, department, kind, year, credits)
      SELECT s.term, c.id, c.n, c.name, c.subject, c.department, c.kind, c.year, c.credits
      FROM problem_snapshot s, ROWS FROM (jsonb_to_recordset(s.document -> 'courses') AS
        (id text, name text, subject text, department text, kind text, year integer, credits float8))
        WITH ORDINALITY AS c(id, name, subject, department, kind, year, credits, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO lesson (term, id, position, name, course, part, department, duration, meetings_per_week, weeks,
        time_grid, teachers_from_pool, size, room_count, room_types, room_features, tags)
      SELECT s.term, l.id, l.n, l.name, l.course, l.part, l.department, l.duration, l.meetings, l.weeks,
        l.time_grid, l.from_pool, l.size, need.count, need.types, need.features, l.tags
      FROM problem_snapshot s, ROWS FROM (jsonb_to_recordset(s.document -> 'lessons') AS
        (id text, name text, course text, part text, department text, duration integer, "meetingsPerWeek" integer,
         weeks text, "timeGrid" text, "teachersFromPool" integer, size integer, "roomNeed" jsonb, tags text[]))
        WITH ORDINALITY AS l(id, name, course, part, department, duration, meetings, weeks, time_grid, from_pool,
                             size, need, tags, n),
        jsonb_to_record(l.need) AS need(count integer, types text[], features text[])
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO lesson_teacher (term, lesson, position, teacher)
      SELECT s.term, l.value ->> 'id', x.n, x.id
      FROM problem_snapshot s, jsonb_array_elements(s.document -> 'lessons') AS l(value),
        jsonb_array_elements_text(l.value -> 'teachers') WITH ORDINALITY AS x(id, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO lesson_pool (term, lesson, position, teacher)
      SELECT s.term, l.value ->> 'id', x.n, x.id
      FROM problem_snapshot s, jsonb_array_elements(s.document -> 'lessons') AS l(value),
        jsonb_array_elements_text(l.value -> 'teacherPool') WITH ORDINALITY AS x(id, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO lesson_group (term, lesson, position, class_group)
      SELECT s.term, l.value ->> 'id', x.n, x.id
      FROM problem_snapshot s, jsonb_array_elements(s.document -> 'lessons') AS l(value),
        jsonb_array_elements_text(l.value -> 'groups') WITH ORDINALITY AS x(id, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO lesson_student (term, lesson, position, student)
      SELECT s.term, l.value ->> 'id', x.n, x.id
      FROM problem_snapshot s, jsonb_array_elements(s.document -> 'lessons') AS l(value),
        jsonb_array_elements_text(l.value -> 'students') WITH ORDINALITY AS x(id, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO lesson_room (term, lesson, is_wish, position, room)
      SELECT s.term, l.value ->> 'id', list.is_wish, x.n, x.id
      FROM problem_snapshot s, jsonb_array_elements(s.document -> 'lessons') AS l(value),
        (VALUES (false, 'rooms'), (true, 'wished')) AS list(is_wish, key),
        jsonb_array_elements_text(l.value -> 'roomNeed' -> list.key) WITH ORDINALITY AS x(id, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO pin (term, lesson, position, meeting, day, start_minute, rooms)
      SELECT s.term, l.value ->> 'id', p.n, p.meeting, p.day, p.start_minute, p.rooms
      FROM problem_snapshot s, jsonb_array_elements(s.document -> 'lessons') AS l(value),
        ROWS FROM (jsonb_to_recordset(l.value -> 'pins') AS
          (meeting integer, day smallint, start smallint, rooms text[]))
          WITH ORDINALITY AS p(meeting, day, start_minute, rooms, n)
      WHERE s.hash = $1
      """, encode: hash),
    Statement(
      """
      INSERT INTO constraint_rule (term, id, position, kind, selector, parameters, times, rooms, weight, note)
      SELECT s.term, c.id, c.n, c.kind, c.selector, c.parameters, c.times, c.rooms,
        CASE WHEN c.enforcement = 'hard' THEN NULL ELSE c.enforcement::smallint END, c.note
      FROM problem_snapshot s, ROWS FROM (jsonb_to_recordset(s.document -> 'constraints') AS
        (id text, kind text, selector jsonb, parameters jsonb, times jsonb, rooms text[], enforcement text, note text))
        WITH ORDINALITY AS c(id, kind, selector, parameters, times, rooms, enforcement, note, n)
      WHERE s.hash = $1
      """, encode: hash),
  ]
}
