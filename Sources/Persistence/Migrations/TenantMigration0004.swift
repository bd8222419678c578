/// Who may act on what: the departments a problem concerns, computed where it is stored and by nobody's hand, and the
/// tenant's rule on own approvals. The revision of the list of presets is what its editors lock and compare.
///
/// History is not rewritten by the tenant's role, so that ending a term as a whole is a function of the schema's owner.
let tenantMigration0004 = Migration(
  version: 4, name: "departments of a snapshot, own approvals, preset list, end of a term",
  script: #"""
    -- The departments with lessons; all departments where a lesson has none; null where there are none to ask.
    CREATE FUNCTION departments_concerned(document jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
      SET search_path = pg_catalog AS $$
      WITH owner AS (
        SELECT coalesce(l.value ->> 'department', c.value ->> 'department') AS department
        FROM jsonb_array_elements(document -> 'lessons') AS l(value)
        LEFT JOIN jsonb_array_elements(document -> 'courses') AS c(value) ON c.value ->> 'id' = l.value ->> 'course'
      ), concerned AS (
        SELECT department FROM owner WHERE department IS NOT NULL
        UNION
        SELECT d.value ->> 'id' FROM jsonb_array_elements(document -> 'departments') AS d(value)
        WHERE EXISTS (SELECT FROM owner WHERE department IS NULL)
      )
      SELECT CASE WHEN EXISTS (SELECT FROM owner)
        THEN (SELECT array_agg(department ORDER BY department COLLATE "C") FROM concerned) ELSE '{}' END
    $$;
    ALTER TABLE problem_snapshot ADD COLUMN departments text[]
      GENERATED ALWAYS AS (departments_concerned(document)) STORED;

    CREATE TABLE approval_setting (
      is_the_only_row boolean CONSTRAINT approval_setting_is_one_row PRIMARY KEY DEFAULT true CHECK (is_the_only_row),
      allows_own boolean NOT NULL DEFAULT false
    );
    INSERT INTO approval_setting DEFAULT VALUES;

    CREATE TABLE preset_list (
      is_the_only_row boolean CONSTRAINT preset_list_is_one_row PRIMARY KEY DEFAULT true CHECK (is_the_only_row),
      revision bigint NOT NULL DEFAULT 1
    );
    INSERT INTO preset_list DEFAULT VALUES;

    -- All that hangs on a term: approvals, variants, timetables, snapshots. Its institution's data goes before, with
    -- the rights of the tenant's role.
    CREATE FUNCTION end_term(ended text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
      PERFORM FROM term WHERE id = ended FOR UPDATE;
      IF EXISTS (SELECT FROM workflow WHERE term = ended AND state NOT IN ('rejected', 'archived'))
          OR EXISTS (SELECT FROM timetable WHERE term = ended AND is_active) THEN
        RAISE EXCEPTION 'term % is in use', ended;
      END IF;
      DELETE FROM workflow_event e USING workflow w WHERE w.id = e.workflow AND w.term = ended;
      DELETE FROM workflow WHERE term = ended;
      DELETE FROM variant v USING generation g WHERE g.job = v.job AND g.term = ended;
      UPDATE timetable SET base = NULL WHERE base IN (SELECT id FROM timetable WHERE term = ended);
      DELETE FROM timetable WHERE term = ended;
      DELETE FROM generation WHERE term = ended;
      DELETE FROM term WHERE id = ended;
      DELETE FROM problem_snapshot WHERE term = ended;
    END $$;
    REVOKE ALL ON FUNCTION end_term(text) FROM PUBLIC;

    DO $$
    DECLARE
      who text := 'r_' || current_schema();
    BEGIN
      EXECUTE format('GRANT SELECT, UPDATE ON approval_setting, preset_list TO %I', who);
      EXECUTE format('GRANT EXECUTE ON FUNCTION end_term(text) TO %I', who);
    END $$;
    """#)
