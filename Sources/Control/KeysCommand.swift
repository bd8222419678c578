import ArgumentParser
import Foundation

struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "The keys that access tokens are signed with.", subcommands: [Generate.self])

  struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes a new key file for HORARIUM_TOKEN_KEYS, readable by its owner alone.",
      discussion: "Never overwrites a file: tokens signed with the old keys would stop being good.")

    @Argument(help: "Where to write it.")
    var file: String

    @Option(help: "Who issues the tokens, a URI.")
    var issuer: String = "https://horarium.invalid"

    @Option(help: "Whom the tokens are for.")
    var audience: String = "horarium"

    func run() throws {
      var generator = SystemRandomNumberGenerator()
      let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      let keys = KeyFile(
        issuer: issuer, audience: audience, active: "k1", keys: ["k1": Data(secret).base64EncodedString()])
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try write(try encoder.encode(keys) + Data("\n".utf8))
    }

    /// Nobody else can read the file at any moment: it is made with its final mode, and only where there is none.
    private func write(_ bytes: Data) throws {
      let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else {
        let reason = String(cString: strerror(errno))
        Console.print(error: "'\(file)' cannot be made: \(reason).\nMaybe it exists already; it is never overwritten.")
        throw CommandExit.failed
      }
      try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).write(contentsOf: bytes)
    }
  }

  private struct KeyFile: Encodable {
    var issuer: String
    var audience: String
    var active: String
    var keys: [String: String]
  }
}
