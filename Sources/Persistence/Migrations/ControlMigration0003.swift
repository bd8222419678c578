/// Finished jobs leave the queue's table, and a tenant's numbers tell of nobody else.
///
/// Under row-level security the planner may not look at the statistics of a column unless the operator is leakproof,
/// and an enum's equality is not: `state = 'queued'` counted as one row in six, so that with a long history and few
/// tenants every claim read all of it. What is over lies in `finished_job` now; whatever the planner thinks, a claim
/// cannot read it. `every_job` is the two together, for whoever asks about a job.
let controlMigration0003 = Migration(
  version: 3, name: "finished jobs apart, numbers and fences of a tenant's own",
  script: #"""
    -- Numbers ---------------------------------------------------------------------------------------------------

    -- Jobs and fences were numbered across the platform: two numbers, a day apart, told what the others had done.
    CREATE TABLE horarium.job_counter (
      tenant text CONSTRAINT job_counter_pk PRIMARY KEY REFERENCES horarium.tenant ON DELETE CASCADE,
      last bigint NOT NULL CHECK (last >= 1)
    ) WITH (fillfactor = 50);
    ALTER TABLE horarium.job_counter ENABLE ROW LEVEL SECURITY;
    ALTER TABLE horarium.job_counter FORCE ROW LEVEL SECURITY;
    CREATE POLICY control_sees_all ON horarium.job_counter TO horarium_control USING (true) WITH CHECK (true);

    ALTER TABLE horarium.job
      ALTER COLUMN number DROP IDENTITY,
      DROP CONSTRAINT job_number_is_unique,
      -- What the job may take of a worker, as it was ordered: what those behind it have to wait for.
      ADD COLUMN ordered_seconds double precision NOT NULL DEFAULT 0 CONSTRAINT job_orders_time CHECK (ordered_seconds >= 0),
      -- What whoever ordered it calls it. Not unique: the newest is meant.
      ADD COLUMN caller_name text CONSTRAINT job_caller_name_has_a_length CHECK (length(caller_name) BETWEEN 1 AND 200);
    UPDATE horarium.job j SET number = n.number, ordered_seconds = coalesce((j.payload ->> 'seconds')::float8, 0)
      FROM (SELECT id, row_number() OVER (PARTITION BY tenant ORDER BY number) AS number FROM horarium.job) n
      WHERE n.id = j.id;
    INSERT INTO horarium.job_counter (tenant, last) SELECT tenant, max(number) FROM horarium.job GROUP BY tenant;
    DROP INDEX horarium.job_of_tenant;
    ALTER TABLE horarium.job ADD CONSTRAINT job_number_is_unique_in_its_tenant UNIQUE (tenant, number);
    CREATE INDEX job_by_caller_name ON horarium.job (tenant, caller_name, number) WHERE caller_name IS NOT NULL;

    CREATE FUNCTION horarium.number_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = pg_catalog AS $$
    BEGIN
      INSERT INTO horarium.job_counter AS c (tenant, last) VALUES (NEW.tenant, 1)
        ON CONFLICT (tenant) DO UPDATE SET last = c.last + 1 RETURNING c.last INTO NEW.number;
      RETURN NEW;
    END $$;
    CREATE TRIGGER job_is_numbered BEFORE INSERT ON horarium.job FOR EACH ROW EXECUTE FUNCTION horarium.number_job();

    ALTER TABLE horarium.fair_share ADD COLUMN last_fence bigint NOT NULL DEFAULT 0;
    UPDATE horarium.fair_share SET last_fence = (SELECT last_value FROM horarium.fence);
    DROP SEQUENCE horarium.fence;

    -- The history outlives its job's row in the queue.
    ALTER TABLE horarium.attempt DROP CONSTRAINT attempt_job_fkey, DROP CONSTRAINT attempt_pk,
      ADD CONSTRAINT attempt_pk PRIMARY KEY (tenant, fence);

    CREATE OR REPLACE FUNCTION horarium.end_attempt(ended uuid, under bigint, ending text) RETURNS void
      LANGUAGE plpgsql SET search_path = pg_catalog AS $$
    BEGIN
      UPDATE horarium.slot SET job = NULL, fence = NULL WHERE job = ended AND fence = under;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'job % runs under fence % without a slot', ended, under;
      END IF;
      UPDATE horarium.attempt SET ended_at = clock_timestamp(), ended_as = ending
        WHERE job = ended AND fence = under AND ended_at IS NULL;
      PERFORM horarium.charge(ended);
      PERFORM pg_notify('horarium_job_queued', '');
    END $$;

    -- History ---------------------------------------------------------------------------------------------------

    -- A text's equality is leakproof: an index on the state serves a tenant too.
    CREATE TABLE horarium.finished_job (LIKE horarium.job);
    ALTER TABLE horarium.finished_job
      ALTER COLUMN state TYPE text,
      ADD CONSTRAINT finished_job_pk PRIMARY KEY (id),
      ADD CONSTRAINT finished_job_number_is_unique_in_its_tenant UNIQUE (tenant, number),
      ADD CONSTRAINT finished_job_has_a_tenant FOREIGN KEY (tenant) REFERENCES horarium.tenant ON DELETE CASCADE,
      ADD CONSTRAINT finished_job_is_over CHECK (
        state IN ('completed', 'failed', 'cancelled', 'dead') AND finished_at IS NOT NULL),
      ADD CONSTRAINT finished_job_is_whole_when_completed CHECK ((state = 'completed') = (percent = 100)),
      ADD CONSTRAINT finished_job_cancelled_was_asked_to CHECK (state <> 'cancelled' OR cancel_requested_at IS NOT NULL);
    CREATE INDEX finished_job_by_state ON horarium.finished_job (tenant, state, number);
    CREATE INDEX finished_job_by_age ON horarium.finished_job (tenant, finished_at);
    CREATE INDEX finished_job_by_caller_name ON horarium.finished_job (tenant, caller_name, number)
      WHERE caller_name IS NOT NULL;
    ALTER TABLE horarium.finished_job ENABLE ROW LEVEL SECURITY;
    ALTER TABLE horarium.finished_job FORCE ROW LEVEL SECURITY;
    CREATE POLICY control_sees_all ON horarium.finished_job TO horarium_control USING (true) WITH CHECK (true);
    CREATE POLICY tenant_sees_own ON horarium.finished_job FOR SELECT TO horarium_tenant
      USING (tenant = horarium.current_tenant());
    INSERT INTO horarium.finished_job SELECT * FROM horarium.job WHERE finished_at IS NOT NULL;
    DELETE FROM horarium.job WHERE finished_at IS NOT NULL;

    -- Gives `finished_job` and `every_job` the columns that `job` has. To be called by every later migration that
    -- adds one to it.
    CREATE FUNCTION horarium.follow_job_columns() RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      missing record; columns text;
    BEGIN
      FOR missing IN
        SELECT attname, format_type(atttypid, atttypmod)
            || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END AS type
        FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE attrelid = 'horarium.job'::regclass AND attnum > 0 AND NOT attisdropped AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_attribute b WHERE b.attrelid = 'horarium.finished_job'::regclass
            AND b.attname = a.attname AND NOT b.attisdropped)
      LOOP
        EXECUTE format('ALTER TABLE horarium.finished_job ADD COLUMN %I ' || missing.type, missing.attname);
      END LOOP;
      SELECT string_agg(quote_ident(attname) || CASE attname WHEN 'state' THEN '::text AS state' ELSE '' END, ', '
          ORDER BY attnum) INTO columns
        FROM pg_catalog.pg_attribute WHERE attrelid = 'horarium.job'::regclass AND attnum > 0 AND NOT attisdropped;
      DROP VIEW IF EXISTS horarium.every_job;
      -- With the eyes of whoever asks: both tables have their policies.
      EXECUTE format('CREATE VIEW horarium.every_job WITH (security_invoker = true) AS '
        'SELECT %s FROM horarium.job UNION ALL SELECT %s FROM horarium.finished_job', columns, columns);
      GRANT SELECT ON horarium.every_job TO horarium_control, horarium_tenant;
    END $$;
    REVOKE ALL ON FUNCTION horarium.follow_job_columns() FROM PUBLIC;
    SELECT horarium.follow_job_columns();

    -- In the transaction that ends the job. By name and not by place, whatever columns were added since.
    CREATE FUNCTION horarium.retire_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = pg_catalog AS $$
    BEGIN
      INSERT INTO horarium.finished_job
        SELECT * FROM jsonb_populate_record(NULL::horarium.finished_job, to_jsonb(NEW));
      DELETE FROM horarium.job WHERE id = NEW.id;
      RETURN NULL;
    END $$;
    CREATE TRIGGER job_leaves_when_it_ends AFTER INSERT OR UPDATE OF state, finished_at ON horarium.job
      FOR EACH ROW WHEN (NEW.finished_at IS NOT NULL) EXECUTE FUNCTION horarium.retire_job();

    -- Idempotency -----------------------------------------------------------------------------------------------

    -- A key belongs to the account that chose it. While its request is at work it is held, and has no answer yet.
    ALTER TABLE horarium.idempotency
      ADD COLUMN account text NOT NULL DEFAULT '',
      ADD COLUMN holder uuid,
      ADD COLUMN held_until timestamptz,
      DROP CONSTRAINT idempotency_pk,
      ADD CONSTRAINT idempotency_pk PRIMARY KEY (tenant, account, key);
    UPDATE horarium.idempotency i SET account = j.created_by FROM horarium.every_job j
      WHERE j.id = (i.body ->> 'job')::uuid AND j.tenant = i.tenant;
    DELETE FROM horarium.idempotency WHERE status IS NULL;
    ALTER TABLE horarium.idempotency ALTER COLUMN account DROP DEFAULT,
      ADD CONSTRAINT idempotency_key_is_held_or_answered CHECK (
        (status IS NULL) = (holder IS NOT NULL) AND (holder IS NULL) = (held_until IS NULL)
        AND (status IS NULL) = (body IS NULL));
    DROP INDEX horarium.idempotency_by_age;
    CREATE INDEX idempotency_by_age ON horarium.idempotency (tenant, created_at);
    CREATE POLICY tenant_lets_go_of_own ON horarium.idempotency FOR DELETE TO horarium_tenant
      USING (tenant = horarium.current_tenant() AND status IS NULL);
    GRANT INSERT (account, holder, held_until), DELETE ON horarium.idempotency TO horarium_tenant;
    GRANT UPDATE (operation, request_hash, holder, held_until, created_at) ON horarium.idempotency TO horarium_tenant;

    -- Retention -------------------------------------------------------------------------------------------------

    -- Work that one of all workers does from time to time, and when it began last.
    CREATE TABLE horarium.chore (
      name text CONSTRAINT chore_pk PRIMARY KEY,
      began_at timestamptz NOT NULL,
      worker text NOT NULL
    );
    CREATE INDEX outbox_by_age ON horarium.outbox (tenant, created_at);

    -- Walls -----------------------------------------------------------------------------------------------------

    GRANT SELECT ON horarium.job_counter, horarium.finished_job, horarium.chore TO horarium_control;
    GRANT SELECT ON horarium.finished_job TO horarium_tenant;
    GRANT INSERT (ordered_seconds, caller_name) ON horarium.job TO horarium_tenant;
    GRANT INSERT, UPDATE ON horarium.chore TO horarium_control;
    GRANT DELETE ON horarium.finished_job, horarium.attempt TO horarium_control;
    REVOKE ALL ON FUNCTION horarium.number_job(), horarium.retire_job() FROM PUBLIC;
    """#)
