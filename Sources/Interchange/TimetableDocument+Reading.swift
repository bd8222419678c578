import Timetabling

extension TimetableDocument {
  /// Reads what `json` wrote: the timetable, of which only ids count, and every row that names nothing known.
  ///
  /// Lessons, rooms and teachers that the problem does not have are kept as they are named: a base timetable may be
  /// older than its problem. Days are those of the problem's first grid, as `DayNames` writes them. Members that this
  /// version does not know are told, and passed over: other programs may have added what they need.
  public static func read(_ bytes: [UInt8], of problem: Problem) -> TimetableReading {
    let limits = ReadingLimits(bytes: Int(Int32.max) - 1, issues: 200)
    var issues = IssueList(limit: limits.issues)
    guard bytes.count <= limits.bytes else {
      issues.add(at: "", "json.too-large", "The file has \(bytes.count) bytes, more than \(limits.bytes).")
      return TimetableReading(nil, issues)
    }
    let bytes = TextEncoding.utf8(of: bytes)
    do throws(JSONParser.Failure) {
      let text = try JSONParser.parse(bytes, limits: limits)
      if let issue = foreignFormat(text) {
        issues.add(at: issue.place, issue.code, issue.message)
        return TimetableReading(nil, issues)
      }
      let reading = JSONReading(text: text, issues: issues, limits: limits, refusesUnknownMembers: false)
      var written = reading.object(JSONText.root, "timetable") { $0.timetable(of: problem) }
      written?.assumptions += reading.passedOver
      return written?.reading(of: problem, reading.issues) ?? TimetableReading(nil, reading.issues)
    } catch {
      guard bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") else {
        issues.add(at: "", form.code, form.message)
        return TimetableReading(nil, issues)
      }
      let line = bytes[..<error.offset].count { $0 == UInt8(ascii: "\n") } + 1
      issues.add(at: "line \(line)", error.code, error.message)
      return TimetableReading(nil, issues)
    }
  }

  private static let form = DataIssue(
    place: "", code: "timetable.form",
    message: "This is no timetable document.\nMaybe write one with 'solve --out FILE.json'.")

  /// Of another document one sentence says more than all its members that are not those of a timetable.
  private static func foreignFormat(_ text: JSONText) -> DataIssue? {
    guard let node = text.member("format", of: JSONText.root), text.kind(node) == .string else {
      return form
    }
    guard text.string(node) != format else { return nil }
    return DataIssue(
      place: "/format", code: "timetable.format",
      message: "'\(text.string(node))' is not a format this version reads.\nMaybe '\(format)'.")
  }
}

/// A timetable document as it stands in the file, rows without a place left out.
private struct WrittenTimetable {
  var institution: String?
  /// The term's name. Missing where somebody else wrote the document.
  var term: String?
  var entries: [Entry]
  var unplaced: [Unplaced]
  var assumptions: [DataIssue]

  func reading(of problem: Problem, _ issues: IssueList) -> TimetableReading {
    var issues = issues
    let known = Set(problem.lessons.map(\.id))
    let isForeign = institution.map { $0 != problem.name } ?? false
    if isForeign, !entries.isEmpty, !entries.contains(where: { known.contains($0.lesson) }) {
      issues.add(
        at: "/institution", "timetable.institution",
        "The timetable is of '\(institution ?? "")', and '\(problem.name)' has none of its lessons.\n"
          + "Maybe take a timetable of '\(problem.name)'.")
    }
    return TimetableReading(
      Timetable(entries: entries, unplaced: unplaced), issues,
      assumptions: (isForeign ? [otherInstitution(problem.name)] : []) + assumptions + repeated,
      otherTerm: otherTerm(problem.term))
  }

  /// Ids of another term may name other lessons.
  private func otherTerm(_ own: Term) -> DataIssue? {
    guard let term, term != own.name else { return nil }
    return DataIssue(
      place: "/term", code: "timetable.term",
      message: "The timetable is of the term '\(term)', and the problem of '\(own.name)'.\n"
        + "Maybe take a timetable of '\(own.name)'; where only the name has changed, change it in the file too.")
  }

