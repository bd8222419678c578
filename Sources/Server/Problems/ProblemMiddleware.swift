import HTTPTypes
import Hummingbird
import Logging

/// The outermost layer: every failure becomes a problem document, every answer gets its protective headers, and
/// every request one log line.
struct ProblemMiddleware: RouterMiddleware {
  typealias Context = HorariumContext

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    var response: Response
    do {
      response = try await next(request, context)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      response = answer(to: error, context: context)
    }
    ProtectiveFields.add(to: &response.headers, request: context.requestID)
    // The route's pattern, not the path: ids and tickets stay out of the log.
    context.logger.info(
      "request",
      metadata: [
        "method": .string(request.method.rawValue),
        "route": .string(context.endpointPath ?? "none"), "status": .stringConvertible(response.status.code),
        "microseconds": .stringConvertible(Int((ContinuousClock.now - start) / .microseconds(1))),
      ])
    return response
  }

  private func answer(to error: any Error, context: Context) -> Response {
    if let problem = Problem(translating: error) {
      // Whoever asked is told to come back; why, only the log can tell: which statement, and what ended it.
      if problem.code.status.kind == .serverError {
        context.logger.warning(
          "request not served", metadata: ["code": .string(problem.code.rawValue), "error": .string("\(error)")])
      }
      return problem.response(instance: context.requestID)
    }
    context.logger.error(
      "request failed", metadata: ["error": .string("\(error)")])
    let detail = "It has been logged under this request's id.\nMaybe try again, and report the id if it stays."
    return Problem(.internalError, detail).response(instance: context.requestID)
  }
}
