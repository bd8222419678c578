import ArgumentParser
import Timetabling

/// What a timetable breaks and what it leaves out: said before anything else is said about it.
package struct TimetableFaults: Encodable {
  package struct Missing: Encodable, Hashable {
    package var lesson: LessonID
    /// 0-based.
    package var meeting: Int
  }

  package let conflicts: [Conflict]
  package let missing: [Missing]

  /// So many of each are named.
  private static let mostNamed = 20

  package init(_ timetable: Timetable, _ index: ProblemIndex) {
    conflicts = ConflictDetector(index).conflicts(of: timetable)
    missing = index.missingMeetings(in: timetable).map { Missing(lesson: $0.lesson, meeting: $0.meeting) }
  }

  package var isSound: Bool { conflicts.isEmpty && missing.isEmpty }

  /// How a command ends that was asked about such a timetable; nil where nothing is wrong.
  package var exit: ExitCode? {
    !conflicts.isEmpty ? CommandExit.failed : missing.isEmpty ? nil : CommandExit.incomplete
  }

  package var text: String {
    var lines = [
      "breaks \(Self.count(conflicts.count, "hard rule")), \(Self.count(missing.count, "meeting")) missing"
    ]
    lines += conflicts.prefix(Self.mostNamed).map { "  \($0.kind.rawValue): \($0.message)" }
    if conflicts.count > Self.mostNamed { lines.append("  and \(conflicts.count - Self.mostNamed) more broken") }
    lines += missing.prefix(Self.mostNamed).map { "  missing: \($0.lesson), meeting \($0.meeting + 1)" }
    if missing.count > Self.mostNamed { lines.append("  and \(missing.count - Self.mostNamed) more missing") }
    return lines.joined(separator: "\n")
  }

  private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
