/// What `job` got since finished jobs lie apart.
let controlMigration0007 = Migration(
  version: 7, name: "finished jobs have the columns of jobs",
  script: "SELECT horarium.follow_job_columns();")