  private func otherInstitution(_ name: String) -> DataIssue {
    DataIssue(
      place: "/institution", code: "timetable.institution",
      message: "The timetable is of '\(institution ?? "")', and the problem of '\(name)'.\nMaybe it is the wrong file.")
  }

  /// A meeting that stands twice can be held once.
  private var repeated: [DataIssue] {
    struct Meeting: Hashable {
      let lesson: LessonID
      let number: Int
    }
    var seen: Set<Meeting> = []
    var twice: [Meeting] = []
    for entry in entries where entry.kind != .makeup {
      let meeting = Meeting(lesson: entry.lesson, number: entry.meeting)
      if !seen.insert(meeting).inserted, !twice.contains(meeting) { twice.append(meeting) }
    }
    guard let first = twice.first else { return [] }
    let more = twice.count == 1 ? "" : ", and so do \(twice.count - 1) more"
    return [
      DataIssue(
        place: "/entries", code: "timetable.repeated",
        message: "Meeting \(first.number + 1) of lesson '\(first.lesson)' stands there more than once\(more).\n"
          + "Maybe remove all entries of a meeting but one.")
    ]
  }
}

extension ObjectView {
  fileprivate mutating func timetable(of problem: Problem) -> WrittenTimetable {
    _ = value("format")
    let (institution, term) = (anyText("institution"), anyText("term"))
    // Missing in documents of before; patterns have the length of the term then.
    var rows = RowReading(problem, weekCount: integer("weekCount", 1...64) ?? problem.term.weekCount)
    _ = required("entries")
    let entries = objects("entries", "timetable entry") { rows.entry(&$0) }.compactMap { $0 }
    let unplaced = objects("unplaced", "meeting left out") { row in
      Unplaced(
        lesson: LessonID(row.requiredAnyText("lesson") ?? ""), meeting: row.integer("meeting", 0...99) ?? 0,
        reasons: row.elements("reasons") { $0.anyText($1, "reasons") })
    }
    return WrittenTimetable(
      institution: institution, term: term, entries: entries, unplaced: unplaced, assumptions: rows.assumptions)
  }

  /// Names and ids are compared with those of the problem, which were looked at when it was read: any text is taken.
  fileprivate mutating func anyText(_ name: String) -> String? {
    value(name).flatMap { reading.anyText($0, name) }
  }

  fileprivate mutating func requiredAnyText(_ name: String) -> String? {
    required(name).flatMap { reading.anyText($0, name) }
  }

  /// Rooms or teachers, of which the names are for people.
  fileprivate mutating func namedIDs(_ name: String, _ kind: String) -> [String] {
    _ = required(name)
    return objects(name, kind) { view in
      _ = view.value("name")
      return view.requiredAnyText("id")
    }.compactMap { $0 }
  }
}

extension JSONReading {
  fileprivate func anyText(_ node: Int, _ name: String) -> String? {
    if text.kind(node) == .string { return text.string(node) }
    report(node, "json.type", "'\(name)' must be a text, not \(describe(node)).")
    return nil
  }
}

/// Reads rows one after another.
private struct RowReading {
  private let days: DayNames
  private let periods: LessonPeriods
  private let weekCount: Int
  private(set) var assumptions: [DataIssue] = []
  /// How often a lesson was met on a day whose name several days have.
  private var met: [String: Int] = [:]

  init(_ problem: Problem, weekCount: Int) {
    days = DayNames(of: problem)
    periods = LessonPeriods(problem)
    self.weekCount = weekCount
  }

  /// A row's time as it is written.
  private struct Time {
    var day: String
    var start: String?
    var end: String?
    /// Instead of start and end, where there are no clock times.
    var period: String?
    var periods: Int?

    var words: String {
      let clock = [start, end].compactMap { $0 }.joined(separator: "-")
      return [day, clock.isEmpty ? period ?? "" : clock].filter { !$0.isEmpty }.joined(separator: " ")
    }
  }

