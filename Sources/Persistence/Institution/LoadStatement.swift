import Postgres
import Timetabling

extension Problem {
  /// One term's tables as the document that was imported: the same keys, the same order.
  ///
  /// Lists of children are gathered once for each table and joined by hash, not looked up lesson by lesson.
  static let load = Statement<TermID, Problem>.documents(
    """
    WITH
    room_spans AS (
      SELECT room, jsonb_agg(jsonb_build_object('day', day, 'start', start_minute, 'end', end_minute,
        'grade', coalesce(to_jsonb(grade), '"blocked"'), 'weeks', weeks) ORDER BY position) AS list
      FROM room_availability WHERE term = $1 GROUP BY room),
    teacher_spans AS (
      SELECT teacher, jsonb_agg(jsonb_build_object('day', day, 'start', start_minute, 'end', end_minute,
        'grade', coalesce(to_jsonb(grade), '"blocked"'), 'weeks', weeks) ORDER BY position) AS list
      FROM teacher_availability WHERE term = $1 GROUP BY teacher),
    group_spans AS (
      SELECT class_group, jsonb_agg(jsonb_build_object('day', day, 'start', start_minute, 'end', end_minute,
        'grade', coalesce(to_jsonb(grade), '"blocked"'), 'weeks', weeks) ORDER BY position) AS list
      FROM class_group_availability WHERE term = $1 GROUP BY class_group),
    group_parts AS (
      SELECT class_group, jsonb_agg(part ORDER BY position) AS list
      FROM class_group_part WHERE term = $1 GROUP BY class_group),
    periods AS (
      SELECT grid, day, jsonb_agg(jsonb_build_object('start', start_minute, 'end', end_minute,
        'isTeaching', is_teaching, 'name', name) ORDER BY number) AS list
      FROM grid_period WHERE term = $1 GROUP BY grid, day),
    days AS (
      SELECT d.grid, jsonb_agg(jsonb_build_object('name', d.name, 'periods', coalesce(p.list, '[]')) ORDER BY d.day) AS list
      FROM grid_day d LEFT JOIN periods p ON p.grid = d.grid AND p.day = d.day WHERE d.term = $1 GROUP BY d.grid),
    teachers AS (
      SELECT lesson, jsonb_agg(teacher ORDER BY position) AS list FROM lesson_teacher WHERE term = $1 GROUP BY lesson),
    pools AS (
      SELECT lesson, jsonb_agg(teacher ORDER BY position) AS list FROM lesson_pool WHERE term = $1 GROUP BY lesson),
    groups AS (
      SELECT lesson, jsonb_agg(class_group ORDER BY position) AS list FROM lesson_group WHERE term = $1 GROUP BY lesson),
    students AS (
      SELECT lesson, jsonb_agg(student ORDER BY position) AS list FROM lesson_student WHERE term = $1 GROUP BY lesson),
    rooms AS (
      SELECT lesson, jsonb_agg(room ORDER BY position) FILTER (WHERE NOT is_wish) AS list,
        jsonb_agg(room ORDER BY position) FILTER (WHERE is_wish) AS wished
      FROM lesson_room WHERE term = $1 GROUP BY lesson),
    pins AS (
      SELECT lesson, jsonb_agg(jsonb_build_object('meeting', meeting, 'day', day, 'start', start_minute,
        'rooms', to_jsonb(rooms)) ORDER BY position) AS list
      FROM pin WHERE term = $1 GROUP BY lesson)
    SELECT jsonb_build_object(
      'name', t.document_name,
      'term', jsonb_build_object('id', t.id, 'name', t.name, 'firstDay', t.first_day, 'weekCount', t.week_count,
        'timeZone', t.time_zone, 'holidays', to_jsonb(t.holidays)),
      'timeGrids', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', g.id, 'longestBridgedPause', g.longest_bridged_pause,
          'hasClockTimes', g.has_clock_times, 'days', coalesce(d.list, '[]')) ORDER BY g.position)
        FROM time_grid g LEFT JOIN days d ON d.grid = g.id WHERE g.term = $1), '[]'),
      'zones', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', id, 'name', name, 'latitude', latitude, 'longitude', longitude)
          ORDER BY position) FROM zone WHERE term = $1), '[]'),
      'travelTimes', coalesce((
        SELECT jsonb_agg(jsonb_build_object('from', from_zone, 'to', to_zone, 'minutes', minutes) ORDER BY position)
        FROM travel_time WHERE term = $1), '[]'),
      'buildings', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', id, 'name', name, 'zone', zone) ORDER BY position)
        FROM building WHERE term = $1), '[]'),
      'rooms', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name, 'type', r.type, 'capacity', r.capacity,
          'features', to_jsonb(r.features), 'building', r.building, 'zone', r.zone, 'isVirtual', r.is_virtual,
          'dailyBookingLimit', r.daily_booking_limit, 'availability', coalesce(a.list, '[]')) ORDER BY r.position)
        FROM room r LEFT JOIN room_spans a ON a.room = r.id WHERE r.term = $1), '[]'),
      'departments', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', id, 'name', name) ORDER BY position)
        FROM department WHERE term = $1), '[]'),
      'programs', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', id, 'name', name, 'department', department) ORDER BY position)
        FROM program WHERE term = $1), '[]'),
      'teachers', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'department', p.department,
          'maxMinutesPerDay', p.max_minutes_per_day, 'maxMinutesPerWeek', p.max_minutes_per_week,
          'availability', coalesce(a.list, '[]')) ORDER BY p.position)
        FROM teacher p LEFT JOIN teacher_spans a ON a.teacher = p.id WHERE p.term = $1), '[]'),
      'groups', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name, 'size', g.size, 'department', g.department,
          'program', g.program, 'year', g.year, 'parts', coalesce(p.list, '[]'), 'homeRoom', g.home_room,
          'availability', coalesce(a.list, '[]')) ORDER BY g.position)
        FROM class_group g LEFT JOIN group_parts p ON p.class_group = g.id
          LEFT JOIN group_spans a ON a.class_group = g.id WHERE g.term = $1), '[]'),
      'students', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', id, 'name', name, 'group', class_group, 'year', year)
          ORDER BY position) FROM student WHERE term = $1), '[]'),
      'courses', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', id, 'name', name, 'subject', subject, 'department', department,
          'kind', kind, 'year', year, 'credits', credits) ORDER BY position)
        FROM course WHERE term = $1), '[]'),
      'lessons', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', l.id, 'name', l.name, 'course', l.course, 'part', l.part,
          'department', l.department, 'duration', l.duration, 'meetingsPerWeek', l.meetings_per_week,
          'weeks', l.weeks, 'timeGrid', l.time_grid, 'groups', coalesce(g.list, '[]'),
          'students', coalesce(s.list, '[]'), 'teachers', coalesce(x.list, '[]'),
          'teacherPool', coalesce(o.list, '[]'), 'teachersFromPool', l.teachers_from_pool, 'size', l.size,
          'roomNeed', jsonb_build_object('count', l.room_count, 'types', to_jsonb(l.room_types),
            'features', to_jsonb(l.room_features), 'rooms', coalesce(r.list, '[]'), 'wished', coalesce(r.wished, '[]')),
          'tags', to_jsonb(l.tags), 'pins', coalesce(p.list, '[]')) ORDER BY l.position)
        FROM lesson l LEFT JOIN groups g ON g.lesson = l.id LEFT JOIN students s ON s.lesson = l.id
          LEFT JOIN teachers x ON x.lesson = l.id LEFT JOIN pools o ON o.lesson = l.id
          LEFT JOIN rooms r ON r.lesson = l.id LEFT JOIN pins p ON p.lesson = l.id
        WHERE l.term = $1), '[]'),
      'constraints', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'selector', selector, 'parameters', parameters,
          'times', times, 'rooms', to_jsonb(rooms), 'enforcement', coalesce(to_jsonb(weight), '"hard"'), 'note', note)
          ORDER BY position) FROM constraint_rule WHERE term = $1), '[]'))
    FROM term t WHERE t.id = $1
    """
  ) { [.text($0.rawValue)] }
}
