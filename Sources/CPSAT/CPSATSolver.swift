import Foundation
import Optimization
import SwiftProtobuf

/// Google OR-Tools' CP-SAT behind the port `ExactSolver`.
///
/// OR-Tools reports some of its own faults by aborting the process: use it in a process whose end is no loss.
/// Each solve takes one search thread, so the same model, seed and deterministic limit give the same answer.
public struct CPSATSolver: ExactSolver {
  public let name = "cp-sat 9.15"
  private let library: SolverLibrary

  /// Loads OR-Tools from the folder that `ops/fetch-ortools` filled; takes 20 to 100 ms the first time.
  public static func locate(folder: String) throws(CPSATError) -> CPSATSolver {
    CPSATSolver(library: try SolverLibrary(folder: folder))
  }

  /// Blocks until solved, at a limit, or 20 to 40 ms after `isCancelled`, which is asked every 10 ms, turned true.
  public func solve(
    _ model: ChoiceModel, limit: ExactLimit, isCancelled: @Sendable () -> Bool
  ) throws -> ExactResult {
    try model.checkForm()
    if isCancelled() { return .cancelled }
    guard limit.seconds > 0, limit.deterministicTime > 0 else { return .unknown }

    let run = try SolverRun(
      library: library,
      model: model.makeMessage().serializedBytes(),
      parameters: makeParameters(limit).serializedBytes())
    let (bytes, wasStopped) = run.run(isCancelled: isCancelled)
    if wasStopped { return .cancelled }

    let response: ResponseMessage
    do {
      response = try ResponseMessage(serializedBytes: bytes)
    } catch {
      throw CPSATError.refused("its response of \(bytes.count) bytes could not be read: \(error)")
    }
    return try result(of: response, for: model)
  }

  private func makeParameters(_ limit: ExactLimit) -> ParametersMessage {
    var parameters = ParametersMessage()
    parameters.numWorkers = 1
    parameters.catchSigintSignal = false
    parameters.maxTimeInSeconds = limit.seconds
    parameters.maxDeterministicTime = limit.deterministicTime
    // Negative seeds are refused.
    parameters.randomSeed = limit.seed & Int32.max
    // Probing costs seconds on models of 12,000 literals and found nothing there: 8.3 s to a first solution with
    // it, 0.3 s without.
    parameters.cpModelProbingLevel = 0
    parameters.maxPresolveIterations = 1
    return parameters
  }

  private func result(of response: ResponseMessage, for model: ChoiceModel) throws(CPSATError) -> ExactResult {
    switch response.status {
    case .unknown: return .unknown
    case .infeasible: return .infeasible
    case .modelInvalid: throw .refused(response.solutionInfo.isEmpty ? "MODEL_INVALID" : response.solutionInfo)
    case .UNRECOGNIZED(let number): throw .refused("the status \(number) is not one of CP-SAT 9.15")
    case .feasible, .optimal:
      // Believed only after every rule has been counted again here.
      let (chosen, cost) = try model.decode(response.solution)
      if !model.costs.isEmpty, abs(response.objectiveValue - Double(cost)) > max(0.5, abs(Double(cost)) * 1e-9) {
        throw .untrustworthy("the solution costs \(cost), not \(response.objectiveValue)")
      }
      return .solution(chosen: chosen, cost: cost, isOptimal: response.status == .optimal)
    }
  }
}
