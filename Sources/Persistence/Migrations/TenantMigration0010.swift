/// What periods are called, and grids that know their order and no times of day.
let tenantMigration0010 = Migration(
  version: 10, name: "names of periods, and grids without clock times",
  script: #"""
    ALTER TABLE time_grid ADD COLUMN has_clock_times boolean NOT NULL DEFAULT true;
    ALTER TABLE grid_period ADD COLUMN name text CONSTRAINT grid_period_has_no_empty_name CHECK (name <> '');
    -- The period that an entry begins with and how many it covers, where periods have names or nothing else tells the time.
    ALTER TABLE timetable_entry
      ADD COLUMN period text,
      ADD COLUMN periods smallint CONSTRAINT timetable_entry_covers_periods CHECK (periods > 0),
      ADD CONSTRAINT timetable_entry_counts_named_periods CHECK ((period IS NULL) = (periods IS NULL));
    """#)
