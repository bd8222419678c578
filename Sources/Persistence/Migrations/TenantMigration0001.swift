/// A tenant's own schema: the institution's data by term, what was generated from it, approvals and accounts.
///
/// Names are unqualified and the search path holds this schema alone. No key points out of it. The institution's
/// data is kept for each term apart, so that a term can be replaced as a whole; what was generated keeps the names it
/// was generated with, so that a published week reads the same after the next import.
let tenantMigration0001 = Migration(
  version: 1, name: "institution, generations, timetables, approvals, accounts",
  script: #"""
    CREATE TABLE term (
      id text CONSTRAINT term_pk PRIMARY KEY,
      name text NOT NULL,
      document_name text NOT NULL,
      first_day date NOT NULL,
      week_count smallint NOT NULL CONSTRAINT term_fits_a_week_mask CHECK (week_count BETWEEN 1 AND 64),
      time_zone text NOT NULL,
      holidays date[] NOT NULL DEFAULT '{}',
      snapshot text,
      revision bigint NOT NULL DEFAULT 1,
      imported_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );

    CREATE TABLE time_grid (
      term text NOT NULL REFERENCES term ON DELETE CASCADE,
      id text NOT NULL,
      position integer NOT NULL,
      longest_bridged_pause integer NOT NULL CHECK (longest_bridged_pause >= 0),
      CONSTRAINT time_grid_pk PRIMARY KEY (term, id)
    );
    CREATE TABLE grid_day (
      term text NOT NULL,
      grid text NOT NULL,
      day smallint NOT NULL CHECK (day BETWEEN 0 AND 31),
      name text NOT NULL,
      CONSTRAINT grid_day_pk PRIMARY KEY (term, grid, day),
      CONSTRAINT grid_day_belongs_to_a_grid FOREIGN KEY (term, grid) REFERENCES time_grid ON DELETE CASCADE
    );
    CREATE TABLE grid_period (
      term text NOT NULL,
      grid text NOT NULL,
      day smallint NOT NULL,
      number smallint NOT NULL,
      start_minute smallint NOT NULL,
      end_minute smallint NOT NULL,
      is_teaching boolean NOT NULL,
      CONSTRAINT grid_period_pk PRIMARY KEY (term, grid, day, number),
      CONSTRAINT grid_period_belongs_to_a_day FOREIGN KEY (term, grid, day) REFERENCES grid_day ON DELETE CASCADE,
      CONSTRAINT grid_period_is_a_stretch_of_the_day CHECK (0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440)
    );

    CREATE TABLE zone (
      term text NOT NULL REFERENCES term ON DELETE CASCADE,
      id text NOT NULL,
      position integer NOT NULL,
      name text NOT NULL,
      latitude double precision,
      longitude double precision,
      CONSTRAINT zone_pk PRIMARY KEY (term, id)
    );
    CREATE TABLE travel_time (
      term text NOT NULL,
      position integer NOT NULL,
      from_zone text NOT NULL,
      to_zone text NOT NULL,
      minutes integer NOT NULL CHECK (minutes >= 0),
      CONSTRAINT travel_time_pk PRIMARY KEY (term, position),
      CONSTRAINT travel_starts_in_a_zone FOREIGN KEY (term, from_zone) REFERENCES zone ON DELETE CASCADE,
      CONSTRAINT travel_ends_in_a_zone FOREIGN KEY (term, to_zone) REFERENCES zone ON DELETE CASCADE
    );
    CREATE TABLE building (
      term text NOT NULL REFERENCES term ON DELETE CASCADE,
      id text NOT NULL,
      position integer NOT NULL,
      name text NOT NULL,
      zone text,
      CONSTRAINT building_pk PRIMARY KEY (term, id),
      CONSTRAINT building_stands_in_a_zone FOREIGN KEY (term, zone) REFERENCES zone
    );
    CREATE TABLE room (
      term text NOT NULL REFERENCES term ON DELETE CASCADE,
      id text NOT NULL,
      position integer NOT NULL,
      name text NOT NULL,
      type text NOT NULL,
      capacity integer NOT NULL CHECK (capacity >= 0),
      features text[] NOT NULL,
      building text,
      zone text,
      is_virtual boolean NOT NULL,
      daily_booking_limit integer CHECK (daily_booking_limit >= 0),
      CONSTRAINT room_pk PRIMARY KEY (term, id),
      CONSTRAINT room_is_in_a_building FOREIGN KEY (term, building) REFERENCES building,
      CONSTRAINT room_is_in_a_zone FOREIGN KEY (term, zone) REFERENCES zone
    );

    CREATE TABLE department (
      term text NOT NULL REFERENCES term ON DELETE CASCADE,
      id text NOT NULL,
      position integer NOT NULL,
      name text NOT NULL,
      CONSTRAINT department_pk PRIMARY KEY (term, id)
    );
    CREATE TABLE program (
      term text NOT NULL REFERENCES term ON DELETE CASCADE,
      id text NOT NULL,
      position integer NOT NULL,
      name text NOT NULL,
      department text,
      CONSTRAINT program_pk PRIMARY KEY (term, id),
      CONSTRAINT program_has_a_department FOREIGN KEY (term, department) REFERENCES department
    );
    CREATE TABLE teacher (
      term text NOT NULL REFERENCES term ON DELETE CASCADE,
      id text NOT NULL,
      position integer NOT NULL,
      name text NOT NULL,
      department text,
      max_minutes_per_day integer CHECK (max_minutes_per_day >= 0),
      max_minutes_per_week integer CHECK (max_minutes_per_week >= 0),
      CONSTRAINT teacher_pk PRIMARY KEY (term, id),
      CONSTRAINT teacher_has_a_department FOREIGN KEY (term, department) REFERENCES department
    );
    CREATE TABLE class_group (
      term text NOT NULL REFERENCES term ON DELETE CASCADE,
      id text NOT NULL,
      position integer NOT NULL,
      name text NOT NULL,
      size integer NOT NULL CHECK (size >= 0),
      department text,
      program text,
      year integer,
      home_room text,
      CONSTRAINT class_group_pk PRIMARY KEY (term, id),
      CONSTRAINT class_group_has_a_department FOREIGN KEY (term, department) REFERENCES department,
      CONSTRAINT class_group_has_a_program FOREIGN KEY (term, program) REFERENCES program,
      CONSTRAINT class_group_has_a_home_room FOREIGN KEY (term, home_room) REFERENCES room
    );
    CREATE TABLE class_group_part (
      term text NOT NULL,
      class_group text NOT NULL,
      position integer NOT NULL,
      part text NOT NULL,
      CONSTRAINT class_group_part_pk PRIMARY KEY (term, class_group, part),
      CONSTRAINT class_group_has_the_part FOREIGN KEY (term, class_group) REFERENCES class_group ON DELETE CASCADE,
      CONSTRAINT class_group_part_is_a_group FOREIGN KEY (term, part) REFERENCES class_group ON DELETE CASCADE
    );
    CREATE TABLE student (
      term text NOT NULL REFERENCES term ON DELETE CASCADE,
      id text NOT NULL,
      position integer NOT NULL,
      name text NOT NULL,
      class_group text,
      year integer,
      CONSTRAINT student_pk PRIMARY KEY (term, id),
      CONSTRAINT student_is_in_a_class_group FOREIGN KEY (term, class_group) REFERENCES class_group
    );
    CREATE INDEX student_of_class_group ON student (term, class_group);

    -- Grade null: blocked. Weeks null: all of them.
    CREATE TABLE teacher_availability (
      term text NOT NULL, teacher text NOT NULL, position integer NOT NULL,
      day smallint NOT NULL CHECK (day BETWEEN 0 AND 31),
      start_minute smallint NOT NULL, end_minute smallint NOT NULL,
      grade smallint CHECK (grade BETWEEN -3 AND 3),
      weeks text CHECK (weeks ~ '^[01]{0,64}$'),
      CONSTRAINT teacher_availability_pk PRIMARY KEY (term, teacher, position),
      CONSTRAINT availability_of_a_teacher FOREIGN KEY (term, teacher) REFERENCES teacher ON DELETE CASCADE,
      CHECK (0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440)
    );
    CREATE TABLE room_availability (
      term text NOT NULL, room text NOT NULL, position integer NOT NULL,
      day smallint NOT NULL CHECK (day BETWEEN 0 AND 31),
      start_minute smallint NOT NULL, end_minute smallint NOT NULL,
      grade smallint CHECK (grade BETWEEN -3 AND 3),
      weeks text CHECK (weeks ~ '^[01]{0,64}$'),
      CONSTRAINT room_availability_pk PRIMARY KEY (term, room, position),
      CONSTRAINT availability_of_a_room FOREIGN KEY (term, room) REFERENCES room ON DELETE CASCADE,
      CHECK (0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440)
    );
    CREATE TABLE class_group_availability (
      term text NOT NULL, class_group text NOT NULL, position integer NOT NULL,
      day smallint NOT NULL CHECK (day BETWEEN 0 AND 31),
      start_minute smallint NOT NULL, end_minute smallint NOT NULL,
      grade smallint CHECK (grade BETWEEN -3 AND 3),
      weeks text CHECK (weeks ~ '^[01]{0,64}$'),
      CONSTRAINT class_group_availability_pk PRIMARY KEY (term, class_group, position),
      CONSTRAINT availability_of_a_class_group FOREIGN KEY (term, class_group) REFERENCES class_group ON DELETE CASCADE,
      CHECK (0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440)
    );

    CREATE TABLE course (
      term text NOT NULL REFERENCES term ON DELETE CASCADE,
      id text NOT NULL,
      position integer NOT NULL,
      name text NOT NULL,
      subject text NOT NULL,
      department text,
      kind text NOT NULL CHECK (kind IN ('core', 'departmental-elective', 'open-elective')),
      year integer,
      credits double precision,
      CONSTRAINT course_pk PRIMARY KEY (term, id),
      CONSTRAINT course_has_a_department FOREIGN KEY (term, department) REFERENCES department
    );
    CREATE TABLE lesson (
      term text NOT NULL REFERENCES term ON DELETE CASCADE,
      id text NOT NULL,
      position integer NOT NULL,
      name text NOT NULL,
      course text,
      part text NOT NULL CHECK (part IN ('lecture', 'lab', 'tutorial', 'practical', 'other')),
      department text,
      duration integer NOT NULL CHECK (duration >= 1),
      meetings_per_week integer NOT NULL CHECK (meetings_per_week >= 1),
      weeks text CHECK (weeks ~ '^[01]{0,64}$'),
      time_grid text,
      teachers_from_pool integer NOT NULL CHECK (teachers_from_pool >= 0),
      size integer CHECK (size >= 0),
      room_count integer NOT NULL CHECK (room_count >= 0),
      room_types text[] NOT NULL,
      room_features text[] NOT NULL,
      tags text[] NOT NULL,
      CONSTRAINT lesson_pk PRIMARY KEY (term, id),
      CONSTRAINT lesson_belongs_to_a_course FOREIGN KEY (term, course) REFERENCES course,
      CONSTRAINT lesson_has_a_department FOREIGN KEY (term, department) REFERENCES department,
      CONSTRAINT lesson_uses_a_time_grid FOREIGN KEY (term, time_grid) REFERENCES time_grid
    );
    CREATE TABLE lesson_teacher (
      term text NOT NULL, lesson text NOT NULL, position integer NOT NULL, teacher text NOT NULL,
      CONSTRAINT lesson_teacher_pk PRIMARY KEY (term, lesson, teacher),
      CONSTRAINT lesson_has_the_teacher FOREIGN KEY (term, lesson) REFERENCES lesson ON DELETE CASCADE,
      CONSTRAINT lesson_teacher_exists FOREIGN KEY (term, teacher) REFERENCES teacher
    );
    CREATE TABLE lesson_pool (
      term text NOT NULL, lesson text NOT NULL, position integer NOT NULL, teacher text NOT NULL,
      CONSTRAINT lesson_pool_pk PRIMARY KEY (term, lesson, teacher),
      CONSTRAINT lesson_has_the_pool FOREIGN KEY (term, lesson) REFERENCES lesson ON DELETE CASCADE,
      CONSTRAINT lesson_pool_teacher_exists FOREIGN KEY (term, teacher) REFERENCES teacher
    );
    CREATE TABLE lesson_group (
      term text NOT NULL, lesson text NOT NULL, position integer NOT NULL, class_group text NOT NULL,
      CONSTRAINT lesson_group_pk PRIMARY KEY (term, lesson, class_group),
      CONSTRAINT lesson_has_the_group FOREIGN KEY (term, lesson) REFERENCES lesson ON DELETE CASCADE,
      CONSTRAINT lesson_group_exists FOREIGN KEY (term, class_group) REFERENCES class_group
    );
    CREATE TABLE lesson_student (
      term text NOT NULL, lesson text NOT NULL, position integer NOT NULL, student text NOT NULL,
      CONSTRAINT lesson_student_pk PRIMARY KEY (term, lesson, student),
      CONSTRAINT lesson_has_the_student FOREIGN KEY (term, lesson) REFERENCES lesson ON DELETE CASCADE,
      CONSTRAINT lesson_student_exists FOREIGN KEY (term, student) REFERENCES student
    );
    CREATE INDEX lessons_of_student ON lesson_student (term, student);
    -- Rooms a lesson must have one of, or would rather have.
    CREATE TABLE lesson_room (
      term text NOT NULL, lesson text NOT NULL, is_wish boolean NOT NULL, position integer NOT NULL, room text NOT NULL,
      CONSTRAINT lesson_room_pk PRIMARY KEY (term, lesson, is_wish, room),
      CONSTRAINT lesson_names_the_room FOREIGN KEY (term, lesson) REFERENCES lesson ON DELETE CASCADE,
      CONSTRAINT lesson_room_exists FOREIGN KEY (term, room) REFERENCES room
    );
    CREATE TABLE pin (
      term text NOT NULL, lesson text NOT NULL, position integer NOT NULL,
      meeting integer NOT NULL CHECK (meeting >= 0),
      day smallint CHECK (day BETWEEN 0 AND 31),
      start_minute smallint CHECK (start_minute BETWEEN 0 AND 1440),
      rooms text[],
      CONSTRAINT pin_pk PRIMARY KEY (term, lesson, position),
      CONSTRAINT pin_holds_a_lesson FOREIGN KEY (term, lesson) REFERENCES lesson ON DELETE CASCADE
    );
    -- Weight null: hard.
    CREATE TABLE constraint_rule (
      term text NOT NULL REFERENCES term ON DELETE CASCADE,
      id text NOT NULL,
      position integer NOT NULL,
      kind text NOT NULL,
      selector jsonb NOT NULL,
      parameters jsonb NOT NULL,
      times jsonb NOT NULL,
      rooms text[] NOT NULL,
      weight smallint CHECK (weight BETWEEN 1 AND 1000),
      note text NOT NULL,
      CONSTRAINT constraint_rule_pk PRIMARY KEY (term, id)
    );

    -- Generations and timetables --------------------------------------------------------------------------------

    -- What was generated from, byte for byte, as long as anything that came of it is kept.
    CREATE TABLE problem_snapshot (
      hash text CONSTRAINT problem_snapshot_pk PRIMARY KEY
        CONSTRAINT snapshot_is_named_by_its_hash CHECK (hash ~ '^[0-9a-f]{64}$'),
      term text NOT NULL,
      document jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    ALTER TABLE term ADD CONSTRAINT term_was_imported_from_a_snapshot
      FOREIGN KEY (snapshot) REFERENCES problem_snapshot;

    CREATE TABLE generation (
      job uuid CONSTRAINT generation_pk PRIMARY KEY,
      term text NOT NULL,
      snapshot text NOT NULL CONSTRAINT generation_has_its_snapshot REFERENCES problem_snapshot,
      seed numeric(20, 0) NOT NULL,
      facts jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE INDEX generation_of_term ON generation (term, created_at DESC);

    CREATE TABLE timetable (
      id uuid CONSTRAINT timetable_pk PRIMARY KEY,
      term text NOT NULL CONSTRAINT timetable_has_a_term REFERENCES term,
      snapshot text NOT NULL CONSTRAINT timetable_has_its_snapshot REFERENCES problem_snapshot,
      source text NOT NULL CHECK (source IN ('variant', 'selected', 'manual', 'imported')),
      job uuid,
      base uuid CONSTRAINT timetable_copies_another REFERENCES timetable,
      certificate jsonb,
      certified_hash text CHECK (certified_hash ~ '^[0-9a-f]{64}$'),
      is_active boolean NOT NULL DEFAULT false,
      published_at timestamptz,
      version bigint NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      created_by text NOT NULL,
      CONSTRAINT certificate_names_what_it_covers CHECK ((certificate IS NULL) = (certified_hash IS NULL)),
      CONSTRAINT active_timetable_is_certified_and_published CHECK (
        NOT is_active OR certificate IS NOT NULL AND published_at IS NOT NULL)
    );
    CREATE UNIQUE INDEX one_active_timetable_in_a_term ON timetable (term) WHERE is_active;

    -- Names are those of the day it was made. `attending`: class groups that attend as a whole, the lesson's own and
    -- their parts. `partly`: groups of which only a part attends.
    CREATE TABLE timetable_entry (
      timetable uuid NOT NULL CONSTRAINT entry_belongs_to_a_timetable REFERENCES timetable ON DELETE CASCADE,
      number integer NOT NULL,
      lesson text NOT NULL,
      meeting integer NOT NULL CHECK (meeting >= 0),
      weeks text NOT NULL CHECK (weeks ~ '^[01]{0,64}$'),
      day smallint NOT NULL CHECK (day BETWEEN 0 AND 31),
      start_minute smallint NOT NULL,
      end_minute smallint NOT NULL,
      kind text NOT NULL CHECK (kind IN ('regular', 'draft', 'makeup')),
      rooms text[] NOT NULL,
      room_names text[] NOT NULL,
      teachers text[] NOT NULL,
      teacher_names text[] NOT NULL,
      groups text[] NOT NULL,
      group_names text[] NOT NULL,
      attending text[] NOT NULL,
      partly text[] NOT NULL,
      lesson_name text NOT NULL,
      course text,
      course_name text,
      subject text,
      part text NOT NULL,
      department text,
      reasons jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(reasons) = 'array'),
      is_valid boolean NOT NULL GENERATED ALWAYS AS (reasons = '[]'::jsonb) STORED,
      CONSTRAINT timetable_entry_pk PRIMARY KEY (timetable, number),
      CONSTRAINT entry_is_a_stretch_of_the_day CHECK (0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440)
    );
    CREATE TABLE unplaced (
      timetable uuid NOT NULL CONSTRAINT unplaced_belongs_to_a_timetable REFERENCES timetable ON DELETE CASCADE,
      number integer NOT NULL,
      lesson text NOT NULL,
      meeting integer NOT NULL CHECK (meeting >= 0),
      lesson_name text NOT NULL,
      reasons text[] NOT NULL,
      CONSTRAINT unplaced_pk PRIMARY KEY (timetable, number)
    );

    CREATE TABLE variant (
      id uuid CONSTRAINT variant_pk PRIMARY KEY,
      job uuid NOT NULL CONSTRAINT variant_belongs_to_a_generation REFERENCES generation,
      ordinal smallint NOT NULL CHECK (ordinal BETWEEN 1 AND 5),
      name text NOT NULL,
      timetable uuid NOT NULL CONSTRAINT variant_has_its_timetable UNIQUE REFERENCES timetable,
      strategy_id text NOT NULL,
      strategy_version text NOT NULL,
      strategy_digest text NOT NULL,
      weights jsonb NOT NULL,
      cost bigint NOT NULL,
      score_card jsonb NOT NULL,
      placed integer NOT NULL CHECK (placed >= 0),
      unplaced integer NOT NULL CHECK (unplaced >= 0),
      notes jsonb NOT NULL DEFAULT '[]',
      CONSTRAINT variant_ordinal_is_unique UNIQUE (job, ordinal)
    );

    -- Every change is a new version; the newest that is not deleted counts.
    CREATE TABLE variant_preset (
      id uuid NOT NULL,
      version integer NOT NULL CHECK (version >= 1),
      is_current boolean NOT NULL DEFAULT true,
      position integer NOT NULL DEFAULT 0,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
      strategy text NOT NULL,
      options jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(options) = 'object'),
      is_strict boolean NOT NULL DEFAULT false,
      created_by text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      CONSTRAINT variant_preset_pk PRIMARY KEY (id, version)
    );
    CREATE UNIQUE INDEX preset_has_one_current_version ON variant_preset (id) WHERE is_current;
    CREATE UNIQUE INDEX preset_name_is_unique ON variant_preset (name) WHERE is_current;

    -- Approval --------------------------------------------------------------------------------------------------

    CREATE TYPE workflow_state AS ENUM ('draft', 'pending_review', 'approved', 'rejected', 'published', 'archived');

    CREATE TABLE workflow (
      id uuid CONSTRAINT workflow_pk PRIMARY KEY,
      number bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT workflow_number_is_unique UNIQUE,
      term text NOT NULL REFERENCES term,
      timetable uuid NOT NULL CONSTRAINT workflow_has_its_own_timetable UNIQUE REFERENCES timetable,
      variant uuid NOT NULL CONSTRAINT workflow_began_with_a_variant REFERENCES variant,
      state workflow_state NOT NULL DEFAULT 'draft',
      version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
      created_by text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE UNIQUE INDEX variant_is_open_once ON workflow (variant) WHERE state IN ('draft', 'pending_review', 'approved');
    CREATE UNIQUE INDEX one_published_workflow_in_a_term ON workflow (term) WHERE state = 'published';

    CREATE TABLE workflow_event (
      workflow uuid NOT NULL CONSTRAINT event_belongs_to_a_workflow REFERENCES workflow,
      version integer NOT NULL,
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      actor text NOT NULL,
      actor_name text NOT NULL,
      action text NOT NULL,
      from_state workflow_state,
      to_state workflow_state NOT NULL,
      comment text,
      CONSTRAINT workflow_event_pk PRIMARY KEY (workflow, version)
    );

    -- Accounts --------------------------------------------------------------------------------------------------

    CREATE TABLE account (
      id uuid CONSTRAINT account_pk PRIMARY KEY,
      email text NOT NULL CONSTRAINT account_email_is_unique UNIQUE
        CONSTRAINT account_email_is_lower_case CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
      display_name text NOT NULL,
      password_hash text,
      roles text[] NOT NULL CONSTRAINT account_roles_are_known CHECK (
        roles <@ ARRAY['tenant-admin', 'scheduler', 'approver', 'teacher', 'student', 'service']),
      departments text[] NOT NULL DEFAULT '{}',
      teacher text,
      class_group text,
      student text,
      is_enabled boolean NOT NULL DEFAULT true,
      token_version bigint NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE TABLE revoked_token (
      jti text CONSTRAINT revoked_token_pk PRIMARY KEY CHECK (length(jti) BETWEEN 1 AND 200),
      expires_at timestamptz NOT NULL
    );

    -- The tenant's role may do everything here but rewrite history.
    DO $$
    DECLARE
      here text := current_schema();
      who text := 'r_' || current_schema();
    BEGIN
      EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', here, who);
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', here, who);
      EXECUTE format('REVOKE UPDATE, DELETE ON workflow_event, problem_snapshot, generation FROM %I', who);
    END $$;
    """#)
