import Testing
import Tokens

@Suite struct StrictJSONTests {
  private static func read(_ text: String) throws(StrictJSON.Failure) -> StrictJSON {
    try StrictJSON(Array(text.utf8), limits: .init(depth: 3, values: 20))
  }

  @Test func valuesKeepWhatTheyAre() throws {
    #expect(
      try Self.read(#" {"a":[1,-0,2.5,1e2,true,null],"b":"x"} "#)
        == .object([
          "a": .array([.integer(1), .integer(0), .number(2.5), .number(100), .bool(true), .null]), "b": .string("x"),
        ]))
    #expect(try Self.read("9223372036854775807") == .integer(.max))
    #expect(try Self.read("9223372036854775808") == .number(9_223_372_036_854_775_808))
    #expect(try Self.read(#""\u00e9\n\"\\\/ \ud83d\ude00""#) == .string("é\n\"\\/ 😀"))
  }

  @Test(arguments: [
    "", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"", "{\"a\":", "{\"a\":1,}", "{a:1}", "{'a':1}", "01", "+1", "1.",
    ".5", "1e",
    "-", "0x1", "NaN", "Infinity", "1e999", "tru", "True", "nul", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
    "\"\\u+123\"",
    "\"\\ud83d\"", "\"\\ud83dx\"", "\"\\ude00\"", "\"\\ud83d\\u0041\"", "\"\n\"", "1 2", "[]]", "{}x", "[[[[1]]]]",
    "/**/1",
    "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]",
  ])
  func malformedTextIsRefused(_ text: String) {
    #expect(throws: StrictJSON.Failure.self) { try Self.read(text) }
  }

  @Test func theFailureSaysWhere() {
    #expect(throws: StrictJSON.Failure(offset: 7, reason: "the name 'a' occurs twice")) {
      try Self.read(#"{"a":1,"a":2}"#)
    }
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0xEF, 0xBB, 0xBF, 0x31],
    ] as [[UInt8]])
  func invalidUTF8IsRefused(_ bytes: [UInt8]) {
    #expect(throws: StrictJSON.Failure.self) { try StrictJSON(bytes) }
  }

  @Test func deepNestingEndsAtTheLimitAndNotOnTheStack() {
    #expect(throws: StrictJSON.Failure.self) { try Self.read(String(repeating: "[", count: 1_000_000)) }
  }
}
