internal import CSandbox
internal import CWeightingPlugin
import Glibc
import StrategyFrames

/// Builds the walls, loads the library, then answers requests until the client hangs up; never returns.
func runSession() -> Never {
  signal(SIGPIPE, SIG_IGN)
  let channel = FrameChannel(descriptor: HostDescriptors.frames)
  guard fcntl(HostDescriptors.frames, F_GETFD) >= 0, fcntl(HostDescriptors.library, F_GETFD) >= 0 else {
    channel.complain("this program is started by horarium-worker and horariumctl, not by hand")
    exit(64)
  }
  do {
    let walls = try buildWalls()
    // The client's deadlines are shorter. This one is for the day on which the client itself is killed while
    // a library computes for ever: nothing then would end it.
    let library = try withDeadline { try StrategyLibrary() }
    try channel.send(.ready(walls: walls, strategies: library.descriptors()))
    var strategy: LoadedStrategy?
    while let request = try channel.receive() {
      try channel.send(withDeadline { answer(request, library: library, strategy: &strategy) })
    }
    exit(0)
  } catch let refusal as HostRefusal {
    try? channel.send(.failed(status: refusal.status, message: refusal.message))
    exit(65)
  } catch {
    channel.complain("strategy host: \(error)")
    exit(70)
  }
}

/// Why the library, or one request, was turned down.
struct HostRefusal: Error {
  var status = Int32(TTW_FAILED)
  var message: String
}

private func answer(
  _ request: HostRequest, library: StrategyLibrary, strategy: inout LoadedStrategy?
) -> HostReply {
  do {
    switch request {
    case .configure(let id, let options, let seed):
      guard strategy == nil else { throw HostRefusal(message: "a strategy is configured already") }
      strategy = try LoadedStrategy(library: library, id: id, options: options, seed: seed)
      return .done
    case .prepare(let problem):
      try configured(strategy).prepare(problem)
      return .done
    case .choose(let weights, let best):
      return .weights(try configured(strategy).chooseWeights(weights, best: best))
    case .finish:
      try configured(strategy).finish()
      return .done
    }
  } catch let refusal as HostRefusal {
    return .failed(status: refusal.status, message: refusal.message)
  } catch {
    return .failed(status: Int32(TTW_FAILED), message: "\(error)")
  }
}

private func configured(_ strategy: LoadedStrategy?) throws -> LoadedStrategy {
  guard let strategy else { throw HostRefusal(message: "no strategy is configured yet") }
  return strategy
}

private func withDeadline<Result>(_ body: () throws -> Result) rethrows -> Result {
  _ = sandbox_arm_deadline(10_000)
  defer { _ = sandbox_arm_deadline(0) }
  return try body()
}
