import HTTPTypes
import Hummingbird

/// Answers methods that a path does not have: 405 with those that it has (RFC 9110, section 15.5.6), and OPTIONS.
struct MethodMiddleware: RouterMiddleware {
  typealias Context = HorariumContext

  private let templates: [(segments: [Substring], method: HTTPRequest.Method)]

  init(routes: [Route]) {
    templates = routes.map { ($0.path.split(separator: "/"), $0.method) }
  }

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as HTTPError where error.status == .notFound {
      let allowed = methods(of: request.uri.path)
      guard !allowed.isEmpty, !allowed.contains(request.method) else { throw error }
      let list = (allowed + [.options]).map(\.rawValue).joined(separator: ", ")
      if request.method == .options { return Response(status: .noContent, headers: [.allow: list]) }
      throw Problem(
        .methodNotAllowed, "\(request.method.rawValue) is no method of this address.\nMaybe one of: \(list).",
        headers: [.allow: list])
    }
  }

  /// Sorted; `*` stands for the whole server.
  private func methods(of path: String) -> [HTTPRequest.Method] {
    let segments = path.split(separator: "/")
    var methods = Set(templates.filter { path == "*" || Self.matches($0.segments, segments) }.map(\.method))
    if methods.contains(.get) { methods.insert(.head) }
    return methods.sorted { $0.rawValue < $1.rawValue }
  }

  private static func matches(_ template: [Substring], _ path: [Substring]) -> Bool {
    template.count == path.count && zip(template, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
  }
}
