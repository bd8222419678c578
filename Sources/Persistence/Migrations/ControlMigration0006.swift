/// Tells whoever listens that somebody's right to be here may have changed: a server looks again then, instead of at
/// its next look. A notification is a hint, never the truth.
let controlMigration0006 = Migration(
  version: 6, name: "tell of changed access",
  script: #"""
    -- The payload is the tenant, and whether the directory of tenants has changed or its accounts: what exactly, the
    -- tables say.
    CREATE FUNCTION horarium.tell_access() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
    DECLARE
      -- A tenant's own tables stand in the schema of its name.
      whose text := TG_TABLE_SCHEMA;
      named text := CASE TG_TABLE_NAME WHEN 'tenant' THEN 'id' ELSE 'tenant' END;
    BEGIN
      IF TG_TABLE_SCHEMA = 'horarium' AND TG_OP = 'DELETE' THEN
        whose := to_jsonb(OLD) ->> named;
      ELSIF TG_TABLE_SCHEMA = 'horarium' THEN
        whose := to_jsonb(NEW) ->> named;
      END IF;
      PERFORM pg_notify('horarium_access_changed',
        whose || CASE TG_TABLE_SCHEMA WHEN 'horarium' THEN ' directory' ELSE ' accounts' END);
      RETURN NULL;
    END $$;
    REVOKE ALL ON FUNCTION horarium.tell_access() FROM PUBLIC;

    CREATE TRIGGER tenant_tells_its_access AFTER INSERT OR DELETE OR UPDATE OF state, token_version, name, plan
      ON horarium.tenant FOR EACH ROW EXECUTE FUNCTION horarium.tell_access();
    CREATE TRIGGER quota_tells_its_access AFTER INSERT OR UPDATE ON horarium.tenant_quota
      FOR EACH ROW EXECUTE FUNCTION horarium.tell_access();
    """#)
