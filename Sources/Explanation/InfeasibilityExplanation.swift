import Timetabling

/// Whether a problem has a complete timetable, and why not, in the institution's own names and numbers.
///
/// Everything in it was proven: by counting, by a verified timetable, or by the exact solver over times and numbers of
/// rooms, a relaxation of the problem: what is impossible there is impossible. That something is possible there does not
/// promise a timetable.
public struct InfeasibilityExplanation: Hashable, Sendable, Codable {
  public enum Verdict: String, Hashable, Sendable, Codable {
    /// Proven: no timetable places every meeting and keeps every hard rule.
    case impossible
    /// Proven: a timetable that places every meeting and keeps every hard rule was found and verified.
    case possible
    /// No such timetable was found, but times exist for all meetings, and rooms enough of every kind.
    case timesExist = "times-exist"
    /// No proof was found within the limits, or without an exact solver.
    case undecided
  }

  public var verdict: Verdict
  /// What counting alone proves.
  public var findings: [Precheck.Finding]
  /// Sets of rules without a rule in common; each set is impossible by itself, so each needs a repair.
  public var conflicts: [RuleConflict]
  /// Whether the cheapest repairs of all conflicts leave times for everything; nil where that is not known.
  public var areRepairsEnough: Bool?
  /// Hard rules that the exact solver's model leaves out.
  public var omissions: [String]
  /// How often the exact solver was asked.
  public var checks: Int
  /// The best timetable that was found, verified to keep every hard rule; complete where the verdict is `possible`.
  public var timetable: Timetable?
  /// What was wrong with a timetable that was found and not believed: a fault of the search or of the verifier.
  public var refusal: String?
  /// Whether the limit of the whole search, or a cancellation, ended it: there may be more conflicts and repairs.
  public var wasCutShort: Bool

  init(findings: [Precheck.Finding]) {
    verdict = findings.isEmpty ? .undecided : .impossible
    self.findings = findings
    conflicts = []
    omissions = []
    checks = 0
    wasCutShort = false
  }
}

/// Rules that cannot all be kept.
public struct RuleConflict: Hashable, Sendable, Codable {
  public var rules: [NamedRule]
  /// Lessons that cannot all be held under these rules.
  public var lessons: [LessonID]
  /// Whether each of the rules, and each of the lessons, is proven needed: without it the rest is possible.
  public var isMinimal: Bool
  public var areLessonsMinimal: Bool
  /// What is enough, each by itself; the cheapest first.
  public var relaxations: [Relaxation]
}

/// A rule in words.
public struct NamedRule: Hashable, Sendable, Codable {
  /// Stable, dotted: `teacher.one-at-a-time`.
  public var code: String
  /// Ids of whom it is about.
  public var subjects: [String]
  /// A whole sentence with names and values.
  public var message: String
}

/// A change that was computed to be enough.
public struct Relaxation: Hashable, Sendable, Codable {
  /// The rule that gives way.
  public var rule: NamedRule
  /// How much of it, in meetings, periods or steps of a limit, as `message` says.
  public var amount: Int
  /// Whether less of it is proven not to be enough.
  public var isLeast: Bool
  /// Whether times exist for everything then, but for other conflicts; else it was found only that this conflict is
  /// gone, its lessons keeping the rules of everybody concerned.
  public var isEnoughForAll: Bool
  /// By `RelaxationEffort`, for the order.
  public var effort: Int
  /// A whole sentence with names and values.
  public var message: String
}

/// How hard changes are for an institution, as points for each meeting, period or step.
public struct RelaxationEffort: Hashable, Sendable {
  public var movePin: Int
  public var freeTime: Int
  public var loosenConstraint: Int
  public var dropConstraint: Int
  public var addRoomPeriod: Int
  public var handOverLesson: Int
  public var leaveOutMeeting: Int

