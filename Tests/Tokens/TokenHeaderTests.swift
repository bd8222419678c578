import Testing
import Tokens

@Suite struct TokenHeaderTests {
  @Test(arguments: [
    Forge.header, #"{"alg":"HS256","kid":"k1"}"#, #" { "kid" : "k1" , "alg" : "HS256" } "#,
  ])
  func acceptableHeaders(_ header: String) throws {
    #expect(try Forge.isAccepted(Forge.token(header: header)))
  }

  @Test(arguments: [
    "x", "", "[]", "null", #""HS256""#, String(repeating: "[", count: 3_000), #"{"alg":"HS256","kid":"k1"} x"#,
    #"{"typ":"JWT","kid":"k1"}"#, #"{"alg":null,"kid":"k1"}"#, #"{"alg":256,"kid":"k1"}"#,
    #"{"alg":"none","kid":"k1"}"#,
    #"{"alg":"None","kid":"k1"}"#, #"{"alg":"NONE","kid":"k1"}"#, #"{"alg":"nOnE","kid":"k1"}"#,
    #"{"alg":"hs256","kid":"k1"}"#, #"{"alg":"HS256 ","kid":"k1"}"#, #"{"alg":"HS384","kid":"k1"}"#,
    #"{"alg":"HS512","kid":"k1"}"#, #"{"alg":"RS256","kid":"k1"}"#, #"{"alg":"ES256","kid":"k1"}"#,
    #"{"alg":"PS256","kid":"k1"}"#, #"{"alg":"EdDSA","kid":"k1"}"#, #"{"alg":"X","kid":"k1"}"#,
    #"{"alg":"none","alg":"HS256","kid":"k1"}"#, #"{"alg":"HS256","alg":"HS256","kid":"k1"}"#, #"{"alg":"HS256"}"#,
    #"{"alg":"HS256","kid":""}"#, #"{"alg":"HS256","kid":null}"#, #"{"alg":"HS256","kid":1}"#,
    #"{"alg":"HS256","kid":["k1"]}"#, #"{"alg":"HS256","kid":"k1","kid":"k1"}"#, #"{"alg":"HS256","kid":"K1"}"#,
    #"{"alg":"HS256","kid":"k3"}"#, #"{"alg":"HS256","kid":"../../../../dev/null"}"#,
    #"{"alg":"HS256","kid":"/dev/null"}"#,
    #"{"alg":"HS256","kid":"k1' or '1'='1"}"#, #"{"alg":"HS256","kid":"|sleep 10"}"#,
    #"{"alg":"HS256","kid":"k1\u0000"}"#,
    #"{"alg":"HS256","kid":"k1","jwk":{"kty":"oct","k":"AAAA"}}"#,
    #"{"alg":"HS256","kid":"k1","jku":"https://a.test/k"}"#,
    #"{"alg":"HS256","kid":"k1","x5u":"https://a.test/c"}"#, #"{"alg":"HS256","kid":"k1","x5c":["MII"]}"#,
    #"{"alg":"HS256","kid":"k1","crit":["x"],"x":1}"#, #"{"alg":"HS256","kid":"k1","crit":[]}"#,
    #"{"alg":"HS256","kid":"k1","b64":false}"#, #"{"alg":"HS256","kid":"k1","zip":"DEF"}"#,
    #"{"alg":"HS256","kid":"k1","cty":"JWT"}"#, #"{"alg":"HS256","kid":"k1","typ":"at+jwt"}"#,
    #"{"alg":"HS256","kid":"k1","typ":"logout+jwt"}"#, #"{"alg":"HS256","kid":"k1","typ":"jwt"}"#,
    #"{"alg":"HS256","kid":"k1","typ":1}"#,
  ])
  func otherHeadersAreRefusedThoughTheyAreSigned(_ header: String) throws {
    #expect(try !Forge.isAccepted(Forge.token(header: header)))
  }

  @Test func aKidOfTenKilobytesIsRefused() throws {
    let kid = String(repeating: "k", count: 10_000)
    #expect(try !Forge.isAccepted(Forge.token(header: #"{"alg":"HS256","kid":"\#(kid)"}"#)))
  }

  @Test func invalidUTF8IsRefused() throws {
    let header = Array(#"{"alg":"HS256","kid":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
    let text = Forge.base64URL(header) + "." + Forge.base64URL(Array(Forge.claims().utf8))
    #expect(try !Forge.isAccepted(text + "." + Forge.signature(text)))
  }
}
