import Timetabling
import Verification

/// Looks for a timetable of the problem, and returns the best it finds, whatever it leaves out; nil for none.
///
/// It should end within `ticks`, thousands of proposals, and soon after `isCancelled` says so. What it returns is
/// believed only once the independent verifier has found no hard rule broken.
public typealias TimetableSearch =
  @Sendable (
    _ ticks: UInt64, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws -> Timetable?

/// A timetable that was verified, which proves that what it holds can be held under all rules.
struct Witness {
  let timetable: Timetable
  var isComplete: Bool { timetable.unplaced.isEmpty }

  /// Throws where a hard rule is broken, or a meeting missing without being listed.
  init(_ timetable: Timetable, of problem: Problem) throws(WitnessRefused) {
    if let violation = Verifier.verify(problem, timetable).violations.first {
      throw WitnessRefused(violation: violation)
    }
    self.timetable = timetable
  }

  /// When it holds each of `times.meetings`, as a literal; −1 for what it leaves out.
  func literals(in times: MeetingTimes) -> [Int32] {
    var literals = [Int32](repeating: -1, count: times.meetings.count)
    for entry in timetable.entries where entry.kind != .makeup {
      guard let lesson = times.index.lessonIndex[entry.lesson], entry.meeting < times.ofLesson[lesson].count else {
        continue
      }
      let meeting = times.ofLesson[lesson].lowerBound + entry.meeting
      if let option = times.spans(meeting).firstIndex(of: entry.time) {
        literals[meeting] = times.meetings[meeting].literal(option)
      }
    }
    return literals
  }
}

/// The first hard rule that a timetable was found to break.
struct WitnessRefused: Error {
  let violation: Violation
}
