import Foundation
import Persistence
import Testing
import Timetabling

/// Who names no term means the one of today.
@Suite struct PublishedTermTests {
  private static func term(
    _ id: TermID, from firstDay: String, weeks: Int, zone: String = "UTC"
  ) -> PublishedTerm {
    var problem = smallProblem(term: id)
    problem.term = Term(id: id, name: id.rawValue, firstDay: firstDay, weekCount: weeks, timeZone: zone)
    return PublishedTerm(term: id, timetable: UUID(), calendar: FrozenCalendar(problem))
  }

  private static func date(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

  @Test(arguments: [
    ("2026-08-01T12:00:00Z", "autumn"), ("2026-09-07T00:00:00Z", "autumn"), ("2026-11-27T12:00:00Z", "autumn"),
    ("2026-12-20T23:59:59Z", "autumn"), ("2026-12-21T00:00:00Z", "spring"), ("2027-02-28T12:00:00Z", "spring"),
    ("2027-03-01T00:00:00Z", "spring"), ("2030-01-01T00:00:00Z", "spring"),
  ])
  func todayDecides(now: String, expected: TermID) throws {
    let terms = [
      Self.term("spring", from: "2027-03-01", weeks: 15), Self.term("autumn", from: "2026-09-07", weeks: 15),
    ]
    for all in [terms, terms.reversed()] {
      #expect(PublishedTerm.read(at: try Self.date(now), of: all)?.term == expected)
    }
  }

  @Test func theInstitutionsOwnClockDecides() throws {
    let now = try Self.date("2027-02-28T22:30:00Z")
    for (zone, expected) in [("Europe/Berlin", "autumn"), ("Asia/Tokyo", "spring"), ("America/Lima", "autumn")] {
      let terms = [
        Self.term("autumn", from: "2026-09-07", weeks: 25, zone: zone),
        Self.term("spring", from: "2027-03-01", weeks: 15, zone: zone),
      ]
      #expect(PublishedTerm.read(at: now, of: terms)?.term.rawValue == expected, "\(zone)")
    }
  }

  @Test func ofTermsThatOverlapTheLaterOneCounts() throws {
    let terms = [
      Self.term("year", from: "2026-09-07", weeks: 40), Self.term("summer-school", from: "2027-05-03", weeks: 4),
    ]
    #expect(PublishedTerm.read(at: try Self.date("2027-05-10T08:00:00Z"), of: terms)?.term == "summer-school")
    #expect(PublishedTerm.read(at: try Self.date("2027-06-10T08:00:00Z"), of: terms)?.term == "year")
    #expect(PublishedTerm.read(at: try Self.date("2027-06-10T08:00:00Z"), of: []) == nil)
  }
}
