import Hummingbird

/// Puts the API together.
package enum ServerApplication {
  /// All operations: what is registered is listed here, and nothing else.
  package static let routes: [Route] =
    HealthRoutes.all + SessionRoutes.all + TermRoutes.all + InstitutionRoutes.all + PresetRoutes.all + JobRoutes.all
    + ProgressRoutes.all + VariantRoutes.all + PlaceRoutes.all + WorkflowRoutes.all + PublishedRoutes.all
    + AuditRoutes.all + GenerationAliases.all + WorkflowAliases.all

  package static func make(
    _ dependencies: Dependencies, host: String = "127.0.0.1", port: Int = 0,
    onServerRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) -> Application<RouterResponder<HorariumContext>> {
    let router = Router(context: HorariumContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: ProblemMiddleware())
    router.add(middleware: MethodMiddleware(routes: routes))
    for route in routes {
      router.on(route.routerPath, method: route.method) { request, context in
        try await route.handle(Call(request: request, context: context, dependencies: dependencies))
      }
    }
    return Application(
      router: router,
      server: .http1(
        dependencies.connections, dependencies.door, dependencies.proxies,
        admittingWebSocket: WebSocketAdmission(dependencies: dependencies).admit),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: nil),
      onServerRunning: { channel in await onServerRunning(channel.localAddress?.port ?? port) },
      logger: dependencies.logger)
  }
}
