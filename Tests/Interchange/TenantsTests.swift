import Foundation
import Interchange
import Testing
import Timetabling

private let tenants = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("tenants")

private func contents(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: tenants.appendingPathComponent(path)))
}

private func demoSchool() throws -> InstitutionReading {
  var files: [String: [UInt8]] = [:]
  let folder = tenants.appendingPathComponent("demo-school/institution")
  for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".csv") {
    files[name] = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
  }
  return CSVFolder.readAndCheck(files)
}

@Suite struct TenantsTests {
  @Test(arguments: ["demo-university/institution.json", "template/institution.json"])
  func documentsAreReadWithoutIssues(path: String) throws {
    let reading = InstitutionDocument.readAndCheck(try contents(path))
    #expect(reading.issues == [])
    #expect(Precheck.findings(in: try #require(reading.problem)).isEmpty)
  }

  @Test func theSchoolsFilesAreReadWithoutIssues() throws {
    let reading = try demoSchool()
    #expect(reading.issues == [])
    #expect(Precheck.findings(in: try #require(reading.problem)).isEmpty)
  }

  @Test func bothFormsCarryTheDemoInstitutions() throws {
    let university = try #require(InstitutionDocument.read(try contents("demo-university/institution.json")).problem)
    let school = try #require(try demoSchool().problem)
    for problem in [university, school] {
      #expect(InstitutionDocument.read(try InstitutionDocument.write(problem)).problem == problem)
      #expect(CSVFolder.read(try CSVFolder.write(problem).mapValues { Array($0.utf8) }).problem == problem)
    }
  }

  @Test func theUniversityIsAsLargeAsPromised() throws {
    let problem = try #require(InstitutionDocument.read(try contents("demo-university/institution.json")).problem)
    #expect(problem.departments.count == 12)
    #expect(problem.courses.count == 200)
    #expect(problem.lessons.count >= 500)
    #expect(problem.groups.count == 60)
    #expect(problem.teachers.count == 120)
    #expect(problem.rooms.count == 60)
    #expect(problem.zones.count == 3)
    #expect(problem.lessons.contains { $0.teachersFromPool > 0 })
    #expect(problem.lessons.contains { $0.teachers.count == 2 })
    #expect(problem.lessons.contains { $0.weeks == .odd(problem.term.weekCount) })
    #expect(problem.lessons.contains { !$0.students.isEmpty })
  }
}

@Suite struct SchemaTests {
  /// The reader tells what it asks for; the schema must say the same.
  @Test func theSchemaHasTheMembersThatAreRead() throws {
    let schema = try #require(
      try JSONSerialization.jsonObject(with: Data(try contents("institution.schema.json"))) as? [String: Any])
    let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
    var described: [String: [String]] = [:]
    for object in [schema] + definitions.values {
      guard let title = object["title"] as? String, let properties = object["properties"] as? [String: Any] else {
        continue
      }
      described[title] = properties.keys.sorted()
    }
    #expect(described == InstitutionDocument.vocabulary)
  }

  @Test func theSchemaNamesEveryKindOfConstraint() throws {
    let schema = try #require(
      try JSONSerialization.jsonObject(with: Data(try contents("institution.schema.json"))) as? [String: Any])
    let constraint = try #require((schema["$defs"] as? [String: [String: Any]])?["constraint"])
    let kind = try #require((constraint["properties"] as? [String: [String: Any]])?["kind"])
    #expect(kind["enum"] as? [String] == ConstraintKind.allCases.map(\.rawValue))
  }
}
