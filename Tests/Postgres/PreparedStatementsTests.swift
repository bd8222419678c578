import Postgres
import Testing

@Suite struct PreparedStatementsTests {
  private func key(_ text: StaticString) -> PreparedStatements.Key { PreparedStatements.Key(text, []) }

  @Test func theOneUsedLongestAgoMakesRoom() {
    var statements = PreparedStatements(limit: 2, session: 1)
    for text: StaticString in ["a", "b"] {
      #expect(statements.evictIfFull() == nil)
      statements.insert(key(text), name: text.description)
    }
    #expect(statements.name(for: key("a")) == "a")
    #expect(statements.evictIfFull() == "b")
    statements.insert(key("c"), name: "c")
    #expect(statements.name(for: key("b")) == nil && statements.name(for: key("a")) == "a")
    #expect(statements.evictIfFull() == "c")
  }

  @Test func noTwoSessionsGiveTheSameName() {
    var (one, other) = (PreparedStatements(limit: 9, session: 1), PreparedStatements(limit: 9, session: 2))
    let names = (0..<100).flatMap { _ in [one.makeName(), other.makeName()] }
    #expect(Set(names).count == 200)
    #expect(names.allSatisfy { $0.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" } })
  }

  @Test func otherTypesAreAnotherStatement() {
    let text: StaticString = "SELECT $1"
    #expect(PreparedStatements.Key(text, [.text]) != PreparedStatements.Key(text, [.int8]))
    #expect(PreparedStatements.Key(text, [.text]) == PreparedStatements.Key(text, [.text]))
  }
}
