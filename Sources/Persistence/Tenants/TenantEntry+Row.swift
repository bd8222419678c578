import Foundation
import Jobs
import Postgres
import Tenancy

/// A tenant with its quotas, as `TenantRow.select` reads it.
struct TenantRow: Decodable, Sendable {
  var id: TenantID
  var slug: TenantSlug
  var name: String
  var state: TenantState
  var plan: String
  var tokenVersion: Int
  var schemaVersion: Int
  var quotas: Quotas

  var entry: TenantEntry {
    TenantEntry(
      id: id, slug: slug, name: name, state: state, plan: plan, quotas: quotas, tokenVersion: tokenVersion,
      schemaVersion: schemaVersion)
  }

  static let all = Statement<Void, TenantRow>.documents(
    """
    SELECT jsonb_build_object(
      'id', t.id, 'slug', t.slug, 'name', t.name, 'state', t.state, 'plan', t.plan,
      'tokenVersion', t.token_version, 'schemaVersion', t.schema_version,
      'quotas', jsonb_build_object(
        'runningJobs', q.running_jobs, 'queuedJobs', q.queued_jobs, 'lessonsPerJob', q.lessons_per_job,
        'variantsPerJob', q.variants_per_job, 'solverSecondsPerJob', q.solver_seconds_per_job,
        'solverSecondsPerMonth', q.solver_seconds_per_month, 'requestsPerSecond', q.requests_per_second,
        'users', q.users, 'storageMegabytes', q.storage_megabytes))
    FROM horarium.tenant t JOIN horarium.tenant_quota q ON q.tenant = t.id
    ORDER BY t.slug
    """)
}
