/// Checkpoints: what a running job has found so far, so that a lost worker does not cost the whole of it, and so that a
/// cancel may keep the best so far.
///
/// They belong to the queue's transactions (fenced by the job's row, gone with the job's end) and are no results:
/// nobody selects or publishes one before it has become a variant of the tenant's schema.
let controlMigration0005 = Migration(
  version: 5, name: "checkpoints and what a cancel keeps",
  script: #"""
    CREATE TABLE horarium.checkpoint (
      job uuid NOT NULL CONSTRAINT checkpoint_goes_with_its_job REFERENCES horarium.job ON DELETE CASCADE,
      number integer NOT NULL CONSTRAINT checkpoint_is_of_a_variant CHECK (number BETWEEN 1 AND 5),
      tenant text NOT NULL REFERENCES horarium.tenant ON DELETE CASCADE,
      -- Of the claim that found it.
      fence bigint NOT NULL,
      fraction double precision NOT NULL CHECK (fraction BETWEEN 0 AND 1),
      -- Searched so far, earlier attempts included.
      seconds double precision NOT NULL CHECK (seconds >= 0),
      body bytea NOT NULL CONSTRAINT checkpoint_is_bounded CHECK (octet_length(body) <= 67108864),
      stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      CONSTRAINT checkpoint_pk PRIMARY KEY (job, number)
    ) WITH (fillfactor = 50, toast.autovacuum_vacuum_scale_factor = 0.05);

    ALTER TABLE horarium.checkpoint ENABLE ROW LEVEL SECURITY;
    ALTER TABLE horarium.checkpoint FORCE ROW LEVEL SECURITY;
    CREATE POLICY control_sees_all ON horarium.checkpoint TO horarium_control USING (true) WITH CHECK (true);
    CREATE POLICY tenant_sees_own ON horarium.checkpoint FOR SELECT TO horarium_tenant
      USING (tenant = horarium.current_tenant());
    GRANT SELECT, INSERT, UPDATE, DELETE ON horarium.checkpoint TO horarium_control;
    GRANT SELECT ON horarium.checkpoint TO horarium_tenant;

    -- Whoever ends a job, in whatever way, ends its checkpoints with it.
    CREATE FUNCTION horarium.forget_checkpoints() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = pg_catalog AS $$
    BEGIN
      DELETE FROM horarium.checkpoint WHERE job = NEW.id;
      RETURN NULL;
    END $$;
    REVOKE ALL ON FUNCTION horarium.forget_checkpoints() FROM PUBLIC;
    CREATE TRIGGER job_forgets_its_checkpoints AFTER UPDATE OF state ON horarium.job
      FOR EACH ROW WHEN (NEW.state NOT IN ('queued', 'running')) EXECUTE FUNCTION horarium.forget_checkpoints();

    -- A cancel may ask for the best so far. Where that is still in a checkpoint, with no worker at hand, the job waits
    -- once more for one that makes variants of it.
    ALTER TABLE horarium.job ADD COLUMN keeps_best boolean NOT NULL DEFAULT false,
      ADD CONSTRAINT job_keeps_its_best_at_a_cancel CHECK (NOT keeps_best OR cancel_requested_at IS NOT NULL);
    SELECT horarium.follow_job_columns();
    GRANT UPDATE (keeps_best, run_after) ON horarium.job TO horarium_tenant;
    DROP POLICY tenant_cancels_own ON horarium.job;
    CREATE POLICY tenant_cancels_own ON horarium.job FOR UPDATE TO horarium_tenant
      USING (tenant = horarium.current_tenant() AND state IN ('queued', 'running'))
      WITH CHECK (tenant = horarium.current_tenant() AND cancel_requested_at IS NOT NULL
        AND (state IN ('cancelled', 'running') OR state = 'queued' AND keeps_best));
    """#)
