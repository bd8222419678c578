import Bootstrap
import Testing

@Suite struct HorariumConfigurationTests {
  @Test func withoutAnyKeyTheDefaultsHold() throws {
    let settings = try HorariumConfiguration(environment: [:], siblings: Siblings(executable: "/opt/horarium/server"))
    #expect(settings.httpHost == "127.0.0.1")
    #expect(settings.httpPort == 8080)
    #expect(settings.httpConnections == 8192 && settings.httpConnectionsPerClient == 2048)
    #expect(settings.logLevel == .info)
    #expect(settings.solveMemoryMiB == 8192)
    #expect(settings.pluginFolder == "/opt/horarium")
    #expect(settings.ortoolsFolder == nil)
  }

  @Test func everyMissingKeyIsNamedWithAdvice() {
    let error = #expect(throws: ConfigurationError.self) {
      try HorariumConfiguration(needs: [.postgres, .redis], environment: [:])
    }
    #expect(Set(error?.problems.map(\.key) ?? []) == ["HORARIUM_POSTGRES", "HORARIUM_REDIS"])
    #expect(error?.problems.allSatisfy { $0.advice.hasPrefix("Maybe ") } == true)
  }

  @Test(arguments: [
    ("HORARIUM_HTTP_PORT", "70000"), ("HORARIUM_HTTP_PORT", "eighty"), ("HORARIUM_LOG_LEVEL", "loud"),
    ("HORARIUM_SOLVE_MEMORY_MIB", "1"), ("HORARIUM_PLUGINS", "/nowhere/at/all"), ("HORARIUM_REDIS", "localhost"),
    ("HORARIUM_REDIS", "localhost:999999"), ("HORARIUM_POSTGRES_CONNECTIONS", "0"), ("HORARIUM_HTTP_CONNECTIONS", "15"),
    ("HORARIUM_HTTP_CONNECTIONS_PER_CLIENT", "0"), ("HORARIUM_POSTGRES_PREPARED", "maybe"),
    ("HORARIUM_PRUNE_MINUTES", "-1"), ("HORARIUM_KEEP_JOBS_DAYS", "0"), ("HORARIUM_KEEP_MESSAGES_DAYS", "0"),
    ("HORARIUM_TRUSTED_PROXIES", "10.0.0.0/33"), ("HORARIUM_PROXY_HEADER", "via"),
  ])
  func aWrongValueIsNamedAlsoWhereItIsNotNeeded(_ key: String, _ value: String) {
    let error = #expect(throws: ConfigurationError.self) { try HorariumConfiguration(environment: [key: value]) }
    #expect(error?.problems.map(\.key) == [key])
    #expect(error?.problems.first?.value == value)
    #expect(error.map { "\($0)".contains(key) && "\($0)".contains(value) } == true)
  }

  @Test func allProblemsAreToldAtOnce() {
    let error = #expect(throws: ConfigurationError.self) {
      try HorariumConfiguration(
        needs: [.tokenKeys], environment: ["HORARIUM_HTTP_PORT": "-1", "HORARIUM_LOG_LEVEL": ""])
    }
    #expect(Set(error?.problems.map(\.key) ?? []) == ["HORARIUM_HTTP_PORT", "HORARIUM_TOKEN_KEYS"])
  }

  @Test(arguments: ["unix:/run/redis.sock", "localhost:6379", "[::1]:6379"])
  func redisAddressesAreUnderstood(_ address: String) throws {
    let settings = try HorariumConfiguration(needs: [.redis], environment: ["HORARIUM_REDIS": address])
    #expect(try settings.value(of: .redis) == address)
  }

  @Test func trustedProxiesAreBlocksOfAddresses() throws {
    let settings = try HorariumConfiguration(environment: ["HORARIUM_TRUSTED_PROXIES": "10.0.0.0/8, fd00::/8,127.0.0.1"]
    )
    let address = try #require(NetworkAddress("10.200.0.1"))
    #expect(settings.trustedProxies.count == 3 && settings.trustedProxies[0].contains(address))
    #expect(settings.proxyHeader == "x-forwarded-for")
    #expect(try HorariumConfiguration(environment: [:]).trustedProxies.isEmpty)
  }

  @Test func noErrorShowsASecret() {
    let error = #expect(throws: ConfigurationError.self) {
      try HorariumConfiguration(
        needs: [.redis],
        environment: ["HORARIUM_POSTGRES": "host=x password=hunter2", "HORARIUM_REDIS_PASSWORD": "hunter2"])
    }
    #expect(error.map { !"\($0)".contains("hunter2") } == true)
  }
}
