/// A session is what begins with a password: all tokens that come of it by refreshing. It ends as a whole; so the list of
/// single tokens that were signed out becomes one of sessions, a token of before being a session of its own.
let tenantMigration0006 = Migration(
  version: 6, name: "sessions end as a whole",
  script: #"""
    CREATE TABLE revoked_session (
      id text CONSTRAINT revoked_session_pk PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 256),
      -- No token of the session is good any more after this, so that the row may go.
      ends_at timestamptz NOT NULL
    );
    CREATE INDEX revoked_sessions_by_end ON revoked_session (ends_at);
    INSERT INTO revoked_session (id, ends_at) SELECT jti, expires_at FROM revoked_token;
    DROP TABLE revoked_token;

    -- A token that was refreshed, and what came in its place: who asks again gets the same one.
    CREATE TABLE retired_token (
      jti text CONSTRAINT retired_token_pk PRIMARY KEY CHECK (length(jti) BETWEEN 1 AND 256),
      successor text NOT NULL CHECK (length(successor) BETWEEN 1 AND 256),
      successor_issued_at bigint NOT NULL,
      retired_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      ends_at timestamptz NOT NULL
    );
    CREATE INDEX retired_tokens_by_end ON retired_token (ends_at);

    CREATE TRIGGER session_tells_its_end AFTER INSERT ON revoked_session
      FOR EACH STATEMENT EXECUTE FUNCTION horarium.tell_access();
    CREATE TRIGGER account_tells_its_access AFTER DELETE OR UPDATE OF is_enabled, roles, token_version ON account
      FOR EACH STATEMENT EXECUTE FUNCTION horarium.tell_access();

    DO $$
    BEGIN
      EXECUTE format(
        'GRANT SELECT, INSERT, UPDATE, DELETE ON revoked_session, retired_token TO %I', 'r_' || current_schema());
    END $$;
    """#)
