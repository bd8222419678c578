import Persistence
import Postgres
import Tenancy
import Testing
import TestTenants
import Timetabling

@Suite struct DepartmentTests {
  private static func context(_ installation: Installation, _ departments: Set<String>) throws -> TenantContext {
    let entry = installation.tenants[0]
    let principal = Principal(
      tenant: entry.id, user: "sam", displayName: "Sam", roles: [.scheduler], departments: departments,
      tokenVersion: entry.tokenVersion)
    return try TenantContext(principal: principal, entry: entry)
  }

  /// Chemistry has two lessons of three; the elective is of a course without a department.
  private static let cases: [(name: String, change: @Sendable (inout Problem) -> Void, concerned: Set<String>?)] = [
    (
      "a lesson is its course's",
      {
        $0.lessons[0].department = nil; $0.lessons.removeLast()
      }, ["chem"]
    ),
    ("a lesson's own department stands above its course's", { $0.lessons[2].department = "math" }, ["chem", "math"]),
    ("what belongs to nobody concerns everybody", { _ in }, ["chem", "math"]),
    (
      "no lesson concerns nobody",
      {
        $0.lessons = []; $0.constraints = []
      }, []
    ),
    (
      "where there is no department there is nobody to ask",
      { problem in
        problem.departments = []
        for index in problem.lessons.indices { problem.lessons[index].department = nil }
        for index in problem.courses.indices { problem.courses[index].department = nil }
        for index in problem.teachers.indices { problem.teachers[index].department = nil }
        for index in problem.groups.indices { problem.groups[index].department = nil }
        for index in problem.programs.indices { problem.programs[index].department = nil }
      }, nil
    ),
  ]

  @Test func aSnapshotConcernsTheDepartmentsOfItsLessons() async throws {
    try await Installation.with { installation in
      for (name, change, concerned) in Self.cases {
        var problem = smallProblem()
        change(&problem)
        let changed = problem
        let hash = try await installation.transaction { try await $0.importProblem(changed) }.snapshot
        for departments in [["chem"], ["math"], ["chem", "math"], ["other"]] as [Set<String>] {
          let refusal = try await installation.pool.withTransaction(for: Self.context(installation, departments)) {
            transaction -> AccessRefusal? in
            do {
              try await transaction.demand(.submitJob, ofSnapshot: hash)
              return nil
            } catch let refusal as AccessRefusal { return refusal }
          }
          let expected: AccessRefusal? =
            if let concerned {
              concerned.isSubset(of: departments)
                ? nil : .departments(.submitJob, missing: concerned.subtracting(departments).sorted())
            } else { .institution(.submitJob, own: departments.sorted()) }
          #expect(refusal == expected, "\(name): \(departments)")
        }
      }
    }
  }

  @Test func meetingsWithoutAPlaceAreTheirDepartmentsToo() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      func unplaced(_ departments: Set<String>) async throws -> [LessonID] {
        try await installation.pool.withTransaction(for: Self.context(installation, departments)) {
          try await $0.draftUnplaced(timetable: generated.timetables[0]).map(\.lesson)
        }
      }
      #expect(try await unplaced([]) == ["l3"])
      #expect(try await unplaced(["chem", "math"]) == [], "the elective belongs to neither")
    }
  }

  @Test func historyIsNotForATenantsRoleToRewrite() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      let workflow = try await installation.transaction { try await $0.select(variant: generated.variants[0]) }
      await #expect(throws: StoreError.self) {
        try await installation.transaction { try await $0.deleteTerm("2026-autumn") }
      }
      // Not even by the function that ends a term.
      let refused = await #expect(throws: PostgresError.self) {
        try await installation.transaction { try await $0.sql.execute(Self.end, "2026-autumn") }
      }
      #expect(refused?.isServerError(SQLState.raisedException) == true)
      #expect(try await installation.transaction { try await $0.history(workflow.id) }.count == 1)
    }
  }

  private static let end = Statement<String, Void>("SELECT end_term($1)") { [.text($0)] }
}
