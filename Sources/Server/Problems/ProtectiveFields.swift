import HTTPTypes

/// What every answer carries, whoever gives it.
enum ProtectiveFields {
  static func add(to fields: inout HTTPFields, request: String) {
    fields[.requestID] = request
    fields[.contentTypeOptions] = "nosniff"
    fields[.referrerPolicy] = "no-referrer"
    fields[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
    if fields[.cacheControl] == nil { fields[.cacheControl] = "no-store" }
  }
}
