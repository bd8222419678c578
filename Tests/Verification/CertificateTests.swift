import Foundation
import Testing
import Timetabling
import Verification

@Suite struct CertificateTests {
  private let strategy = Certificate.Strategy(id: "org.example.s", version: "1", digest: "builtin")

  private func issue(_ problem: Problem, _ timetable: Timetable) throws -> Certificate {
    try Certificate.issue(
      problem: problem, timetable: timetable, strategy: strategy, engineVersion: "1.0", seed: .max,
      issuedAt: Date(timeIntervalSince1970: 1_800_000_000))
  }

  @Test func aValidTimetableIsCertified() throws {
    let (problem, entries) = VerifierTests.sound()
    let timetable = Timetable(entries: entries)
    let certificate = try issue(problem, timetable)
    #expect(certificate.covers(timetable, of: problem))
    #expect(certificate.placed == 2 && certificate.checks["room-clash"] == 2)
    let copy = try JSONDecoder().decode(Certificate.self, from: JSONEncoder().encode(certificate))
    #expect(copy == certificate)
  }

  @Test func aCertificateCoversNothingElse() throws {
    var (problem, entries) = VerifierTests.sound()
    let certificate = try issue(problem, Timetable(entries: entries))
    entries[0].rooms = ["R1"]
    #expect(!certificate.covers(Timetable(entries: entries), of: problem))
    problem.rooms[0].capacity += 1
    #expect(!certificate.covers(Timetable(entries: VerifierTests.sound().1), of: problem))
  }

  @Test func aConflictIsRefusedWithItsReport() {
    var (problem, entries) = VerifierTests.sound()
    problem.lessons[0].size = 31
    entries[1].rooms = ["R1"]
    #expect(throws: CertificateRefused.self) { try issue(problem, Timetable(entries: entries)) }
    do {
      _ = try issue(problem, Timetable(entries: entries))
    } catch {
      #expect((error as? CertificateRefused)?.report.violations.map(\.rule) == ["room-capacity"])
    }
  }

  @Test func hashesAreOfContentNotOfOrderOrReasons() {
    let (problem, entries) = VerifierTests.sound()
    let forward = Timetable(entries: entries, unplaced: [Unplaced(lesson: "X", reasons: ["full"])])
    let backward = Timetable(entries: entries.reversed(), unplaced: [Unplaced(lesson: "X", reasons: [])])
    #expect(ContentHash.of(forward) == ContentHash.of(backward))
    #expect(ContentHash.of(forward) != ContentHash.of(Timetable(entries: entries)))
    #expect(ContentHash.of(problem).count == 64)
  }

  /// Pinned: a changed hash would orphan every certificate issued so far.
  @Test func theHashOfAnEmptyTimetableNeverChanges() {
    // printf '{"entries":[],"unplaced":[]}' | sha256sum
    #expect(
      ContentHash.of(Timetable(entries: []))
        == "a47ace01aee279c4ab2ce03774400334cfc657e2e4452bea989c0ef0b08f1522")
  }

  @Test(arguments: 0..<50 as Range<UInt64>) func problemsSurviveJSON(seed: UInt64) throws {
    let problem = RandomInstitution(seed: seed).problem
    let copy = try JSONDecoder().decode(Problem.self, from: JSONEncoder().encode(problem))
    #expect(copy == problem)
    #expect(ContentHash.of(copy) == ContentHash.of(problem))
  }
}
