public import Foundation
import Timetabling
public import Verification

/// What the independent verifier says of one stored timetable under one term's data, and what is missing in it.
public struct Examination: Hashable, Sendable, Codable {
  /// As many violations are kept by name; the rest is counted.
  static let namedViolations = 100
  /// A rule on a whole department may be broken by thousands of lessons at once.
  static let namedLessons = 20

  public struct Key: Hashable, Sendable, Codable {
    public var timetable: UUID
    /// Hash of the entries and gaps as they are stored.
    public var content: String
    /// Hash of the data.
    public var snapshot: String
  }

  public var key: Key
  /// Covers the entries together with `missing`, under `key.snapshot`. Nil where a rule is broken.
  public var certificate: Certificate?
  public var violationCount: Int
  /// The first ones, with the names and places of their lessons.
  public var violations: [Violation]
  public var missing: [MissingMeeting]
}

/// A timetable about to be examined, with what its certificate will name.
public struct Examinee: Hashable, Sendable, Codable {
  public var timetable: UUID
  public var strategy: Certificate.Strategy
  public var engineVersion: String
  public var seed: UInt64
  /// Names of lessons as the timetable knows them, which today's data may no longer have.
  public var names: [String: String]
}

extension Examinee {
  /// Verifies: takes about as long as issuing a certificate, so not on the cooperative pool.
  func examine(_ stored: Timetable, under problem: Problem, as key: Examination.Key, at date: Date) -> Examination {
    let wording = ViolationWording(problem: problem, timetable: stored, names: names)
    let adapted = stored.adapted(to: problem)
    var examination = Examination(
      key: key, certificate: nil, violationCount: 0, violations: [],
      missing: adapted.unplaced.map {
        MissingMeeting(
          lesson: $0.lesson, meeting: $0.meeting, name: wording.name($0.lesson), reasons: $0.reasons)
      })
    do {
      examination.certificate = try Certificate.issue(
        problem: problem, timetable: adapted, strategy: strategy, engineVersion: engineVersion, seed: seed,
        issuedAt: date)
    } catch {
      examination.violationCount = error.report.violations.count
      examination.violations = error.report.violations.prefix(Examination.namedViolations).map(wording.named)
    }
    return examination
  }
}

/// Adds to the verifier's sentences, which speak in ids, what the lessons are called and where they stand.
private struct ViolationWording {
  private let wording: Wording
  private let names: [LessonID: String]
  private let rooms: [RoomID: String]
  private let entries: [LessonID: [Entry]]

  init(problem: Problem, timetable: Timetable, names: [String: String]) {
    wording = Wording(problem: problem)
    let old = names.map { (LessonID($0.key), $0.value) }
    self.names = Dictionary(old + problem.lessons.map { ($0.id, $0.name) }) { _, new in new }
    rooms = Dictionary(problem.rooms.map { ($0.id, $0.name) }) { first, _ in first }
    entries = Dictionary(grouping: timetable.entries, by: \.lesson)
  }

  func name(_ lesson: LessonID) -> String { names[lesson] ?? lesson.rawValue }

  func named(_ violation: Violation) -> Violation {
    let lessons = violation.lessons.reduce(into: [LessonID]()) { if !$0.contains($1) { $0.append($1) } }
    guard !lessons.isEmpty else { return violation }
    var named = violation
    named.lessons = Array(lessons.prefix(Examination.namedLessons))
    named.message += " It concerns " + Wording.list(lessons.map(place), limit: 3) + "."
    return named
  }

  /// `Chemistry lab (l2, We 08:00–09:30 in Lab 2)`
  private func place(_ lesson: LessonID) -> String {
    let places = (entries[lesson] ?? []).map { entry in
      let rooms = entry.rooms.map { self.rooms[$0] ?? $0.rawValue }
      return wording.time(entry.time) + (rooms.isEmpty ? "" : " in " + rooms.joined(separator: ", "))
    }
    return "\(name(lesson)) (\(([lesson.rawValue] + places.prefix(3)).joined(separator: ", ")))"
  }
}
