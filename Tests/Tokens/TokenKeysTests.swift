import Foundation
import Testing
import Tokens

@Suite struct TokenKeysTests {
  private static let good = Data(repeating: 7, count: 32).base64EncodedString()

  private static func load(_ text: String, mode: Int = 0o600) -> Result<TokenKeys, TokenKeysError> {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    _ = FileManager.default.createFile(
      atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode])
    do throws(TokenKeysError) {
      return .success(try TokenKeys(contentsOf: path))
    } catch {
      return .failure(error)
    }
  }

  private static func text(active: String = "k1", key: String = good, name: String = "k1") -> String {
    #"{"issuer":"i","audience":"a","active":"\#(active)","keys":{"\#(name)":"\#(key)"}}"#
  }

  @Test func aGoodFileIsRead() throws {
    let keys = try Self.load(Self.text()).get()
    #expect(keys.issuer == "i" && keys.audience == "a" && keys.active == "k1")
  }

  @Test func secretsAreNotPrinted() throws {
    let keys = try Self.load(Self.text()).get()
    for text in ["\(keys)", String(reflecting: keys), String(describing: [keys])] {
      #expect(!text.contains("7, 7") && !text.contains(Self.good))
    }
    var dumped = ""
    dump(keys, to: &dumped)
    #expect(!dumped.contains("7\n"))
  }

  @Test(arguments: [
    "", "{}", "[]", text(key: ""), text(key: "AAAA"), text(key: "%%%"), text(active: "k9"), text(name: "a/b"),
    text(name: ""), #"{"issuer":"","audience":"a","active":"k1","keys":{"k1":"\#(good)"}}"#,
    #"{"issuer":"i","audience":"a","active":"k1","keys":{"k1":"\#(good)","k1":"\#(good)"}}"#,
    text(key: Data(repeating: 7, count: 31).base64EncodedString()),
  ])
  func badFilesAreRefused(_ text: String) {
    #expect(throws: TokenKeysError.self) { try Self.load(text).get() }
  }

  @Test(arguments: [0o604, 0o640, 0o644, 0o660, 0o602])
  func filesThatOthersMayReadAreRefused(_ mode: Int) {
    #expect(throws: TokenKeysError.self) { try Self.load(Self.text(), mode: mode).get() }
  }

  @Test func aMissingFileIsNamed() {
    #expect(throws: TokenKeysError.unreadable("/nowhere/keys.json")) { try TokenKeys(contentsOf: "/nowhere/keys.json") }
  }
}
