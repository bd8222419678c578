import HTTPTypes
import Postgres

extension Problem {
  /// What a refusal of PostgreSQL means to whoever asked, by its code and else by its class (PostgreSQL 15, appendix
  /// A). Nil where the fault is ours: a statement that is wrong, a right that is missing, a server that is broken.
  package init?(sqlState: String) {
    switch sqlState {
    // An argument that a setting does not take: the tenant's role or schema is gone while it is in use.
    case "22023", "3F000", "3D000": self = .away(seconds: 5)
    // Its meaning changed under a statement that was prepared: the next one is prepared anew.
    case SQLState.featureNotSupported, SQLState.invalidStatementName: self = .away(seconds: 1)
    case SQLState.lockNotAvailable: self = .met("Somebody else is changing it and has not finished.")
    default:
      switch sqlState.prefix(2) {
      // Deadlock, serialization failure: these were tried again before they came here.
      case "40": self = .met("It met other changes of the same things, again and again.")
      // Uniqueness, references, exclusion: what was checked a moment before is not so any more.
      case "23" where sqlState != SQLState.checkViolation && sqlState != SQLState.notNullViolation:
        self = .met("Somebody else changed what it depends on, or made the same thing first.")
      case "23": self = .unstorable("A value breaks a rule of the database.")
      // Bytes, lengths, ranges and forms that a column does not take.
      case "22": self = .unstorable("A value cannot be stored.")
      // More than the server takes in one statement, index row or column.
      case "54": self = .unstorable("A value is longer than the database takes.")
      // Disk full, out of memory, too many connections.
      case "53": self = .away(seconds: 30)
      // Connections, shutdown, cancelled by its time limit, disk or operating system.
      case "08", "57", "58": self = .away(seconds: 5)
      // An open transaction was ended from outside.
      case "25": self = .away(seconds: 1)
      default: return nil
      }
    }
  }

  private static func met(_ what: String) -> Problem {
    Problem(
      .busy, what + " Nothing was stored.\nMaybe read it again and send the request once more.",
      headers: [.retryAfter: "1"])
  }

  private static func unstorable(_ what: String) -> Problem {
    Problem(.invalid, what + " Nothing was stored.\nMaybe leave out unusual characters, and shorten long values.")
  }

  private static func away(seconds: Int) -> Problem {
    Problem(
      .unavailable, "The database cannot do it right now; nothing was stored.\nMaybe try again in \(seconds) s.",
      headers: [.retryAfter: String(seconds)])
  }
}
