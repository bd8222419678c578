/// What `tenants apply` did last, part by part, so that it can tell its own work from that of others.
///
/// A tenant's files and its people both change presets, accounts and data. With what was applied last at hand, whoever
/// changed something since is known: files that stayed the same have nothing to say, and what was changed on both sides is
/// shown and left to a person.
let controlMigration0008 = Migration(
  version: 8, name: "remember what was applied",
  script: #"""
    CREATE TABLE horarium.applied_part (
      tenant text NOT NULL DEFAULT horarium.current_tenant()
        CONSTRAINT applied_part_belongs_to_a_tenant REFERENCES horarium.tenant ON DELETE CASCADE,
      part text NOT NULL CONSTRAINT applied_part_has_a_short_name CHECK (octet_length(part) BETWEEN 1 AND 1000),
      file text NOT NULL,
      stored text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      CONSTRAINT applied_part_pk PRIMARY KEY (tenant, part)
    );
    COMMENT ON COLUMN horarium.applied_part.file IS 'what the file said, as text or as a hash of it; no secrets';
    COMMENT ON COLUMN horarium.applied_part.stored IS 'what stood in the database right after it was applied';
    ALTER TABLE horarium.applied_part ENABLE ROW LEVEL SECURITY;
    ALTER TABLE horarium.applied_part FORCE ROW LEVEL SECURITY;
    CREATE POLICY control_sees_all ON horarium.applied_part TO horarium_control USING (true) WITH CHECK (true);
    CREATE POLICY tenant_has_own ON horarium.applied_part TO horarium_tenant
      USING (tenant = horarium.current_tenant()) WITH CHECK (tenant = horarium.current_tenant());
    GRANT SELECT ON horarium.applied_part TO horarium_control;
    GRANT SELECT ON horarium.applied_part TO horarium_tenant;
    GRANT INSERT (part, file, stored), UPDATE (file, stored, applied_at) ON horarium.applied_part TO horarium_tenant;
    """#)