  /// Nil, with an issue, where the row is no place in the week.
  mutating func entry(_ row: inout ObjectView) -> Entry? {
    let before = row.reading.issues.count
    let lesson = row.requiredAnyText("lesson") ?? ""
    let meeting = row.requiredInteger("meeting", 0...99)
    let time = Time(
      day: row.requiredAnyText("day") ?? "", start: row.anyText("start"), end: row.anyText("end"),
      period: row.anyText("period"), periods: row.integer("periods", 1...64))
    let weeksNode = row.required("weeks")
    let pattern = weeksNode.flatMap { row.reading.anyText($0, "weeks") } ?? ""
    let rooms = row.namedIDs("rooms", "room of an entry")
    let teachers = row.namedIDs("teachers", "teacher of an entry")
    let kind: Entry.Kind? = row.required("kind").flatMap { row.reading.choice($0, "kind") }
    // For people.
    for name in ["name", "course", "groups"] { _ = row.value(name) }
    guard row.reading.issues.count == before, let kind, let weeksNode else { return nil }
    guard let day = day(of: time, lesson, row), let span = span(of: time, lesson, day: day),
      let weeks = WeekSet(pattern: pattern)
    else {
      row.reading.report(
        row.node, "timetable.entry", "'\(time.words)', weeks '\(pattern)', is no place in the week.")
      return nil
    }
    guard pattern.count == weekCount else {
      row.reading.report(
        weeksNode, "weeks.length",
        "'\(pattern)' has \(pattern.count) characters, and the term has \(weekCount) weeks.\n"
          + "Maybe zeros were lost: write one character for each week.")
      return nil
    }
    return Entry(
      lesson: LessonID(lesson), meeting: meeting, weeks: weeks, time: span, rooms: rooms.map { RoomID($0) },
      teachers: teachers.map { TeacherID($0) }, kind: kind)
  }

  private func span(of time: Time, _ lesson: String, day: Int) -> TimeSpan? {
    if let start = time.start, let end = time.end {
      guard let start = WallClock.minutes(start), let end = WallClock.minutes(end), start < end else { return nil }
      return TimeSpan(day: day, start: start, end: end)
    }
    guard time.start == nil, time.end == nil, let period = time.period,
      let names = periods.names(of: LessonID(lesson))
    else { return nil }
    return names.span(day: day, first: period, count: time.periods ?? 1)
  }

  /// Documents of before named days by names alone. Where several days have the name, the meetings of each lesson are
  /// dealt to them in turn, which is said: it may be another day than the one that was meant.
  private mutating func day(of time: Time, _ lesson: String, _ row: ObjectView) -> Int? {
    switch days.meaning(of: time.day) {
    case .day(let day): return day
    case .unknown: return nil
    case .several(let labels):
      let turn = met[lesson + "\n" + time.day, default: 0]
      met[lesson + "\n" + time.day] = turn + 1
      if !assumptions.contains(where: { $0.message.hasPrefix("'\(time.day)'") }) {
        assumptions.append(
          DataIssue(
            place: row.reading.place(row.node) + "/day", code: "timetable.day",
            message:
              "'\(time.day)' is the name of \(labels.count) days, and the file does not say which: the meetings of each "
              + "lesson are dealt to \(labels.joined(separator: " and ")) in turn.\n"
              + "Maybe write these labels into the file, as 'solve --out' does."))
      }
      return days.labels.firstIndex(of: labels[turn % labels.count])
    }
  }
}

/// A timetable read from a document; given exactly when nothing is wrong.
public struct TimetableReading: Sendable {
  private let timetable: Timetable?
  public let issues: [DataIssue]
  /// How many more there were.
  public let omittedIssues: Int
  private let assumptions: [DataIssue]
  /// That the file names another term than the problem: worth a word where both are looked at together, and in the way
  /// of whoever makes a new timetable from the old one.
  public let otherTerm: DataIssue?

  init(_ timetable: Timetable?, _ issues: IssueList, assumptions: [DataIssue] = [], otherTerm: DataIssue? = nil) {
    self.timetable = issues.isEmpty ? timetable : nil
    self.issues = issues.listed
    omittedIssues = issues.omitted
    self.assumptions = (otherTerm.map { [$0] } ?? []) + assumptions
    self.otherTerm = otherTerm
  }

  /// The timetable, after everything has been told that the reader had to assume to read it.
  public func timetable(telling tell: (DataIssue) -> Void) -> Timetable? {
    guard let timetable else { return nil }
    assumptions.forEach(tell)
    return timetable
  }
}
