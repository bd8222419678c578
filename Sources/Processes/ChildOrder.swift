/// What to start and with what on its standard input.
public struct ChildOrder: Sendable {
  /// Absolute.
  public var executable: String
  public var arguments: [String]
  /// The whole environment of the child: nothing is inherited.
  public var environment: [String: String]

  public init(executable: String, arguments: [String], environment: [String: String]) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
  }
}

/// How a child's life ended.
public enum ChildEnd: Hashable, Sendable, CustomStringConvertible {
  case exited(Int32)
  case killed(signal: Int32)

  public var description: String {
    switch self {
    case .exited(let status): "exited with status \(status)"
    case .killed(let signal): "was killed by signal \(signal)"
    }
  }
}

public enum ChildEvent: Sendable {
  /// Bytes of its standard output, in order.
  case output([UInt8])
  /// The last event: all output has been seen, and whatever the child had started is killed.
  case ended(ChildEnd)
}

public struct SpawnError: Error, CustomStringConvertible {
  public var executable: String
  public var call: String
  public var code: Int32

  public var description: String {
    "\(executable) could not be started: \(call) failed with error \(code).\nMaybe the file is missing or not executable."
  }
}
