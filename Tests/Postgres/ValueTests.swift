import Foundation
import Postgres
import TestSupport
import Testing

private func one<Row: Sendable>(
  _ text: StaticString, _ parameters: [Parameter] = [],
  _ decode: @escaping @Sendable (inout RowReader) throws(RowError) -> Row
) async throws -> Row {
  let conninfo = try await TestServices.postgresConninfo()
  return try await ScriptRunner(configuration: PostgresConfiguration(conninfo: conninfo)).withSession { session in
    try await session.withTransaction { scripts in
      let statement = Statement<[Parameter], Row>(text, encode: { $0 }, decode: decode)
      return try #require(try await scripts.transaction.first(statement, parameters))
    }
  }
}

@Suite struct ValueTests {
  @Test(arguments: [Int64.min, -1, 0, 1, .max]) func `integers come back`(value: Int64) async throws {
    let back = try await one("SELECT $1", [.int(value)]) { (row: inout RowReader) throws(RowError) in try row.int() }
    #expect(back == value)
  }

  @Test(arguments: ["", "plain", "Zürich 時間割 🗓", "'; DROP TABLE x; --", "\u{1}\n\t\\"])
  func `texts come back`(value: String) async throws {
    let back = try await one("SELECT $1::text", [.text(value)]) { (row: inout RowReader) throws(RowError) in
      try row.text()
    }
    #expect(back == value)
  }

  @Test func `all other kinds come back`() async throws {
    let id = UUID()
    let date = Date(timeIntervalSince1970: 1_700_000_000.123456)
    let isSame = try await one(
      "SELECT $1, $2, $3, $4, $5, $6",
      [
        .bool(true), .double(-0.1), .bytes([0, 255, 1]), .uuid(id), .json(Data(#"{"a":[1,"ä"]}"#.utf8)),
        .timestamp(date),
      ]
    ) { (row: inout RowReader) throws(RowError) in
      let same = (try row.bool(), try row.double(), try row.bytes(), try row.uuid())
      let json = String(decoding: try row.json(), as: UTF8.self)
      let back = try row.timestamp()
      return same == (true, -0.1, [0, 255, 1], id) && json == #"{"a": [1, "ä"]}"#
        && abs(back.timeIntervalSince(date)) < 0.000_001
    }
    #expect(isSame)
  }

  @Test func `arrays come back, empty ones included`() async throws {
    let ids = [UUID(), UUID()]
    let texts = ["", "a,b", #"{"}"#, "NULL", "ü"]
    let isSame = try await one(
      "SELECT $1, $2, $3, $4, ARRAY[1, 2]::int4[]",
      [.textArray(texts), .intArray([.min, 0, .max]), .uuidArray(ids), .textArray([])]
    ) { (row: inout RowReader) throws(RowError) in
      let back = (try row.textArray(), try row.intArray(), try row.uuidArray(), try row.textArray(), try row.intArray())
      return back.0 == texts && back.1 == [.min, 0, .max] && back.2 == ids && back.3.isEmpty && back.4 == [1, 2]
    }
    #expect(isSame)
  }

  @Test func `nulls are nil for those who ask, an error for the others`() async throws {
    let absent = try await one("SELECT $1", [.optional(Int64?.none)]) { (row: inout RowReader) throws(RowError) in
      try row.intIfPresent()
    }
    #expect(absent == nil)
    await #expect(throws: PostgresError.self) {
      try await one("SELECT $1", [.optional(Int64?.none)]) { (row: inout RowReader) throws(RowError) in try row.int() }
    }
  }

  @Test func `a wrong type names its column and what to do`() async throws {
    let error = await failure {
      try await one("SELECT now() AS moment") { (row: inout RowReader) throws(RowError) in try row.text() }
    }
    guard case .decoding(let problem) = error else { throw Surprise(error: error) }
    #expect(problem.column == 1 && problem.name == "moment")
    #expect(problem.description.contains("SELECT now()") && problem.description.contains("cast"))
  }

  @Test func `columns too many or too few are errors`() async throws {
    let tooFew = await failure {
      try await one("SELECT 1") { (row: inout RowReader) throws(RowError) in try row.int() + row.int() }
    }
    let tooMany = await failure {
      try await one("SELECT 1, 2") { (row: inout RowReader) throws(RowError) in try row.int() }
    }
    guard case .decoding(let first) = tooFew, case .decoding(let second) = tooMany else {
      throw Surprise(error: tooFew)
    }
    #expect(first.problem == .noMoreColumns && second.problem == .columnsLeft(1))
  }

  @Test func `ten megabytes go there and back`() async throws {
    let large = [UInt8](repeating: 42, count: 10_000_000)
    let back = try await one("SELECT $1", [.bytes(large)]) { (row: inout RowReader) throws(RowError) in try row.bytes()
    }
    #expect(back == large)
  }

  @Test func `a hundred thousand rows arrive in order`() async throws {
    let rows = try await ScriptRunner(configuration: PostgresConfiguration(conninfo: TestServices.postgresConninfo()))
      .withSession { session in
        try await session.withTransaction { scripts in
          try await scripts.transaction.run(
            Statement<Void, Int64>("SELECT generate_series(1, 100000)::int8") {
              (row: inout RowReader) throws(RowError) in try row.int()
            })
        }
      }
    #expect(rows == Array(1...100_000))
  }
}
