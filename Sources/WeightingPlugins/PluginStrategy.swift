import Optimization
import StrategyFrames
import Synchronization

/// A strategy of a library, running in a process of its own from `prepare` to `finish`.
///
/// Whatever the library does, the caller gets weights or a `StrategyFault` within `CallLimits`. After a fault every
/// further question throws the same one.
public final class PluginStrategy: WeightingStrategy {
  public let identity: StrategyIdentity
  private let description: StrategyDescription
  private let options: [HostRequest.OptionValue]
  private let seed: UInt64
  private let host: String
  private let limits: CallLimits
  private let run = Mutex(Run.idle)

  private enum Run {
    /// No process. Can transition to: prepared, faulted.
    case idle
    /// A process that has seen the problem. Can transition to: idle, faulted.
    case prepared(HostProcess, termCount: Int)
    /// The process has ended. Can transition to: idle, by finish.
    case faulted(StrategyFault)
  }

  /// Throws where an option is unknown or out of range; starts nothing yet.
  public init(
    _ description: StrategyDescription, options: [String: Double] = [:], seed: UInt64, host: String,
    limits: CallLimits = CallLimits()
  ) throws(StrategyFault) {
    self.identity = description.identity
    self.description = description
    self.options = try description.complete(options).map { HostRequest.OptionValue(id: $0.id, value: $0.value) }
    self.seed = seed
    self.host = host
    self.limits = limits
  }

  public func prepare(_ problem: WeighingProblem) throws {
    try run.withLock { run in
      try attempt(&run) { (run: inout Run) throws(StrategyFault) in
        let process = try start()
        let configured = HostRequest.configure(strategy: identity.id, options: options, seed: seed)
        for request in [configured, .prepare(HostRequest.ProblemView(problem))] {
          let reply = try process.call(request, limit: limits.start)
          guard reply == .done else { throw unexpected(reply) }
        }
        run = .prepared(process, termCount: problem.terms.count)
      }
    }
  }

  /// Asks twice: a strategy whose answers differ cannot be replayed.
  public func chooseWeights(best: WeighingSolution?, current: Weights) throws -> Weights {
    try run.withLock { run in
      try attempt(&run) { (run: inout Run) throws(StrategyFault) in
        switch run {
        case .idle: throw fault(.failed, "chooseWeights was called before prepare")
        case .faulted(let fault): throw fault
        case .prepared(let process, let termCount):
          let question = HostRequest.choose(
            weights: current.values, best: best.map(HostRequest.SolutionView.init))
          let first = try weights(process.call(question, limit: limits.call), termCount)
          let second = try weights(process.call(question, limit: limits.call), termCount)
          guard first == second else { throw fault(.unsteady, "asked the same twice it gave different weights") }
          return Weights(first)
        }
      }
    }
  }

  public func finish() {
    run.withLock { run in
      if case .prepared(let process, _) = run {
        _ = try? process.call(.finish, limit: limits.call)
        process.end()
      }
      run = .idle
    }
  }

  private func attempt<Result>(
    _ run: inout Run, _ body: (inout Run) throws(StrategyFault) -> Result
  ) throws(StrategyFault) -> Result {
    do {
      return try body(&run)
    } catch {
      if case .prepared(let process, _) = run { process.end() }
      run = .faulted(error)
      throw error
    }
  }

  private func start() throws(StrategyFault) -> HostProcess {
    let library = try LibraryFile(path: description.path)
    guard library.digest == identity.digest else {
      throw fault(.refused, "\(library.path) has changed since it was listed: its SHA-256 is \(library.digest)")
    }
    let process = try HostProcess(host: host, library: library, strategy: identity.id)
    let greeting = try process.call(nil, limit: limits.start)
    guard case .ready = greeting else { throw unexpected(greeting) }
    return process
  }

  private func weights(_ reply: HostReply, _ termCount: Int) throws(StrategyFault) -> [Int32] {
    guard case .weights(let values) = reply else { throw unexpected(reply) }
    guard values.count == termCount else {
      throw fault(.misbehaved, "it gave \(values.count) weights for \(termCount) terms")
    }
    if let odd = values.firstIndex(where: { !Weights.range.contains($0) }) {
      throw fault(.misbehaved, "its weight of term \(odd) is \(values[odd]), outside 0 to 1000000")
    }
    guard values.contains(where: { $0 > 0 }) else { throw fault(.misbehaved, "all of its weights are 0") }
    return values
  }

  private func unexpected(_ reply: HostReply) -> StrategyFault {
    StrategyFault(reply, strategy: identity.id)
  }

  private func fault(_ kind: StrategyFault.Kind, _ message: String) -> StrategyFault {
    StrategyFault(kind, strategy: identity.id, message: message)
  }
}

extension StrategyFault {
  /// What a reply means that is not the one hoped for.
  init(_ reply: HostReply, strategy: String) {
    guard case .failed(let status, let message) = reply else {
      self.init(.misbehaved, strategy: strategy, message: "its process answered something that was not asked")
      return
    }
    let kind: Kind =
      switch status {
      case -1: .refused
      case -2: .invalidOption
      case -3: .invalidProblem
      default: .failed
      }
    self.init(kind, strategy: strategy, message: message)
  }
}

extension HostRequest.ProblemView {
  init(_ problem: WeighingProblem) {
    self.init()
    slotCount = UInt32(problem.slotCount)
    slotsPerDay = UInt32(problem.slotsPerDay)
    roomCount = UInt32(problem.roomCount)
    teacherCount = UInt32(problem.teacherCount)
    groupCount = UInt32(problem.groupCount)
    termIDs = problem.terms.map(\.id)
    defaultWeights = problem.terms.map(\.defaultWeight)
    meetingTeacher = problem.meetingTeacher
    meetingGroupsBegin = problem.meetingGroupsBegin
    meetingGroups = problem.meetingGroups
  }
}

extension HostRequest.SolutionView {
  init(_ solution: WeighingSolution) {
    self.init(
      slots: solution.slots, rooms: solution.rooms, violations: solution.violations,
      iteration: solution.iteration)
  }
}
