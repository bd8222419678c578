/// What one tenant may use.
public struct Quotas: Hashable, Sendable, Codable {
  /// Jobs at work at once: so many slots exist. 1...1000.
  public var runningJobs: Int
  /// Jobs waiting; one more is refused. 0...100,000.
  public var queuedJobs: Int
  public var lessonsPerJob: Int
  /// 1...5.
  public var variantsPerJob: Int
  public var solverSecondsPerJob: Int
  public var solverSecondsPerMonth: Int
  public var requestsPerSecond: Int
  public var users: Int
  public var storageMegabytes: Int

  public init(
    runningJobs: Int, queuedJobs: Int, lessonsPerJob: Int, variantsPerJob: Int, solverSecondsPerJob: Int,
    solverSecondsPerMonth: Int, requestsPerSecond: Int, users: Int, storageMegabytes: Int
  ) {
    self.runningJobs = runningJobs
    self.queuedJobs = queuedJobs
    self.lessonsPerJob = lessonsPerJob
    self.variantsPerJob = variantsPerJob
    self.solverSecondsPerJob = solverSecondsPerJob
    self.solverSecondsPerMonth = solverSecondsPerMonth
    self.requestsPerSecond = requestsPerSecond
    self.users = users
    self.storageMegabytes = storageMegabytes
  }

  /// The first value outside of its range, in words; nil where all are within.
  public var complaint: String? {
    let rules: [(String, Int, ClosedRange<Int>)] = [
      ("runningJobs", runningJobs, 1...1000), ("queuedJobs", queuedJobs, 0...100_000),
      ("lessonsPerJob", lessonsPerJob, 1...1_000_000), ("variantsPerJob", variantsPerJob, 1...5),
      ("solverSecondsPerJob", solverSecondsPerJob, 1...86_400),
      ("solverSecondsPerMonth", solverSecondsPerMonth, 1...1_000_000_000),
      ("requestsPerSecond", requestsPerSecond, 1...100_000), ("users", users, 1...10_000_000),
      ("storageMegabytes", storageMegabytes, 1...100_000_000),
    ]
    return rules.first { !$0.2.contains($0.1) }.map { name, value, range in
      "\(name) is \(value), but must be from \(range.lowerBound) to \(range.upperBound)"
    }
  }
}

/// Values that stand above a plan's for one tenant; nil keeps the plan's.
public struct QuotaOverrides: Hashable, Sendable, Codable {
  public var runningJobs: Int?
  public var queuedJobs: Int?
  public var lessonsPerJob: Int?
  public var variantsPerJob: Int?
  public var solverSecondsPerJob: Int?
  public var solverSecondsPerMonth: Int?
  public var requestsPerSecond: Int?
  public var users: Int?
  public var storageMegabytes: Int?

  public init() {}

  public func applied(to quotas: Quotas) -> Quotas {
    Quotas(
      runningJobs: runningJobs ?? quotas.runningJobs, queuedJobs: queuedJobs ?? quotas.queuedJobs,
      lessonsPerJob: lessonsPerJob ?? quotas.lessonsPerJob, variantsPerJob: variantsPerJob ?? quotas.variantsPerJob,
      solverSecondsPerJob: solverSecondsPerJob ?? quotas.solverSecondsPerJob,
      solverSecondsPerMonth: solverSecondsPerMonth ?? quotas.solverSecondsPerMonth,
      requestsPerSecond: requestsPerSecond ?? quotas.requestsPerSecond, users: users ?? quotas.users,
      storageMegabytes: storageMegabytes ?? quotas.storageMegabytes)
  }
}
