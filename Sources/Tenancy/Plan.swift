/// A named set of quotas that a tenant subscribes to.
public struct Plan: Hashable, Sendable {
  public let name: String
  public let quotas: Quotas
  /// Share of the workers under load, against other tenants'. At least 1.
  public let weight: Int

  public static let free = Plan(
    name: "free",
    quotas: Quotas(
      runningJobs: 1, queuedJobs: 3, lessonsPerJob: 500, variantsPerJob: 3, solverSecondsPerJob: 120,
      solverSecondsPerMonth: 3_600, requestsPerSecond: 10, users: 500, storageMegabytes: 200), weight: 1)

  public static let campus = Plan(
    name: "campus",
    quotas: Quotas(
      runningJobs: 2, queuedJobs: 20, lessonsPerJob: 5_000, variantsPerJob: 5, solverSecondsPerJob: 1_800,
      solverSecondsPerMonth: 180_000, requestsPerSecond: 50, users: 20_000, storageMegabytes: 5_000), weight: 2)

  public static let enterprise = Plan(
    name: "enterprise",
    quotas: Quotas(
      runningJobs: 5, queuedJobs: 100, lessonsPerJob: 50_000, variantsPerJob: 5, solverSecondsPerJob: 7_200,
      solverSecondsPerMonth: 2_000_000, requestsPerSecond: 200, users: 200_000, storageMegabytes: 50_000), weight: 4)

  public static let all = [free, campus, enterprise]

  public static func named(_ name: String) -> Plan? { all.first { $0.name == name } }
}
