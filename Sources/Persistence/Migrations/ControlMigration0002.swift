/// One order of locks for all who end a claim: job, slot, fair share.
///
/// A claim that looks for a free slot locks the newest row of every slot that was free in its snapshot before it sees
/// that a rival has taken it, and then waits for its own tenant's fair share. Whoever ended the rival's job held that
/// share and waited for the slot: a deadlock. The share comes last now, so nobody who holds one waits for a slot.
let controlMigration0002 = Migration(
  version: 2, name: "free the slot before charging",
  script: #"""
    CREATE OR REPLACE FUNCTION horarium.end_attempt(ended uuid, under bigint, ending text) RETURNS void
      LANGUAGE plpgsql SET search_path = pg_catalog AS $$
    BEGIN
      UPDATE horarium.slot SET job = NULL, fence = NULL WHERE job = ended AND fence = under;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'job % runs under fence % without a slot', ended, under;
      END IF;
      UPDATE horarium.attempt SET ended_at = clock_timestamp(), ended_as = ending WHERE fence = under AND ended_at IS NULL;
      PERFORM horarium.charge(ended);
      PERFORM pg_notify('horarium_job_queued', '');
    END $$;
    """#)
