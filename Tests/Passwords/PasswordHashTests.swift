import Passwords
import Testing

@Suite struct PasswordHashTests {
  private static let cheap = PasswordHash.Cost(logarithmOfRounds: 4)

  @Test func onlyThePasswordMatches() throws {
    let hash = try PasswordHash(of: "correct horse battery", cost: Self.cheap)
    #expect(hash.matches("correct horse battery"))
    #expect(!hash.matches("correct horse batterY") && !hash.matches(""))
    #expect(!hash.matches(String(repeating: "x", count: 1_000_000)))
  }

  @Test func theTextCarriesEverything() throws {
    let hash = try PasswordHash(of: "correct horse battery", cost: Self.cheap)
    let read = try #require(PasswordHash(text: hash.text))
    #expect(read == hash && read.matches("correct horse battery") && !read.matches("another password"))
  }

  @Test func twoHashesOfOnePasswordDiffer() throws {
    #expect(
      try PasswordHash(of: "same password", cost: Self.cheap) != PasswordHash(of: "same password", cost: Self.cheap))
  }

  /// RFC 7914, section 12: scrypt("pleaseletmein", "SodiumChloride"…) needs a 14 byte salt, which is too short here;
  /// this vector was made with Python's hashlib.scrypt(n=1024, r=8, p=1).
  @Test func itIsScrypt() throws {
    let text = "scrypt$10$8$1$MDEyMzQ1Njc4OWFiY2RlZg==$o3zBilPc86r0aNumivxDqGJbs1CVkVYyLfGzVSIFS0U="
    let hash = try #require(PasswordHash(text: text))
    #expect(hash.matches("pleaseletmein"))
  }

  @Test func theDefaultCostWorks() throws {
    #expect(try PasswordHash(of: "correct horse battery").matches("correct horse battery"))
  }

  @Test func theUnmatchableMatchesNothing() {
    #expect(!PasswordHash.unmatchable(cost: Self.cheap).matches("anything at all"))
  }

  @Test(arguments: ["", "short", String(repeating: "x", count: 257)])
  func badLengthsAreRefused(_ password: String) {
    #expect(throws: PasswordError.badLength(password.utf8.count)) { try PasswordHash(of: password, cost: Self.cheap) }
  }

  @Test(arguments: [
    "", "x", "scrypt$4$8$1$$", "bcrypt$4$8$1$MDEyMzQ1Njc4OWFiY2RlZg==$o3zBilPc86r0aNumivxDqGJbs1CVkVYyLfGzVSIFS0U=",
    "scrypt$40$8$1$MDEyMzQ1Njc4OWFiY2RlZg==$VECTOR",
    "scrypt$4$8$1$AAAA$o3zBilPc86r0aNumivxDqGJbs1CVkVYyLfGzVSIFS0U=", "scrypt$4$8$1$MDEyMzQ1Njc4OWFiY2RlZg==$AAAA",
    "scrypt$4$8$1$MDEyMzQ1Njc4OWFiY2RlZg==$VECTOR$",
  ])
  func otherTextsAreNoHash(_ text: String) {
    #expect(PasswordHash(text: text) == nil)
  }
}
