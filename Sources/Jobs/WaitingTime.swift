import Tenancy

/// Plays the queue forward: who gets the next place that becomes free, until it is a certain job. Pure.
///
/// The rules are those of the claim: a place goes to the tenant with the least virtual time among those that have a
/// free slot and a job whose time has come, to its oldest one; whoever runs is charged by weight. What is not known is
/// taken as ordered: every running job uses all of its seconds, and nobody else comes.
struct WaitingTime {
  private struct Tenant {
    var weight: Double
    var virtualTime: Double
    var freeSlots: Int
    var running = 0
    var waiting: ArraySlice<Workload.Waiting> = []
  }

  private struct Run {
    var tenant: Int
    var end: Double
    var holdsPlace: Bool
  }

  private var tenants: [Tenant]
  private var runs: [Run] = []
  private var freePlaces: Int
  private var now = 0.0

  /// Seconds until the job is claimed, nil where nobody can say: no worker lives, or nothing ever makes room for it.
  static func seconds(until job: JobID, in load: Workload) -> Double? {
    guard load.places > 0 else { return nil }
    var play = WaitingTime(load)
    // Each step claims a job, ends one, or waits for one to become due: of these there are so many.
    for _ in 0...(3 * load.waiting.count + load.running.count) {
      if let claimed = play.claim() {
        if claimed == job { return play.now }
      } else if !play.passTime() {
        return nil
      }
    }
    return nil
  }

  private init(_ load: Workload) {
    // By id, as the claim breaks ties.
    let shares = load.shares.sorted { $0.tenant.rawValue < $1.tenant.rawValue }
    let index = Dictionary(shares.enumerated().map { ($1.tenant, $0) }) { first, _ in first }
    let waiting = Dictionary(grouping: load.waiting, by: \.tenant)
    tenants = shares.map {
      Tenant(
        weight: $0.weight, virtualTime: $0.virtualTime, freeSlots: $0.slots, waiting: (waiting[$0.tenant] ?? [])[...])
    }
    freePlaces = load.places
    for running in load.running {
      if running.holdsPlace { freePlaces -= 1 }
      guard let tenant = index[running.tenant] else { continue }
      tenants[tenant].freeSlots -= 1
      tenants[tenant].running += 1
      // One that has had all its seconds is being stored: soon, but not now.
      runs.append(Run(tenant: tenant, end: max(1, running.seconds), holdsPlace: running.holdsPlace))
    }
  }

  /// One claim at this moment, if any is possible.
  private mutating func claim() -> JobID? {
    guard freePlaces > 0 else { return nil }
    let able = tenants.indices.filter { tenants[$0].freeSlots > 0 && due(tenants[$0]) != nil }
    guard let next = able.min(by: { tenants[$0].virtualTime < tenants[$1].virtualTime }),
      let place = due(tenants[next])
    else { return nil }
    let job = tenants[next].waiting.remove(at: place)
    // Whoever had nothing to run joins at the level of those at work.
    let level = tenants.lazy.filter { $0.running > 0 }.map(\.virtualTime).min() ?? 0
    tenants[next].virtualTime = max(tenants[next].virtualTime, level) + 1 / tenants[next].weight
    tenants[next].freeSlots -= 1
    tenants[next].running += 1
    freePlaces -= 1
    // The first second was charged in advance; a job that ordered nothing takes that one.
    runs.append(Run(tenant: next, end: now + max(1, job.seconds), holdsPlace: true))
    return job.job
  }

  private func due(_ tenant: Tenant) -> Int? { tenant.waiting.firstIndex { $0.dueIn <= now } }

  /// Goes to the next moment at which something changes; false where nothing ever will.
  private mutating func passTime() -> Bool {
    let ends = runs.map(\.end)
    let dues = tenants.flatMap { $0.waiting.map(\.dueIn) }.filter { $0 > now }
    guard let next = (ends + dues).min() else { return false }
    for index in tenants.indices {
      tenants[index].virtualTime += Double(tenants[index].running) * max(0, next - now) / tenants[index].weight
    }
    now = max(now, next)
    for run in runs where run.end <= now {
      tenants[run.tenant].running -= 1
      tenants[run.tenant].freeSlots += 1
      if run.holdsPlace { freePlaces += 1 }
    }
    runs.removeAll { $0.end <= now }
    return true
  }
}

extension Workload {
  /// Seconds until this job should be claimed; nil where nobody can say.
  public func secondsUntilStart(of job: JobID) -> Double? { WaitingTime.seconds(until: job, in: self) }
}
