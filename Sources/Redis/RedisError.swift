/// Why a command has no answer. None of these loses anything: Redis holds only what can be made again.
public enum RedisError: Error, Sendable, Equatable, CustomStringConvertible {
  /// No connection right now; said at once, without waiting.
  case unavailable(String)
  /// No answer in time; the connection was closed. The command may have been carried out.
  case deadlineExceeded
  /// The connection broke before the answer came. The command may have been carried out.
  case connectionLost(String)
  /// Redis refused the command.
  case server(String)

  public var description: String {
    switch self {
    case .unavailable(let why): "Redis can't be reached: \(why)"
    case .deadlineExceeded: "Redis did not answer in time.\nMaybe it is overloaded or stopped."
    case .connectionLost(let why): "The connection to Redis was lost: \(why)"
    case .server(let message): "Redis refused a command: \(message)"
    }
  }
}
