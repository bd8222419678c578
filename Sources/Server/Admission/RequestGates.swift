import Foundation
import Hummingbird
import Tenancy

/// Whom a share of the server is counted for.
enum GateKey: Hashable, Sendable {
  case tenant(TenantID)
  /// Nobody has signed in yet.
  case client(ClientAddress)
}

/// How many requests are at work at once, in this process: of all, and of each tenant.
///
/// A rate of requests per second says nothing of how much work lies in each. What takes long passes a narrow gate of
/// its own after the common one, so that one tenant's exports never stand before another's lookups.
struct RequestGates: Sendable {
  /// What most requests are: some statements by key. The database's connections and two processors keep about this
  /// many moving; more at once would only make each slower.
  let light = FairGate<GateKey>(
    .init(
      places: 32, share: 24, waitingPerKey: 128, waiting: 384, patience: .milliseconds(500),
      pressedPatience: .milliseconds(40), pressedAfter: .milliseconds(500)))
  /// Whole institutions, whole weeks, submissions.
  let heavy: FairGate<GateKey>
  /// Where the heavy ones do what is more than waiting.
  let heavyExecutor: FairExecutor
  /// Where streams are fed: what one job says may go to a thousand watchers at once.
  let streamExecutor: FairExecutor

  init(processors: Int = ProcessInfo.processInfo.activeProcessorCount) {
    let places = max(2, processors)
    heavyExecutor = FairExecutor(name: "heavy-requests", count: places, niceness: 10)
    streamExecutor = FairExecutor(name: "streams", count: places, niceness: 5)
    heavy = FairGate(
      .init(
        places: places, share: places / 2, waitingPerKey: 128, waiting: 512, patience: .seconds(15)))
  }
}

/// How much a request takes.
enum RequestWeight: Sendable {
  case light, heavy
  /// Heavy, unless a parameter asks for one person, group, room or department.
  case wholeWeek

  func isHeavy(_ call: Call) -> Bool {
    switch self {
    case .light: false
    case .heavy: true
    case .wholeWeek: !Call.weekParameters.contains { call.request.uri.queryParameters.get($0) != nil }
    }
  }
}

extension Problem {
  init(_ refusal: AdmissionRefusal) {
    func seconds(_ duration: Duration) -> Int64 { max(1, Int64((duration / .seconds(1)).rounded(.up))) }
    switch refusal {
    case .ownLineFull(let wait):
      self.init(
        .tooManyAtOnce,
        "As many of your requests are at work and in line as may be.\nMaybe send them one after the other.",
        headers: [.retryAfter: String(seconds(wait))])
    case .overloaded(let wait):
      self.init(
        .overloaded, "The server has more to do than it can.\nMaybe try again in \(seconds(wait)) seconds.",
        headers: [.retryAfter: String(seconds(wait))])
    }
  }
}
