import Foundation
import Optimization
import Timetabling
import Verification

/// What `replan` prints: how much moved, and for whom from when and where to when and where.
package struct ReplanReport {
  let problem: Problem
  let replan: Replan
  let verification: VerificationReport
  /// Wall clock of planning and verifying.
  let seconds: Double

  package init(problem: Problem, replan: Replan, verification: VerificationReport, seconds: Double) {
    self.problem = problem
    self.replan = replan
    self.verification = verification
    self.seconds = seconds
  }

  package var text: String {
    let names = MeetingNames(problem)
    var lines = [
      verification.isValid
        ? "Verified: no hard rule is broken."
        : "NOT VERIFIED: \(verification.violations.count) violations of hard rules."
    ]
    lines += verification.violations.prefix(20).map { "  \($0.rule): \($0.message)" }
    lines.append(
      "\(count(replan.forced.count, "lesson")) had to move, \(replan.further.count) more moved to make room; "
        + "\(Self.rings[replan.ring] ?? "") could have moved. \(replan.steps) steps, "
        + String(format: "%.2f s", seconds) + (replan.wasCancelled ? ", ended early as asked." : "."))
    if replan.ranOut { lines.append("note: The steps ran out; with more of them fewer lessons might have to move.") }
    lines += replan.notes.map { "note: \($0.what) \($0.why)" }
    for unplaced in replan.timetable.unplaced {
      lines.append("left out: \(names.lesson(unplaced.lesson, unplaced.meeting))")
      lines += unplaced.reasons.prefix(4).map { "  \($0)" }
    }
    for person in replan.difference.people {
      lines.append("\(Self.roles[person.role] ?? "")\(person.name)")
      lines += person.changes.map { "  " + names.change($0) }
    }
    return lines.joined(separator: "\n")
  }

  private static let rings: [ReplanRing: String] = [
    .illegal: "no others", .neighbors: "only those and their neighbors", .everything: "any lesson",
  ]
  private static let roles: [PersonalChange.Role: String] = [.teacher: "", .group: "class group ", .student: ""]

  private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  private struct Document: Encodable {
    var problem: String
    var replan: Replan
    var verification: VerificationReport
    var seconds: Double
  }

  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nameTimes(of: problem)
    let document = Document(problem: problem.name, replan: replan, verification: verification, seconds: seconds)
    return String(decoding: try encoder.encode(document), as: UTF8.self)
  }
}

extension JSONEncoder {
  /// Where the problem has no clock times, spans are written by the names of their periods.
  func nameTimes(of problem: Problem) {
    guard let key = TimeSpan.namesKey, let periods = Wording(problem: problem).periods else { return }
    userInfo[key] = periods
  }
}

/// Says where meetings are, in the institution's own names.
private struct MeetingNames {
  private let wording: Wording
  private let lessons: [LessonID: Lesson]
  private let rooms: [RoomID: String]
  private let teachers: [TeacherID: String]

  init(_ problem: Problem) {
    wording = Wording(problem: problem)
    lessons = Dictionary(problem.lessons.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    rooms = Dictionary(problem.rooms.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    teachers = Dictionary(problem.teachers.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
  }

  func lesson(_ id: LessonID, _ meeting: Int) -> String {
    let name = lessons[id]?.name ?? id.rawValue
    return (lessons[id]?.meetingsPerWeek ?? 1) > 1 ? "\(name) (\(meeting + 1))" : name
  }

  /// `Algebra, lecture: Mon 10:00–10:50 in Room A → Tue 11:00–11:50 in Room B`.
  func change(_ change: MeetingChange) -> String {
    let isOtherStaff = change.from.map { Set($0.teachers) } != change.to.map { Set($0.teachers) }
    func place(_ place: MeetingPlace?) -> String {
      place.map { text($0, namesTeachers: isOtherStaff && change.from != nil && change.to != nil) } ?? "not held"
    }
    return "\(lesson(change.lesson, change.meeting)): \(place(change.from)) → \(place(change.to))"
  }

  private func text(_ place: MeetingPlace, namesTeachers: Bool) -> String {
    var text = wording.time(place.time)
    if !place.rooms.isEmpty { text += " in " + place.rooms.map { rooms[$0] ?? $0.rawValue }.joined(separator: ", ") }
    if namesTeachers {
      text += " with " + place.teachers.map { teachers[$0] ?? $0.rawValue }.joined(separator: ", ")
    }
    return text
  }
}
