import Foundation
import Server
import Testing
import Yams

/// The description and the server must name the same operations.
@Suite struct InventoryTests {
  private static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func described() throws -> [String: [String: Any]] {
    let path = root.appending(path: "Sources/Server/OpenAPI/openapi.yaml")
    let document = try #require(try Yams.load(yaml: String(contentsOf: path, encoding: .utf8)) as? [String: Any])
    var operations: [String: [String: Any]] = [:]
    for (path, methods) in try #require(document["paths"] as? [String: [String: Any]]) {
      for (method, operation) in methods where method != "parameters" {
        operations["\(method.uppercased()) \(path)"] = try #require(operation as? [String: Any])
      }
    }
    return operations
  }

  @Test func everyRouteIsDescribedAndEveryDescriptionIsARoute() throws {
    let described = Set(try Self.described().keys)
    let registered = Set(ServerApplication.routes.map { "\($0.method.rawValue) \($0.path)" })
    #expect(registered.subtracting(described) == [])
    #expect(described.subtracting(registered) == [])
    #expect(ServerApplication.routes.count == registered.count)
  }

  @Test func whatNeedsNoTokenSaysSo() throws {
    let described = try Self.described()
    for route in ServerApplication.routes where !route.path.contains("{id}/") && !route.path.hasPrefix("/ws") {
      let operation = try #require(described["\(route.method.rawValue) \(route.path)"])
      let isOpen = (operation["security"] as? [Any])?.isEmpty == true
      #expect(isOpen == (route.access == .open), "\(route.method) \(route.path)")
    }
  }

  @Test func everyRouteTakesTheQueryThatIsDescribed() throws {
    let described = try Self.described()
    for route in ServerApplication.routes {
      let operation = try #require(described["\(route.method.rawValue) \(route.path)"])
      let parameters = operation["parameters"] as? [[String: Any]] ?? []
      #expect(!parameters.contains { $0["$ref"] != nil }, "this test reads none")
      let query = parameters.filter { $0["in"] as? String == "query" }.compactMap { $0["name"] as? String }
      #expect(query.sorted() == (route.query ?? []).sorted(), "\(route.method) \(route.path)")
    }
  }

  @Test func everyErrorCodeIsExplained() throws {
    let text = try String(contentsOf: Self.root.appending(path: "ops/ERROR_CODES.md"), encoding: .utf8)
    for code in ProblemCode.allCases {
      #expect(text.contains("| `\(code.rawValue)` | \(code.status.code) |"), "\(code.rawValue) \(code.status.code)")
    }
  }

  @Test func theFileThatIsServedIsTheFileOfTheProject() async throws {
    try await World.with { world in
      let path = Self.root.appending(path: "Sources/Server/OpenAPI/openapi.yaml")
      let file = try String(contentsOf: path, encoding: .utf8)
      #expect(try await world.send(.get, "/openapi.yaml").text == file)
    }
  }
}
