import Tenancy

/// Who may call what, and what each call counts as, written down a second time: neither from the routes' own operations
/// nor from the role table. Two operations that the same roles may do are two all the same: departments and the audit
/// log tell them apart, and a role may lose one of them.
///
/// A route that is missing here fails the test that reads it, and so does one that is here and not there.
enum AccessMatrix {
  /// What a role may call beyond what is open.
  static let everybody: [String: Tenancy.Operation] = [
    "POST /v1/sessions/refresh": .readOwnAccount, "DELETE /v1/sessions": .readOwnAccount,
    "POST /v1/tickets": .readOwnAccount, "GET /v1/me": .readOwnAccount, "GET /v1/published": .readPublished,
    "GET /v1/me/week": .readPublished,
  ]

  /// Schedulers, approvers and scripts see the data and what is being made of it.
  static let staff: [String: Tenancy.Operation] = [
    "GET /v1/terms": .readInstitution, "GET /v1/institution": .readInstitution,
    "GET /v1/variant-presets": .readPreset, "GET /v1/generation-jobs": .readJob,
    "GET /v1/generation-jobs/{id}": .readJob, "GET /v1/generation-jobs/{id}/progress": .readJob,
    "GET /v1/generation-jobs/{id}/variants": .readVariant, "GET /v1/generation-jobs/{id}/comparison": .readVariant,
    "GET /v1/variants/{id}": .readVariant, "GET /v1/variants/{id}/timetable": .readTimetable,
    "GET /v1/variants/{id}/certificate": .readVariant,
    "GET /v1/variants/{id}/lessons/{lesson}/meetings/{meeting}/places": .readTimetable,
    "GET /v1/workflows": .readWorkflow, "GET /v1/workflows/{id}": .readWorkflow,
    "GET /api/variants/{job}": .readVariant, "GET /api/timetable/status/{job}": .readJob,
    "GET /api/generation-jobs/{job}/status": .readJob, "GET /api/timetable/progress/{job}": .readJob,
    "GET /api/generation-jobs/{job}/progress": .readJob, "GET /api/progress/{job}": .readJob,
    "GET /api/timetable/result/{job}": .readVariant, "GET /api/generation-jobs/{job}/result": .readVariant,
    "GET /api/result/{job}": .readVariant,
  ]

  static let makers: [String: Tenancy.Operation] = [
    "PUT /v1/institution": .importInstitution, "POST /v1/generation-jobs": .submitJob,
    "POST /v1/generation-jobs/{id}/cancel": .cancelJob, "POST /api/timetable/generate": .submitJob,
    "POST /api/generation-jobs/generate": .submitJob, "POST /api/generate_variants": .submitJob,
    "POST /api/generate/{job}": .submitJob,
  ]

  static let preparers: [String: Tenancy.Operation] = [
    "POST /v1/variants/{id}/select": .selectVariant, "POST /v1/workflows/{id}/submit": .submitWorkflow,
    "POST /v1/workflows/{id}/archive": .archiveWorkflow, "POST /timetable-variants/select_variant": .selectVariant,
    "POST /timetable-workflow/{id}/submit_for_review": .submitWorkflow,
  ]

  static let deciders: [String: Tenancy.Operation] = [
    "POST /v1/workflows/{id}/approve": .approveWorkflow, "POST /v1/workflows/{id}/reject": .rejectWorkflow,
    "POST /v1/workflows/{id}/request-revision": .requestRevision,
    "POST /timetable-workflow/{id}/approve": .approveWorkflow,
    "POST /timetable-workflow/{id}/reject": .rejectWorkflow,
    "POST /timetable-workflow/{id}/request_revision": .requestRevision,
    "POST /api/timetable/approve/{job}": .approveWorkflow, "POST /api/generation-jobs/{job}/approve": .approveWorkflow,
  ]

  static let admins: [String: Tenancy.Operation] = [
    "DELETE /v1/terms/{term}": .deleteTerm, "PUT /v1/variant-presets": .writePreset,
    "POST /v1/workflows/{id}/publish": .publishWorkflow, "POST /v1/workflows/{id}/waive": .publishWorkflow,
    "POST /timetable-workflow/{id}/publish": .publishWorkflow, "GET /v1/audit": .readAudit,
  ]

  static let open: [String] = [
    "GET /", "GET /healthz", "GET /readyz", "GET /health", "GET /openapi.yaml", "POST /v1/sessions",
  ]

  /// They ask for a token, or a ticket, and for the right to read jobs by themselves.
  static let streams: [String] = [
    "GET /v1/generation-jobs/{id}/events", "GET /v1/generation-jobs/{id}/ws", "GET /ws/progress/{id}",
  ]

  private static let guarded = [everybody, staff, makers, preparers, deciders, admins]

  static let all = guarded.flatMap(\.keys) + open + streams

  /// Of each route that asks for a right. Traps where a route is in two lists.
  static let operations = Dictionary(uniqueKeysWithValues: guarded.flatMap { $0.map { ($0.key, $0.value) } })

  private static func names(_ lists: [String: Tenancy.Operation]...) -> Set<String> { Set(lists.flatMap(\.keys)) }

  static let allowed: [Role: Set<String>] = [
    .tenantAdmin: names(everybody, staff, makers, preparers, deciders, admins).union(streams),
    .scheduler: names(everybody, staff, makers, preparers).union(streams),
    .approver: names(everybody, staff, deciders).union(streams),
    .service: names(everybody, staff, makers).union(streams),
    .teacher: names(everybody),
    .student: names(everybody),
  ]
}
