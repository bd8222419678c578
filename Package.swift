// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

func module(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func program(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .executableTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies, path: "Tests/" + name, resources: resources,
    swiftSettings: settings)
}

/// The libraries of weighting strategies; each is a product of its own, loaded at run time.
let strategies = ["Balanced", "FacultyFirst", "CompactDays", "RoomEfficient", "EvenLoad", "UD2"]

/// Of a library's names only `ttw_plugin_entry` is visible.
let oneExport: [LinkerSetting] = [
  .unsafeFlags(["-Xlinker", "--version-script=\(Context.packageDirectory)/Plugins/exports.map"])
]

func strategy(_ name: String) -> Target {
  .target(
    name: name, dependencies: ["StrategyKit", "CWeightingPlugin"], path: "Plugins/" + name, swiftSettings: settings,
    linkerSettings: oneExport)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "Horarium",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "horarium-server", targets: ["Server"]),
    .executable(name: "horarium-worker", targets: ["Worker"]),
    .executable(name: "horariumctl", targets: ["Control"]),
    .executable(name: "horarium-strategy-host", targets: ["StrategyHost"]),
  ] + strategies.map { .library(name: "Horarium" + $0, type: .dynamic, targets: [$0]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C: each imported by exactly one Swift module.
    .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
    .systemLibrary(name: "CLibjwt", providers: [.apt(["libjwt-dev"])]),
    .systemLibrary(name: "COrTools"),
    .systemLibrary(name: "CProcess"),
    .target(name: "CWeightingPlugin"),
    .target(name: "CSandbox"),

    // Pure values.
    module("Timetabling"),
    module("Verification", ["Timetabling", crypto]),
    module("Patterns"),
    module("Interchange", ["Timetabling", "Patterns"]),
    module("Tenancy"),
    // Made-up universities with a known solution, for measuring.
    module("Instances", ["Patterns", "Timetabling"]),

    // The engine and its two adapters.
    module("Optimization", ["Timetabling", "Patterns"]),
    module("CPSAT", ["Optimization", "COrTools", protobuf]),
    module("Explanation", ["Optimization", "Timetabling", "Verification"]),
    module("WeightingPlugins", ["Optimization", "StrategyFrames", crypto]),

    // The process that a strategy's library runs in, the strategies, and what both sides of the process say.
    module("StrategyFrames"),
    program("StrategyHost", ["StrategyFrames", "CSandbox", "CWeightingPlugin"]),
    .target(name: "StrategyKit", dependencies: ["CWeightingPlugin"], path: "Plugins/Kit", swiftSettings: settings),
    strategy("Balanced"),
    strategy("FacultyFirst"),
    strategy("CompactDays"),
    strategy("RoomEfficient"),
    strategy("EvenLoad"),
    .target(
      name: "UD2", dependencies: ["CWeightingPlugin"], path: "Plugins/UD2", publicHeadersPath: ".",
      cSettings: [.unsafeFlags(["-fvisibility=hidden"])], linkerSettings: oneExport),

    // One generation from request to result, for the worker's child and for horariumctl.
    module("Processes", ["CProcess"]),
    module("Generating", ["Processes", "Optimization", "CPSAT", "WeightingPlugins", "Verification", "Timetabling"]),

    // Foreign services in Swift.
    module("Readiness", ["CLinux"]),
    module("Postgres", ["CLibpq", "Readiness", logging, lifecycle]),
    module("Redis", ["CHiredis", "Readiness", logging, lifecycle]),
    module("Tokens", ["CLibjwt", "Tenancy"]),
    module("Passwords", [crypto, cryptoExtras]),

    // The product's state.
    module("Jobs", ["Postgres", "Tenancy", logging, lifecycle]),
    module("Persistence", ["Postgres", "Jobs", "Tenancy", "Timetabling", "Verification", crypto, logging]),
    module("Bootstrap", ["Postgres", "Redis", configuration, logging, lifecycle]),

    program(
      "Server",
      [
        "Bootstrap", "Persistence", "Jobs", "Postgres", "Redis", "Tokens", "Passwords", "Tenancy", "Interchange",
        "Optimization", "Timetabling", "Verification", "Readiness", hummingbird, nioWebSocket, crypto, lifecycle,
        logging,
      ], resources: [.embedInCode("OpenAPI/openapi.yaml")]),
    program(
      "Worker",
      [
        "Bootstrap", "Generating", "Processes", "Persistence", "Jobs", "Postgres", "Readiness", "Redis", "Tenancy",
        "Optimization", "Timetabling", "Verification", argumentParser, lifecycle, logging,
      ]),
    program(
      "Control",
      [
        "Bootstrap", "Generating", "Processes", "Persistence", "Jobs", "Postgres", "Redis", "Tenancy", "Tokens",
        "Optimization", "CPSAT", "Explanation", "WeightingPlugins", "Verification", "Passwords", "Interchange",
        "Instances", "Patterns",
        "Timetabling", argumentParser, yams, logging,
      ]),

    // Real servers for tests: those of HORARIUM_TEST_*, or throw-away ones.
    .target(
      name: "TestSupport", dependencies: ["CLinux", "Postgres", "Readiness"], path: "Tests/TestSupport",
      swiftSettings: settings),
    tests("Postgres", ["Postgres", "Readiness", "TestSupport", logging]),
    tests("Readiness", ["Readiness"]),
    tests("Redis", ["Redis", "TestSupport", logging]),
    tests("Tenancy", ["Tenancy"]),
    .target(
      name: "TestTenants", dependencies: ["TestSupport", "Persistence", "Jobs", "Postgres", "Tenancy", logging],
      path: "Tests/TestTenants", swiftSettings: settings),
    tests("Jobs", ["Jobs", "Persistence", "Postgres", "Tenancy", "TestSupport", "TestTenants", logging]),
    tests(
      "Persistence",
      [
        "Persistence", "Jobs", "Postgres", "Tenancy", "Timetabling", "Verification", "TestSupport", "TestTenants",
        logging,
      ]),
    tests("Timetabling", ["Timetabling"]),
    tests("Verification", ["Verification", "Timetabling"]),
    tests("Patterns", ["Patterns"]),
    tests("Interchange", ["Interchange", "Patterns", "Timetabling"]),
    tests("Instances", ["Instances", "Interchange", "Patterns", "Timetabling", "Verification"]),
    tests("Processes", ["Processes"]),
    tests("Generating", ["Generating", "Optimization", "Timetabling", "Verification"]),
    tests("Bootstrap", ["Bootstrap", logging]),
    tests(
      "Worker",
      [
        "Worker", "Bootstrap", "Generating", "Jobs", "Optimization", "Persistence", "Postgres", "Processes", "Redis",
        "Tenancy", "Timetabling", "TestSupport", "TestTenants", lifecycle, logging,
      ]),
    tests(
      "Control",
      [
        "Control", "Explanation", "Interchange", "Optimization", "Processes", "Timetabling", "Verification",
        "Persistence", "Jobs", "Postgres", "Tenancy", "TestSupport", "TestTenants", logging,
      ]),
    tests(
      "Faults",
      [
        "Worker", "Processes", "Persistence", "Jobs", "Postgres", "Redis", "Tenancy", "Timetabling", "TestSupport",
        "TestTenants", logging,
      ]),
    tests("Optimization", ["Optimization", "Instances", "Interchange", "Patterns", "Timetabling", "Verification"]),
    tests("CPSAT", ["CPSAT", "Optimization", "Timetabling"]),
    tests("Explanation", ["Explanation", "CPSAT", "Optimization", "Timetabling", "Verification"]),
    tests("WeightingPlugins", ["WeightingPlugins", "Optimization", "Timetabling"]),
    tests("Tokens", ["Tokens", "Tenancy", crypto]),
    tests("EndToEnd", ["Processes", "TestSupport"]),
    tests("Passwords", ["Passwords"]),
    tests(
      "Server",
      [
        "Server", "Bootstrap", "Passwords", "Tokens", "Persistence", "Jobs", "Postgres", "Redis", "Tenancy",
        "Timetabling",
        "Verification", "Interchange", "TestSupport", "TestTenants", hummingbird, hummingbirdTesting, nioWebSocket,
        yams, logging,
      ]),
  ]
)
