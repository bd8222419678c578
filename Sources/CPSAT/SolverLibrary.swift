internal import COrTools
import Foundation

/// OR-Tools, mapped into this process; it stays mapped until the process ends.
final class SolverLibrary: Sendable {
  let makeEnvironment: ortools_new_env_fn
  let destroyEnvironment: ortools_destroy_env_fn
  let stop: ortools_stop_fn
  let solve: ortools_solve_interruptible_fn

  /// `folder` is what `ops/fetch-ortools` made: `ortools/.libs` and `ortools.libs` side by side, which the
  /// libraries' run paths count on.
  init(folder: String) throws(CPSATError) {
    let path = folder + "/ortools/.libs/libortools.so.9"
    guard access(path, R_OK) == 0 else { throw .notFound(folder: folder) }
    // Local, so that its protobuf and zlib are nobody else's. Never unloaded: it registers exit handlers.
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
      throw .notLoadable(path: path, reason: Self.reason())
    }
    func find<Function>(_ name: String, as type: Function.Type) throws(CPSATError) -> Function {
      guard let symbol = dlsym(handle, name) else { throw .notLoadable(path: path, reason: Self.reason()) }
      return unsafeBitCast(symbol, to: type)
    }
    makeEnvironment = try find("SolveCpNewEnv", as: ortools_new_env_fn.self)
    destroyEnvironment = try find("SolveCpDestroyEnv", as: ortools_destroy_env_fn.self)
    stop = try find("SolveCpStopSearch", as: ortools_stop_fn.self)
    solve = try find("SolveCpInterruptible", as: ortools_solve_interruptible_fn.self)
  }

  private static func reason() -> String { dlerror().map { String(cString: $0) } ?? "no reason given" }
}
