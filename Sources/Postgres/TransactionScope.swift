/// Whose eyes a transaction has: a database role and a search path, set for that transaction alone.
public struct TransactionScope: Sendable, Hashable {
  public let role: String
  public let searchPath: String

  /// - Parameter searchPath: schema names as in `SET search_path`; without `public`, so that a missing table is an error.
  public init(role: String, searchPath: String) {
    self.role = role
    self.searchPath = searchPath
  }

  /// The login role and an empty search path.
  public static let none = TransactionScope(role: "none", searchPath: "")
}

public enum Isolation: Sendable {
  case readCommitted, repeatableRead, serializable
}

/// What a transaction is for.
enum TransactionMode: Sendable {
  case writing(Isolation)
  /// Everything as of one moment, and nothing is stored: the server refuses to.
  case reading

  var begin: StaticString {
    switch self {
    case .writing(.readCommitted): "BEGIN"
    case .writing(.repeatableRead): "BEGIN ISOLATION LEVEL REPEATABLE READ"
    case .writing(.serializable): "BEGIN ISOLATION LEVEL SERIALIZABLE"
    case .reading: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    }
  }
}
