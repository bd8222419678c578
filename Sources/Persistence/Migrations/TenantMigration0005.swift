/// What the pruner may do in a tenant's schema, and no more: the tenant's role itself may not delete what was
/// generated, and `horarium_control` sees nothing here. Each function looks itself at what must stay.
let tenantMigration0005 = Migration(
  version: 5, name: "pruning",
  script: #"""
    CREATE INDEX timetable_of_snapshot ON timetable (snapshot);
    CREATE INDEX timetable_copies ON timetable (base) WHERE base IS NOT NULL;
    CREATE INDEX generation_of_snapshot ON generation (snapshot);
    CREATE INDEX generation_by_age ON generation (created_at);
    CREATE INDEX workflow_of_variant ON workflow (variant);

    DO $outer$
    BEGIN
      EXECUTE format($format$
        -- Generations of which nothing was ever selected, published, or copied, and from which no open job starts.
        CREATE FUNCTION prune_generations(age interval, most integer) RETURNS integer LANGUAGE plpgsql
          SECURITY DEFINER SET search_path = %1$I, pg_catalog AS $$
        DECLARE
          old uuid[]; tables uuid[];
        BEGIN
          SELECT array_agg(job) INTO old FROM (
            SELECT job FROM generation WHERE created_at < clock_timestamp() - greatest(age, interval '1 day')
              AND NOT EXISTS (SELECT FROM variant v WHERE v.job = generation.job AND (
                EXISTS (SELECT FROM workflow w WHERE w.variant = v.id)
                OR EXISTS (SELECT FROM timetable t WHERE t.id = v.timetable AND (t.is_active OR t.published_at IS NOT NULL))
                OR EXISTS (SELECT FROM timetable c WHERE c.base = v.timetable)
                OR EXISTS (SELECT FROM horarium.job j WHERE j.tenant = %1$L
                  AND (j.payload ->> 'base')::uuid = v.timetable)))
            ORDER BY created_at LIMIT most) x;
          -- Whoever selects a variant holds its row: look once more at those that nobody holds now.
          PERFORM FROM variant WHERE job = ANY (old) ORDER BY id FOR UPDATE;
          SELECT array_agg(o.job) INTO old FROM unnest(old) AS o(job)
            WHERE NOT EXISTS (SELECT FROM variant v JOIN workflow w ON w.variant = v.id WHERE v.job = o.job);
          SELECT array_agg(timetable) INTO tables FROM variant WHERE job = ANY (old);
          DELETE FROM variant WHERE job = ANY (old);
          DELETE FROM timetable WHERE id = ANY (tables);
          DELETE FROM generation WHERE job = ANY (old);
          RETURN coalesce(cardinality(old), 0);
        END $$;

        -- Snapshots that nothing refers to. Whoever is about to refer to one holds the shared lock.
        CREATE FUNCTION prune_snapshots(age interval, most integer) RETURNS integer LANGUAGE plpgsql
          SECURITY DEFINER SET search_path = %1$I, pg_catalog AS $$
        DECLARE
          pruned integer;
        BEGIN
          IF NOT pg_try_advisory_xact_lock(hashtextextended('horarium snapshots ' || %1$L, 0)) THEN RETURN 0; END IF;
          DELETE FROM problem_snapshot WHERE hash IN (
            SELECT hash FROM problem_snapshot s WHERE created_at < clock_timestamp() - greatest(age, interval '1 hour')
              AND NOT EXISTS (SELECT FROM term t WHERE t.snapshot = s.hash)
              AND NOT EXISTS (SELECT FROM generation g WHERE g.snapshot = s.hash)
              AND NOT EXISTS (SELECT FROM timetable t WHERE t.snapshot = s.hash)
              AND NOT EXISTS (SELECT FROM horarium.job j WHERE j.tenant = %1$L AND j.payload ->> 'snapshot' = s.hash)
            ORDER BY created_at LIMIT most);
          GET DIAGNOSTICS pruned = ROW_COUNT;
          RETURN pruned;
        END $$;

        REVOKE ALL ON FUNCTION prune_generations(interval, integer), prune_snapshots(interval, integer) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION prune_generations(interval, integer), prune_snapshots(interval, integer) TO %2$I;
      $format$, current_schema(), 'r_' || current_schema());
    END $outer$;
    """#)
