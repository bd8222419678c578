/// What is published is frozen whole, and is measured by the data of the day.
///
/// Until now a student's week was read from the tables that the next import replaces, and a certificate was compared
/// with the data it had been issued for, never with the term's own. Who attends what is kept with each snapshot now:
/// a timetable names one, and a snapshot never changes. What the verifier found of a timetable under other data than
/// its own is kept too, so that reading an approval does not verify it anew.
let tenantMigration0003 = Migration(
  version: 3, name: "published weeks frozen, examinations, waivers",
  script: #"""
    -- Students as they were in one snapshot. `lessons`: those they are enrolled in one by one.
    CREATE TABLE snapshot_student (
      snapshot text NOT NULL CONSTRAINT student_belongs_to_a_snapshot REFERENCES problem_snapshot ON DELETE CASCADE,
      student text NOT NULL,
      name text NOT NULL,
      class_group text,
      lessons text[] NOT NULL,
      CONSTRAINT snapshot_student_pk PRIMARY KEY (snapshot, student)
    );
    INSERT INTO snapshot_student (snapshot, student, name, class_group, lessons)
    WITH single AS (
      SELECT s.hash, x.id AS student, array_agg(l.value ->> 'id' ORDER BY l.value ->> 'id') AS lessons
      FROM problem_snapshot s, jsonb_array_elements(s.document -> 'lessons') AS l(value),
        jsonb_array_elements_text(l.value -> 'students') AS x(id)
      GROUP BY s.hash, x.id
    )
    SELECT s.hash, t.value ->> 'id', t.value ->> 'name', t.value ->> 'group', coalesce(n.lessons, '{}')
    FROM problem_snapshot s CROSS JOIN jsonb_array_elements(s.document -> 'students') AS t(value)
      LEFT JOIN single n ON n.hash = s.hash AND n.student = t.value ->> 'id';

    -- The term as it was when the timetable was made: its name, first day, weeks, zone, holidays, and the days' names.
    ALTER TABLE timetable ADD COLUMN calendar jsonb;
    UPDATE timetable t SET calendar = (s.document -> 'term') - 'id' || jsonb_build_object('days', coalesce(
      (SELECT jsonb_agg(d.value -> 'name' ORDER BY d.n)
       FROM jsonb_array_elements(s.document -> 'timeGrids' -> 0 -> 'days') WITH ORDINALITY AS d(value, n)), '[]'))
    FROM problem_snapshot s WHERE s.hash = t.snapshot;
    ALTER TABLE timetable ALTER COLUMN calendar SET NOT NULL,
      ADD CONSTRAINT calendar_is_an_object CHECK (jsonb_typeof(calendar) = 'object');

    -- Whom a meeting without a place concerns, as in timetable_entry.
    ALTER TABLE unplaced ADD COLUMN teachers text[] NOT NULL DEFAULT '{}',
      ADD COLUMN attending text[] NOT NULL DEFAULT '{}', ADD COLUMN partly text[] NOT NULL DEFAULT '{}',
      ADD COLUMN department text;

    -- What the verifier says of a timetable (`content`: hash of its entries) under a term's data. A fact: it stays
    -- true whatever is imported later, and is looked up by the data that count at the moment.
    CREATE TABLE examination (
      timetable uuid NOT NULL CONSTRAINT examination_is_of_a_timetable REFERENCES timetable ON DELETE CASCADE,
      content text NOT NULL CHECK (content ~ '^[0-9a-f]{64}$'),
      snapshot text NOT NULL CONSTRAINT examination_is_under_a_snapshot REFERENCES problem_snapshot ON DELETE CASCADE,
      certificate jsonb,
      violation_count integer NOT NULL CHECK (violation_count >= 0),
      violations jsonb NOT NULL CHECK (jsonb_typeof(violations) = 'array'),
      missing jsonb NOT NULL CHECK (jsonb_typeof(missing) = 'array'),
      examined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      CONSTRAINT examination_pk PRIMARY KEY (timetable, content, snapshot),
      CONSTRAINT certified_exactly_without_violations CHECK ((certificate IS NOT NULL) = (violation_count = 0))
    );

    -- Somebody with the right to publish takes it upon them that these meetings have no place. `version`: the
    -- workflow's, which the waiver made.
    CREATE TABLE waiver (
      workflow uuid NOT NULL CONSTRAINT waiver_belongs_to_a_workflow REFERENCES workflow ON DELETE CASCADE,
      version integer NOT NULL,
      meetings jsonb NOT NULL CHECK (jsonb_typeof(meetings) = 'array' AND meetings <> '[]'),
      comment text NOT NULL CONSTRAINT waiver_says_why CHECK (comment ~ '\S'),
      actor text NOT NULL,
      actor_name text NOT NULL,
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      CONSTRAINT waiver_pk PRIMARY KEY (workflow, version)
    );

    -- Nobody changes what people see; a new timetable is published instead.
    CREATE FUNCTION refuse_change_of_published() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
      IF EXISTS (SELECT FROM changed c JOIN timetable t ON t.id = c.timetable WHERE t.is_active) THEN
        RAISE EXCEPTION 'a published timetable is frozen' USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN NULL;
    END $$;
    CREATE FUNCTION refuse_recertifying_published() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
      RAISE EXCEPTION 'a published timetable is frozen' USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER published_entries_gain_nothing AFTER INSERT ON timetable_entry
      REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_published();
    CREATE TRIGGER published_entries_stay AFTER UPDATE ON timetable_entry
      REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_published();
    CREATE TRIGGER published_entries_lose_nothing AFTER DELETE ON timetable_entry
      REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_published();
    CREATE TRIGGER published_gaps_gain_nothing AFTER INSERT ON unplaced
      REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_published();
    CREATE TRIGGER published_gaps_stay AFTER UPDATE ON unplaced
      REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_published();
    CREATE TRIGGER published_gaps_lose_nothing AFTER DELETE ON unplaced
      REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_published();
    CREATE TRIGGER published_header_stays BEFORE UPDATE ON timetable FOR EACH ROW
      WHEN (OLD.is_active AND NEW.is_active AND (OLD.term, OLD.snapshot, OLD.certified_hash, OLD.calendar)
        IS DISTINCT FROM (NEW.term, NEW.snapshot, NEW.certified_hash, NEW.calendar))
      EXECUTE FUNCTION refuse_recertifying_published();

    DO $$
    DECLARE
      who text := 'r_' || current_schema();
    BEGIN
      EXECUTE format('GRANT SELECT, INSERT ON snapshot_student, examination, waiver TO %I', who);
    END $$;
    """#)
