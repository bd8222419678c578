import ArgumentParser

/// How commands end, besides 0 for success and 64 for a command line that was not understood.
enum CommandExit {
  /// It failed, for a reason that was printed.
  static let failed = ExitCode(1)
  /// The input has mistakes, each of which was printed.
  static let wrongInput = ExitCode(2)
  /// The input asks for something that is not supported, which was named.
  static let unsupported = ExitCode(3)
  /// Verified, but not every lesson found a place.
  static let incomplete = ExitCode(4)
}
