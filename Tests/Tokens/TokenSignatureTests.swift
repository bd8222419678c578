import Testing
import Tokens

@Suite struct TokenSignatureTests {
  @Test func bothKeysAreAcceptedUnderTheirOwnName() throws {
    #expect(try Forge.isAccepted(Forge.token()))
    #expect(try Forge.isAccepted(Forge.token(header: #"{"alg":"HS256","kid":"k2"}"#, secret: Forge.otherSecret)))
  }

  @Test func otherKeysAreRefused() throws {
    #expect(try Forge.refusal(Forge.token(secret: Forge.otherSecret)) == .signature)
    for secret in ["", " ", "secret", "password", "changeme", "horarium", "your-256-bit-secret"] {
      #expect(try Forge.refusal(Forge.token(secret: Array(secret.utf8))) == .signature)
    }
    #expect(try !Forge.isAccepted(Forge.token(secret: [UInt8](repeating: 0, count: 32))))
  }

  @Test func everyFlippedByteIsRefused() throws {
    let good = Array(Forge.token().utf8)
    for index in good.indices {
      for bit in 0..<8 {
        var bad = good
        bad[index] ^= 1 << bit
        #expect(try !Forge.isAccepted(String(decoding: bad, as: UTF8.self)), "byte \(index), bit \(bit)")
      }
    }
  }

  @Test func everyPrefixIsRefused() throws {
    let good = Forge.token()
    for length in 0..<good.utf8.count { #expect(try !Forge.isAccepted(String(good.prefix(length)))) }
  }

  @Test func signaturesOfOtherBytesAreRefused() throws {
    let one = Forge.token().split(separator: ".")
    let other = Forge.token(claims: Forge.claims(["sub": #""u2""#])).split(separator: ".")
    #expect(try Forge.refusal("\(one[0]).\(other[1]).\(one[2])") == .signature)
    #expect(try Forge.refusal("\(one[0]).\(one[1]).\(Forge.base64URL([UInt8](repeating: 0, count: 32)))") == .signature)
    #expect(try !Forge.isAccepted("\(one[0]).\(one[1]).\(Forge.base64URL([0]))"))
  }

  /// What a claim says must not be told before it is known who wrote it.
  @Test func aBadSignatureIsReportedBeforeBadClaims() throws {
    let claims = Forge.claims(["exp": "1", "iss": #""x""#])
    #expect(try Forge.refusal(Forge.token(claims: claims, secret: Forge.otherSecret)) == .signature)
  }

  @Test func randomInputIsRefusedAndNeverCrashes() throws {
    let verifier = TokenVerifier(keys: try Forge.keys)
    var generator = SplitMix(state: 42)
    let good = Array(Forge.token().utf8)
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_..=+/{}\"\0 ".utf8)
    for _ in 0..<100_000 {
      var bytes = good
      switch generator.next() % 3 {
      case 0:
        let length = Int(generator.next() % 200)
        bytes = (0..<length).map { _ in alphabet[Int(generator.next() % UInt64(alphabet.count))] }
      case 1:
        let index = Int(generator.next() % UInt64(bytes.count))
        bytes.removeSubrange(index..<min(bytes.count, index + 1 + Int(generator.next() % 20)))
      default:
        for _ in 0...Int(generator.next() % 4) {
          let index = Int(generator.next() % UInt64(bytes.count))
          bytes.insert(alphabet[Int(generator.next() % UInt64(alphabet.count))], at: index)
        }
      }
      let accepted = (try? verifier.verify(String(decoding: bytes, as: UTF8.self), now: Forge.now)) != nil
      if accepted { #expect(bytes == good) }
    }
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
