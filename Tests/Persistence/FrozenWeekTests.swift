import Foundation
import Jobs
import Persistence
import Postgres
import Tenancy
import Testing
import TestTenants
import Timetabling

/// What is published stays as it was, whatever is imported later.
@Suite struct FrozenWeekTests {
  private static let people: [WeekOf] = [
    .everything, .student("s1"), .student("s2"), .teacher("bose"), .teacher("curie"), .group("chem-1"),
    .group("chem-1a"), .room("r2"), .department("chem"),
  ]

  private static func weeks(_ timetable: UUID, in installation: Installation) async throws -> [[WeekRow]] {
    try await installation.transaction { transaction in
      var weeks: [[WeekRow]] = []
      for person in people { weeks.append(try await transaction.week(person, timetable: timetable)) }
      return weeks
    }
  }

  @Test func aPublishedWeekStaysWhateverIsImported() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      let published = try await publish(generated.variants[0], in: installation)
      let before = try await Self.weeks(published.timetable, in: installation)
      let header = try await installation.transaction { try await $0.publishedTimetable(term: "2026-autumn") }
      #expect(before[1].map(\.lesson) == ["l1", "l1", "l2"] && before[3].first?.rooms.first?.name == "Lab 2")
      #expect(before[1].first?.period == "1st hour" && before[1].first?.periods == 1)
      let changes: [(inout Problem) -> Void] = [
        { $0.students[0].group = "math-1" },
        { $0.students[0].group = nil },
        { problem in
          problem.students.removeAll()
          for index in problem.lessons.indices { problem.lessons[index].students = [] }
        },
        { $0.lessons[0].students = ["s2"] },
        { $0.groups[0].parts = ["chem-1b"] },
        { $0.rooms[0].name = "Renamed" },
        { $0.teachers[2].name = "Renamed" },
        { $0.courses[0].subject = "Renamed" },
        { $0.timeGrids[0].days[0].name = "Renamed" },
        { $0.timeGrids[0].days[0].periods[0].name = "Renamed" },
        { $0.timeGrids[0].hasClockTimes = false },
        { problem in
          problem.term.firstDay = "2026-09-14"
          problem.term.name = "Renamed"
        },
        { problem in
          problem.lessons = []
          problem.constraints = []
        },
      ]
      for (number, change) in changes.enumerated() {
        var problem = smallProblem()
        change(&problem)
        let changed = problem
        _ = try await installation.transaction { try await $0.importProblem(changed) }
        #expect(try await Self.weeks(published.timetable, in: installation) == before, "change \(number)")
        let now = try await installation.transaction { try await $0.publishedTimetable(term: "2026-autumn") }
        #expect(now == header, "change \(number)")
        let terms = try await installation.transaction { try await $0.publishedTerms() }
        #expect(terms.first?.calendar.days == ["Mo", "Tu", "We"] && terms.first?.calendar.name == "Autumn 2026")
      }
    }
  }

  /// Not even by hand.
  @Test func whatIsPublishedCannotBeChanged() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      let published = try await publish(generated.variants[0], in: installation)
      for statement in [moveAnEntry, dropAnEntry, dropTheGaps, changeTheData] {
        let error = await #expect(throws: PostgresError.self) {
          try await installation.transaction { try await $0.sql.execute(statement, published.timetable) }
        }
        #expect(error?.description.contains("frozen") == true, "\(String(describing: error))")
      }
      // What is no longer published may go.
      _ = try await installation.transaction {
        try await $0.perform(.archive, on: published.id, comment: "Wrong term.")
      }
      try await installation.transaction { try await $0.sql.execute(dropAnEntry, published.timetable) }
    }
  }

  @Test func aStudentOfAVariantIsTheStudentOfItsData() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      var problem = smallProblem()
      problem.students[0].group = "math-1"
      let changed = problem
      _ = try await installation.transaction { try await $0.importProblem(changed) }
      let week = try await installation.transaction {
        try await $0.week(.student("s1"), timetable: generated.timetables[0])
      }
      #expect(week.map(\.lesson) == ["l1", "l1", "l2"])
    }
  }

  @Test func thoseAreToldWhoseWeekHasChanged() async throws {
    try await Installation.with { installation in
      let generated = try await generate(in: installation)
      _ = try await publish(generated.variants[0], in: installation)
      // The same places, but Émilie joins the lab's group, and nobody else is moved.
      var problem = smallProblem()
      problem.students[1].group = "chem-1b"
      let changed = problem
      _ = try await installation.transaction { try await $0.importProblem(changed) }
      _ = try await publish(generated.variants[0], in: installation)
      let told = try await installation.pool.withControlTransaction {
        try await Outbox.take(limit: 100, hold: .seconds(60), in: $0)
      }.filter { $0.topic == "timetable.published" }.map {
        try JSONDecoder().decode(Told.self, from: $0.payload)
      }
      #expect(told.count == 2)
      #expect(told.first?.students == ["s1"], "Émilie had no lesson with a place")
      #expect(told.first?.groups == ["chem-1", "chem-1a", "chem-1b"] && told.first?.teachers == ["bose", "curie"])
      #expect(told.last == Told(teachers: [], groups: [], students: ["s2"]))
    }
  }

  private struct Told: Decodable, Equatable {
    var teachers: [String]
    var groups: [String]
    var students: [String]
  }
}

private let moveAnEntry = Statement<UUID, Void>(
  "UPDATE timetable_entry SET day = 2 WHERE timetable = $1 AND number = 1"
) {
  [.uuid($0)]
}
private let dropAnEntry = Statement<UUID, Void>("DELETE FROM timetable_entry WHERE timetable = $1 AND number = 1") {
  [.uuid($0)]
}
private let dropTheGaps = Statement<UUID, Void>("DELETE FROM unplaced WHERE timetable = $1") { [.uuid($0)] }
private let changeTheData = Statement<UUID, Void>(
  "UPDATE timetable SET calendar = calendar || '{\"name\": \"x\"}' WHERE id = $1"
) { [.uuid($0)] }
