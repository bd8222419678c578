import Testing
import Tokens

@Suite struct TokenFormTests {
  @Test func aWellFormedTokenIsAccepted() throws {
    #expect(try Forge.isAccepted(Forge.token()))
  }

  @Test func otherFormsAreRefused() throws {
    let good = Forge.token()
    let parts = good.split(separator: ".").map(String.init)
    let (header, payload, signature) = (parts[0], parts[1], parts[2])
    let forms: [(String, String)] = [
      ("empty", ""), ("no dot", header + payload + signature), ("one dot", header + "." + payload),
      ("four segments", good + ".x"), ("five segments", good + ".x.y"), ("empty header", ".\(payload).\(signature)"),
      ("empty payload", "\(header)..\(signature)"), ("empty signature", "\(header).\(payload)."), ("dots", ".."),
      ("leading space", " " + good), ("trailing space", good + " "), ("line feed", good + "\n"),
      ("carriage return", "\r" + good), ("tab inside", header + ".\t" + payload + "." + signature),
      ("NUL and garbage", good + "\0garbage"), ("NUL inside", header + ".\0" + payload + "." + signature),
      ("standard alphabet", header + "." + payload + ".+/" + signature.dropFirst(2)), ("padding", good + "="),
      ("header with padding", header + "=." + payload + "." + signature),
      ("JSON form", "{\"payload\":\"\(payload)\"}"),
      ("percent-encoded dots", good.split(separator: ".").joined(separator: "%2E")),
      ("full-width letter", "Ａ" + good.dropFirst()),
      ("header and payload swapped", "\(payload).\(header).\(signature)"),
      ("prefixed", "Bearer " + good),
    ]
    for (name, token) in forms { #expect(try !Forge.isAccepted(token), "\(name)") }
  }

  @Test func aSecondSpellingOfTheLastCharacterIsRefused() throws {
    // 32 bytes leave two unused bits in the last character: four spellings that a lax decoder takes for one.
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    let good = Forge.token()
    let last = try #require(good.last)
    let value = try #require(alphabet.firstIndex(of: last))
    for other in 1...3 {
      #expect(try !Forge.isAccepted(String(good.dropLast()) + String(alphabet[value | other])))
    }
  }

  @Test func lengthIsBoundedBeforeTheLibrarySeesIt() throws {
    let padding = { (count: Int) in #"{"alg":"HS256","kid":"k1"}"# + String(repeating: " ", count: count) }
    #expect(try Forge.isAccepted(Forge.token(header: padding(4_000))))
    #expect(try Forge.refusal(Forge.token(header: padding(8_192))) == .form("longer than 8192 bytes"))
    #expect(try !Forge.isAccepted(Forge.token(header: padding(9 << 20))))
  }
}
