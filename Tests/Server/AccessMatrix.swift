import Tenancy

/// Who may call what, written down a second time: neither from the routes' own operations nor from the role table.
///
/// A route that is missing here fails the test that reads it, and so does one that is here and not there.
enum AccessMatrix {
  /// What a role may call beyond what is open.
  static let everybody: [String] = [
    "POST /v1/sessions/refresh", "DELETE /v1/sessions", "POST /v1/tickets", "GET /v1/me", "GET /v1/published",
    "GET /v1/me/week",
  ]

  /// Schedulers, approvers and scripts see the data and what is being made of it.
  static let staff: [String] = [
    "GET /v1/terms", "GET /v1/institution", "GET /v1/variant-presets", "GET /v1/generation-jobs",
    "GET /v1/generation-jobs/{id}", "GET /v1/generation-jobs/{id}/progress", "GET /v1/generation-jobs/{id}/variants",
    "GET /v1/generation-jobs/{id}/comparison", "GET /v1/variants/{id}", "GET /v1/variants/{id}/timetable",
    "GET /v1/variants/{id}/certificate", "GET /v1/variants/{id}/lessons/{lesson}/meetings/{meeting}/places",
    "GET /v1/workflows", "GET /v1/workflows/{id}", "GET /api/variants/{job}", "GET /api/timetable/status/{job}",
    "GET /api/generation-jobs/{job}/status", "GET /api/timetable/progress/{job}",
    "GET /api/generation-jobs/{job}/progress", "GET /api/progress/{job}", "GET /api/timetable/result/{job}",
    "GET /api/generation-jobs/{job}/result", "GET /api/result/{job}",
  ]

  static let makers: [String] = [
    "PUT /v1/institution", "POST /v1/generation-jobs", "POST /v1/generation-jobs/{id}/cancel",
    "POST /api/timetable/generate", "POST /api/generation-jobs/generate", "POST /api/generate_variants",
    "POST /api/generate/{job}",
  ]

  static let preparers: [String] = [
    "POST /v1/variants/{id}/select", "POST /v1/workflows/{id}/submit", "POST /v1/workflows/{id}/archive",
    "POST /timetable-variants/select_variant", "POST /timetable-workflow/{id}/submit_for_review",
  ]

  static let deciders: [String] = [
    "POST /v1/workflows/{id}/approve", "POST /v1/workflows/{id}/reject", "POST /v1/workflows/{id}/request-revision",
    "POST /timetable-workflow/{id}/approve", "POST /timetable-workflow/{id}/reject",
    "POST /timetable-workflow/{id}/request_revision", "POST /api/timetable/approve/{job}",
    "POST /api/generation-jobs/{job}/approve",
  ]

  static let admins: [String] = [
    "DELETE /v1/terms/{term}", "PUT /v1/variant-presets", "POST /v1/workflows/{id}/publish",
    "POST /v1/workflows/{id}/waive",
    "POST /timetable-workflow/{id}/publish", "GET /v1/audit",
  ]

  static let open: [String] = [
    "GET /", "GET /healthz", "GET /readyz", "GET /health", "GET /openapi.yaml", "POST /v1/sessions",
  ]

  /// They ask for a token, or a ticket, and for the right to read jobs by themselves.
  static let streams: [String] = [
    "GET /v1/generation-jobs/{id}/events", "GET /v1/generation-jobs/{id}/ws", "GET /ws/progress/{id}",
  ]

  static let all = everybody + staff + makers + preparers + deciders + admins + open + streams

  static let allowed: [Role: Set<String>] = [
    .tenantAdmin: Set(everybody + staff + makers + preparers + deciders + admins + streams),
    .scheduler: Set(everybody + staff + makers + preparers + streams),
    .approver: Set(everybody + staff + deciders + streams),
    .service: Set(everybody + staff + makers + streams),
    .teacher: Set(everybody),
    .student: Set(everybody),
  ]
}