  public init(
    movePin: Int = 2, freeTime: Int = 3, loosenConstraint: Int = 3, dropConstraint: Int = 5, addRoomPeriod: Int = 4,
    handOverLesson: Int = 6, leaveOutMeeting: Int = 8
  ) {
    self.movePin = movePin
    self.freeTime = freeTime
    self.loosenConstraint = loosenConstraint
    self.dropConstraint = dropConstraint
    self.addRoomPeriod = addRoomPeriod
    self.handOverLesson = handOverLesson
    self.leaveOutMeeting = leaveOutMeeting
  }
}

extension InfeasibilityExplanation {
  /// For people, line by line.
  public var text: String {
    var lines: [String] = []
    switch verdict {
    case .impossible: lines.append("Impossible: no timetable can place every meeting and keep every hard rule.")
    case .possible:
      lines.append(
        "Possible: a complete timetable without a conflict was found. It places every meeting and keeps every hard rule, "
          + "as an independent check confirmed.")
    case .timesExist:
      lines.append(
        "Times exist for all meetings, and rooms enough of every kind: nothing is proven impossible. No complete "
          + "timetable was found.")
    case .undecided:
      lines.append(
        "Undecided: neither a complete timetable nor a proof that there is none was found within the limits.")
    }
    for finding in findings {
      lines.append("By counting: \(finding.message)")
      lines += finding.repairs.map { "    maybe \($0)" }
    }
    for (number, conflict) in conflicts.enumerated() {
      lines.append(
        conflicts.count > 1 ? "Conflict \(number + 1) of \(conflicts.count). \(conflict.text)" : conflict.text)
    }
    if conflicts.count > 1 {
      switch areRepairsEnough {
      case true: lines.append("The first repair of each conflict, taken together, is enough.")
      case false: lines.append("The first repair of each conflict, taken together, is not yet enough.")
      default: lines.append("Whether the first repairs of all conflicts are enough together is not known.")
      }
    }
    if wasCutShort {
      lines.append(
        "The search was ended before it was through: there may be more conflicts, smaller ones and more repairs.")
    }
    lines += [partOfTimetable, refusal.map { "A timetable was found, but the independent check refused it: \($0)" }]
      .compactMap { $0 }
    // A complete timetable was checked against these, too.
    if !omissions.isEmpty, verdict != .possible { lines.append("Not looked at: \(Wording.list(omissions, limit: 8)).") }
    return lines.joined(separator: "\n")
  }

  private var partOfTimetable: String? {
    guard let timetable, !timetable.unplaced.isEmpty else { return nil }
    let lessons = Set(timetable.unplaced.map(\.lesson)).sorted().map(\.rawValue)
    let all = timetable.entries.count + timetable.unplaced.count
    return "The best timetable found keeps every hard rule and leaves out \(timetable.unplaced.count) of "
      + "\(Wording.count(all, "meeting")): \(Wording.list(lessons, limit: 12))."
  }
}

extension RuleConflict {
  var text: String {
    let together = rules.count == 1 ? "This rule alone cannot be kept" : "These \(rules.count) rules cannot all be kept"
    let proof =
      isMinimal
      ? (rules.count == 1 ? "" : ", and each of them is needed for that")
      : " (perhaps not all of them are needed for that)"
    var lines = ["\(together)\(proof):"]
    lines += rules.map { "  - \($0.message)" }
    if !lessons.isEmpty {
      let names = Wording.list(lessons.map(\.rawValue), limit: 12)
      lines.append("  \(areLessonsMinimal ? "Lessons that cannot all be held" : "Lessons concerned"): \(names).")
    }
    if relaxations.isEmpty {
      lines.append("  No single change was found to be enough.")
    } else {
      lines += list(relaxations.filter(\.isEnoughForAll), enough: "Enough is", ":")
      lines += list(
        relaxations.filter { !$0.isEnoughForAll }, enough: "Enough to resolve this conflict is",
        "; whether all other lessons have times then was not found out:")
    }
    return lines.joined(separator: "\n")
  }

  private func list(_ some: [Relaxation], enough: String, _ end: String) -> [String] {
    guard !some.isEmpty else { return [] }
    let one = some.count == 1 ? "this" : "any one of these, the least effort first"
    return ["  \(enough) \(one)\(end)"] + some.map { "    * \($0.message)" }
  }
}
