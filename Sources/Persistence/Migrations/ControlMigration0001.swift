/// The control schema: tenants, their quotas and slots, the job queue, the outbox and the audit chain.
///
/// Every table with a tenant column is under FORCED row-level security: a tenant's role sees its own rows, which
/// `current_tenant()` derives from the role's name and from nothing that could be set; `horarium_control` sees all.
let controlMigration0001 = Migration(
  version: 1, name: "tenants, queue, outbox, audit",
  script: #"""
    CREATE SCHEMA IF NOT EXISTS horarium;
    REVOKE ALL ON SCHEMA horarium FROM PUBLIC;
    GRANT USAGE ON SCHEMA horarium TO horarium_control, horarium_tenant;

    -- r_t_abc… is the role of tenant t_abc…; CHECK tenant_id_is_a_schema_name keeps it so.
    CREATE FUNCTION horarium.current_tenant() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
      AS $$ SELECT substr(current_user::text, 3) $$;
    REVOKE ALL ON FUNCTION horarium.current_tenant() FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION horarium.current_tenant() TO horarium_control, horarium_tenant;

    -- Tenants ---------------------------------------------------------------------------------------------------

    CREATE TYPE horarium.tenant_state AS ENUM ('provisioning', 'active', 'suspended', 'deleting');

    CREATE TABLE horarium.tenant (
      id text CONSTRAINT tenant_pk PRIMARY KEY
        CONSTRAINT tenant_id_is_a_schema_name CHECK (id ~ '^t_[a-z0-9]{10,40}$'),
      slug text NOT NULL CONSTRAINT tenant_slug_is_unique UNIQUE
        CONSTRAINT tenant_slug_is_a_slug CHECK (slug ~ '^[a-z][a-z0-9-]{1,38}[a-z0-9]$'),
      name text NOT NULL CONSTRAINT tenant_has_a_name CHECK (length(name) BETWEEN 1 AND 200),
      state horarium.tenant_state NOT NULL DEFAULT 'provisioning',
      plan text NOT NULL,
      token_version bigint NOT NULL DEFAULT 0,
      schema_version integer NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );

    CREATE TABLE horarium.tenant_migration (
      tenant text NOT NULL REFERENCES horarium.tenant ON DELETE CASCADE,
      version integer NOT NULL,
      name text NOT NULL,
      digest text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (tenant, version)
    );

    CREATE TABLE horarium.tenant_quota (
      tenant text PRIMARY KEY REFERENCES horarium.tenant ON DELETE CASCADE,
      running_jobs integer NOT NULL CHECK (running_jobs BETWEEN 1 AND 1000),
      queued_jobs integer NOT NULL CHECK (queued_jobs BETWEEN 0 AND 100000),
      lessons_per_job integer NOT NULL CHECK (lessons_per_job >= 1),
      variants_per_job integer NOT NULL CHECK (variants_per_job BETWEEN 1 AND 5),
      solver_seconds_per_job integer NOT NULL CHECK (solver_seconds_per_job >= 1),
      solver_seconds_per_month integer NOT NULL CHECK (solver_seconds_per_month >= 1),
      requests_per_second integer NOT NULL CHECK (requests_per_second >= 1),
      users integer NOT NULL CHECK (users >= 1),
      storage_megabytes integer NOT NULL CHECK (storage_megabytes >= 1)
    );

    -- Share of the workers: the tenant with the least virtual time is served next. Virtual time is worker-seconds
    -- by weight, so that a tenant with long jobs waits as long as one with many.
    CREATE TABLE horarium.fair_share (
      tenant text PRIMARY KEY REFERENCES horarium.tenant ON DELETE CASCADE,
      weight integer NOT NULL DEFAULT 1 CHECK (weight >= 1),
      virtual_time double precision NOT NULL DEFAULT 0
    ) WITH (fillfactor = 50);

    CREATE TABLE horarium.tenant_usage (
      tenant text NOT NULL REFERENCES horarium.tenant ON DELETE CASCADE,
      month date NOT NULL CONSTRAINT usage_month_is_a_first CHECK (extract(day FROM month) = 1),
      worker_seconds double precision NOT NULL CHECK (worker_seconds >= 0),
      PRIMARY KEY (tenant, month)
    ) WITH (fillfactor = 50);

    -- Queue -----------------------------------------------------------------------------------------------------

    -- queued ─claim─► running ─complete─► completed
    --   ▲  └─cancel─► cancelled ◄─stopped─┤ ├─permanent error─► failed
    --   └────────retry, release, rescue───┘ └─attempts or crashes used up─► dead
    CREATE TYPE horarium.job_state AS ENUM ('queued', 'running', 'completed', 'failed', 'cancelled', 'dead');

    -- Every claim takes the next number. A write that carries an older one than the job's changes nothing.
    CREATE SEQUENCE horarium.fence AS bigint CACHE 1;

    CREATE TABLE horarium.job (
      id uuid CONSTRAINT job_pk PRIMARY KEY,
      number bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT job_number_is_unique UNIQUE,
      tenant text NOT NULL DEFAULT horarium.current_tenant() REFERENCES horarium.tenant,
      kind text NOT NULL CHECK (kind ~ '^[a-z-]{1,40}$'),
      payload jsonb NOT NULL,
      state horarium.job_state NOT NULL DEFAULT 'queued',
      dedupe_key text CHECK (length(dedupe_key) <= 200),
      created_by text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      run_after timestamptz NOT NULL DEFAULT clock_timestamp(),
      max_attempts integer NOT NULL DEFAULT 5 CHECK (max_attempts BETWEEN 1 AND 100),
      attempt integer NOT NULL DEFAULT 0,
      crash_count integer NOT NULL DEFAULT 0,
      fence bigint,
      worker text,
      lease_until timestamptz,
      charged_until timestamptz,
      started_at timestamptz,
      claimed_at timestamptz,
      finished_at timestamptz,
      cancel_requested_at timestamptz,
      cancelled_by text,
      phase text,
      percent double precision NOT NULL DEFAULT 0 CHECK (percent BETWEEN 0 AND 100),
      message text,
      progress_at timestamptz,
      outcome jsonb,
      error_class text CHECK (error_class IN ('permanent', 'transient', 'crash')),
      error_code text,
      error_message text,
      CONSTRAINT job_attempts_stay_within_their_limit CHECK (attempt BETWEEN 0 AND max_attempts),
      CONSTRAINT job_runs_under_a_lease CHECK (
        (state = 'running') = (lease_until IS NOT NULL) AND (state <> 'running' OR fence IS NOT NULL AND worker IS NOT NULL)),
      CONSTRAINT job_ends_once CHECK ((state IN ('queued', 'running')) = (finished_at IS NULL)),
      CONSTRAINT job_is_whole_when_completed CHECK ((state = 'completed') = (percent = 100)),
      CONSTRAINT job_cancelled_was_asked_to CHECK (state <> 'cancelled' OR cancel_requested_at IS NOT NULL)
    ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

    CREATE INDEX job_waiting ON horarium.job (tenant, number) WHERE state = 'queued';
    CREATE INDEX job_leased ON horarium.job (lease_until) WHERE state = 'running';
    CREATE INDEX job_of_tenant ON horarium.job (tenant, number DESC);
    CREATE UNIQUE INDEX job_wanted_once ON horarium.job (tenant, kind, dedupe_key)
      WHERE state IN ('queued', 'running') AND dedupe_key IS NOT NULL;

    -- The permission to run. A tenant has as many enabled rows as jobs it may run at once; running without holding one
    -- is impossible, so there is no counter that could drift.
    CREATE TABLE horarium.slot (
      tenant text NOT NULL REFERENCES horarium.tenant ON DELETE CASCADE,
      number integer NOT NULL CHECK (number >= 1),
      is_enabled boolean NOT NULL DEFAULT true,
      job uuid CONSTRAINT slot_holds_a_job_once UNIQUE REFERENCES horarium.job,
      fence bigint,
      CONSTRAINT slot_pk PRIMARY KEY (tenant, number),
      CONSTRAINT slot_is_held_under_a_fence CHECK ((job IS NULL) = (fence IS NULL))
    ) WITH (fillfactor = 50);

    -- History of claims: who held which slot for which job, from when to when.
    CREATE TABLE horarium.attempt (
      fence bigint CONSTRAINT attempt_pk PRIMARY KEY,
      job uuid NOT NULL REFERENCES horarium.job ON DELETE CASCADE,
      tenant text NOT NULL REFERENCES horarium.tenant ON DELETE CASCADE,
      slot integer NOT NULL,
      number integer NOT NULL,
      worker text NOT NULL,
      claimed_at timestamptz NOT NULL,
      ended_at timestamptz,
      ended_as text CHECK (ended_as IN ('completed', 'failed', 'retried', 'dead', 'cancelled', 'released', 'lost')),
      CHECK ((ended_at IS NULL) = (ended_as IS NULL))
    );
    CREATE INDEX attempt_of_job ON horarium.attempt (job, fence);

    CREATE TABLE horarium.worker (
      id text CONSTRAINT worker_pk PRIMARY KEY,
      host text NOT NULL,
      process_id bigint NOT NULL,
      version text NOT NULL,
      capacity integer NOT NULL CHECK (capacity >= 1),
      state text NOT NULL CHECK (state IN ('active', 'draining', 'gone')),
      started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
    ) WITH (fillfactor = 50);

    -- Charges a running job's tenant for the time since the last charge.
    CREATE FUNCTION horarium.charge(charged uuid) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
    DECLARE
      owner text; seconds double precision; now_ timestamptz := clock_timestamp();
    BEGIN
      SELECT tenant, greatest(0, extract(epoch FROM now_ - charged_until)) INTO owner, seconds
        FROM horarium.job WHERE id = charged;
      UPDATE horarium.job SET charged_until = greatest(charged_until, now_) WHERE id = charged;
      UPDATE horarium.fair_share SET virtual_time = virtual_time + seconds / weight WHERE tenant = owner;
      INSERT INTO horarium.tenant_usage AS u (tenant, month, worker_seconds)
        VALUES (owner, date_trunc('month', now_ AT TIME ZONE 'UTC')::date, seconds)
        ON CONFLICT (tenant, month) DO UPDATE SET worker_seconds = u.worker_seconds + excluded.worker_seconds;
    END $$;

    -- Ends a claim: charge, history, slot free, a sign to whoever listens. The caller holds the job's row lock
    -- and has checked the fence; a slot that is not held for it means that the queue's own order is broken.
    CREATE FUNCTION horarium.end_attempt(ended uuid, under bigint, ending text) RETURNS void
      LANGUAGE plpgsql SET search_path = pg_catalog AS $$
    BEGIN
      PERFORM horarium.charge(ended);
      UPDATE horarium.attempt SET ended_at = clock_timestamp(), ended_as = ending WHERE fence = under AND ended_at IS NULL;
      UPDATE horarium.slot SET job = NULL, fence = NULL WHERE job = ended AND fence = under;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'job % runs under fence % without a slot', ended, under;
      END IF;
      PERFORM pg_notify('horarium_job_queued', '');
    END $$;

    -- Every change of state is told to whoever listens: a hint, never the truth.
    CREATE FUNCTION horarium.tell_state() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
    BEGIN
      IF TG_OP = 'INSERT' OR NEW.state <> OLD.state THEN
        PERFORM pg_notify('horarium_job_changed', NEW.tenant || ' ' || NEW.id || ' ' || NEW.state);
        IF NEW.state = 'queued' THEN PERFORM pg_notify('horarium_job_queued', ''); END IF;
      END IF;
      IF TG_OP = 'UPDATE' AND NEW.state = 'running' AND NEW.cancel_requested_at IS NOT NULL
         AND OLD.cancel_requested_at IS NULL THEN
        PERFORM pg_notify('horarium_job_cancel', NEW.id::text);
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER job_tells_its_state AFTER INSERT OR UPDATE OF state, cancel_requested_at ON horarium.job
      FOR EACH ROW EXECUTE FUNCTION horarium.tell_state();

    -- Outbox, idempotency, operators ----------------------------------------------------------------------------

    CREATE TABLE horarium.outbox (
      id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT outbox_pk PRIMARY KEY,
      tenant text NOT NULL DEFAULT horarium.current_tenant() REFERENCES horarium.tenant ON DELETE CASCADE,
      topic text NOT NULL,
      payload jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      attempts integer NOT NULL DEFAULT 0,
      last_error text,
      delivered_at timestamptz
    );
    CREATE INDEX outbox_waiting ON horarium.outbox (due_at, id) WHERE delivered_at IS NULL;

    CREATE TABLE horarium.idempotency (
      tenant text NOT NULL DEFAULT horarium.current_tenant() REFERENCES horarium.tenant ON DELETE CASCADE,
      key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
      operation text NOT NULL,
      request_hash bytea NOT NULL,
      status integer,
      body jsonb,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      CONSTRAINT idempotency_pk PRIMARY KEY (tenant, key)
    );
    CREATE INDEX idempotency_by_age ON horarium.idempotency (created_at);

    CREATE TABLE horarium.operator (
      id uuid CONSTRAINT operator_pk PRIMARY KEY,
      email text NOT NULL CONSTRAINT operator_email_is_lower_case CHECK (email = lower(email)),
      display_name text NOT NULL,
      password_hash text NOT NULL,
      token_version bigint NOT NULL DEFAULT 0,
      CONSTRAINT operator_email_is_unique UNIQUE (email)
    );

    -- Audit: one hash chain for each tenant ---------------------------------------------------------------------

    CREATE TABLE horarium.audit_head (
      tenant text CONSTRAINT audit_head_pk PRIMARY KEY,
      number bigint NOT NULL,
      hash bytea NOT NULL
    ) WITH (fillfactor = 50);

    -- Outlives the tenant, so no foreign key.
    CREATE TABLE horarium.audit (
      tenant text NOT NULL DEFAULT horarium.current_tenant(),
      number bigint NOT NULL,
      at timestamptz NOT NULL,
      actor text NOT NULL,
      action text NOT NULL,
      subject text NOT NULL,
      detail jsonb NOT NULL,
      hash bytea NOT NULL,
      CONSTRAINT audit_pk PRIMARY KEY (tenant, number)
    );

    CREATE FUNCTION horarium.audit_hash(
      previous bytea, tenant text, number bigint, at timestamptz, actor text, action text, subject text, detail jsonb
    ) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
      SELECT sha256(previous || convert_to(
        jsonb_build_array(tenant, number, extract(epoch FROM at), actor, action, subject, detail)::text, 'UTF8'))
    $$;

    -- The chain is forged here and not by the caller: number, time and hash that came with the row are not looked at.
    CREATE FUNCTION horarium.link_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = pg_catalog AS $$
    DECLARE
      head horarium.audit_head;
    BEGIN
      INSERT INTO horarium.audit_head (tenant, number, hash) VALUES (NEW.tenant, 0, sha256(convert_to(NEW.tenant, 'UTF8')))
        ON CONFLICT (tenant) DO NOTHING;
      SELECT * INTO head FROM horarium.audit_head h WHERE h.tenant = NEW.tenant FOR UPDATE;
      NEW.number := head.number + 1;
      NEW.at := clock_timestamp();
      NEW.hash := horarium.audit_hash(
        head.hash, NEW.tenant, NEW.number, NEW.at, NEW.actor, NEW.action, NEW.subject, NEW.detail);
      UPDATE horarium.audit_head h SET number = NEW.number, hash = NEW.hash WHERE h.tenant = NEW.tenant;
      RETURN NEW;
    END $$;
    CREATE TRIGGER audit_is_linked BEFORE INSERT ON horarium.audit
      FOR EACH ROW EXECUTE FUNCTION horarium.link_audit();

    -- Walls -----------------------------------------------------------------------------------------------------

    DO $$
    DECLARE shared text;
    BEGIN
      FOREACH shared IN ARRAY ARRAY['tenant_quota', 'fair_share', 'tenant_usage', 'job', 'slot', 'attempt', 'outbox',
        'idempotency', 'audit', 'audit_head'] LOOP
        EXECUTE format('ALTER TABLE horarium.%I ENABLE ROW LEVEL SECURITY', shared);
        EXECUTE format('ALTER TABLE horarium.%I FORCE ROW LEVEL SECURITY', shared);
        EXECUTE format('CREATE POLICY control_sees_all ON horarium.%I TO horarium_control USING (true) WITH CHECK (true)', shared);
        EXECUTE format('CREATE POLICY tenant_sees_own ON horarium.%I FOR SELECT TO horarium_tenant '
          'USING (tenant = horarium.current_tenant())', shared);
      END LOOP;
      FOREACH shared IN ARRAY ARRAY['job', 'outbox', 'idempotency', 'audit'] LOOP
        EXECUTE format('CREATE POLICY tenant_adds_own ON horarium.%I FOR INSERT TO horarium_tenant '
          'WITH CHECK (tenant = horarium.current_tenant())', shared);
      END LOOP;
    END $$;

    ALTER TABLE horarium.tenant ENABLE ROW LEVEL SECURITY;
    ALTER TABLE horarium.tenant FORCE ROW LEVEL SECURITY;
    CREATE POLICY control_sees_all ON horarium.tenant TO horarium_control USING (true) WITH CHECK (true);
    CREATE POLICY tenant_sees_own ON horarium.tenant FOR SELECT TO horarium_tenant
      USING (id = horarium.current_tenant());

    -- A tenant may ask for a cancel, and withdraw what has not begun: no other change of state is its own to make.
    CREATE POLICY tenant_cancels_own ON horarium.job FOR UPDATE TO horarium_tenant
      USING (tenant = horarium.current_tenant() AND state IN ('queued', 'running'))
      WITH CHECK (tenant = horarium.current_tenant() AND cancel_requested_at IS NOT NULL
        AND state IN ('cancelled', 'running'));
    CREATE POLICY tenant_answers_own ON horarium.idempotency FOR UPDATE TO horarium_tenant
      USING (tenant = horarium.current_tenant()) WITH CHECK (tenant = horarium.current_tenant());

    GRANT SELECT ON horarium.tenant, horarium.tenant_quota, horarium.tenant_usage, horarium.job, horarium.slot,
      horarium.attempt, horarium.audit, horarium.idempotency TO horarium_tenant;
    GRANT INSERT (id, kind, payload, dedupe_key, created_by, max_attempts) ON horarium.job TO horarium_tenant;
    GRANT UPDATE (state, cancel_requested_at, cancelled_by, finished_at) ON horarium.job TO horarium_tenant;
    GRANT INSERT (topic, payload) ON horarium.outbox TO horarium_tenant;
    GRANT INSERT (actor, action, subject, detail) ON horarium.audit TO horarium_tenant;
    GRANT INSERT (key, operation, request_hash, status, body) ON horarium.idempotency TO horarium_tenant;
    GRANT UPDATE (status, body) ON horarium.idempotency TO horarium_tenant;

    GRANT SELECT ON ALL TABLES IN SCHEMA horarium TO horarium_control;
    GRANT INSERT, UPDATE ON horarium.attempt, horarium.outbox, horarium.worker, horarium.operator, horarium.tenant_usage
      TO horarium_control;
    GRANT INSERT ON horarium.job, horarium.audit TO horarium_control;
    GRANT UPDATE ON horarium.job, horarium.slot, horarium.fair_share TO horarium_control;
    GRANT UPDATE (token_version) ON horarium.tenant TO horarium_control;
    GRANT DELETE ON horarium.idempotency, horarium.outbox, horarium.worker TO horarium_control;
    GRANT USAGE ON SEQUENCE horarium.fence TO horarium_control;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA horarium FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION horarium.current_tenant() TO horarium_control, horarium_tenant;
    GRANT EXECUTE ON FUNCTION horarium.charge(uuid), horarium.end_attempt(uuid, bigint, text),
      horarium.audit_hash(bytea, text, bigint, timestamptz, text, text, text, jsonb) TO horarium_control;
    """#)
