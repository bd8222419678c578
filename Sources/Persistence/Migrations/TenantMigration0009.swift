/// Variants of a job that did not come to its end: what was kept, at what, and how much of the search it has had.
let tenantMigration0009 = Migration(
  version: 9, name: "what was kept of a job",
  script: #"""
    ALTER TABLE variant
      ADD COLUMN kept_at text CONSTRAINT variant_is_kept_at_an_end CHECK (kept_at IN ('cancel', 'deadline')),
      ADD COLUMN kept_after double precision CHECK (kept_after >= 0),
      ADD COLUMN kept_of double precision CHECK (kept_of > 0),
      ADD CONSTRAINT variant_kept_says_after_how_much CHECK (
        (kept_at IS NULL) = (kept_after IS NULL) AND (kept_at IS NULL) = (kept_of IS NULL));
    """#)
