/// Term, holidays, time grids, and what is available when.
extension ProblemChecker {
  mutating func checkTerm() {
    let term = problem.term
    checkText(term.id.rawValue, "/term/id", "the term's id")
    checkRange(term.weekCount, 1...64, "/term/weekCount", "the number of weeks of term \(term.name)")
    checkDate(term.firstDay, "/term/firstDay", "the first day of the term")
    var seen: Set<String> = []
    for (position, holiday) in term.holidays.enumerated() {
      checkDate(holiday, "/term/holidays/\(position)", "a holiday")
      require(
        seen.insert(holiday).inserted, "/term/holidays/\(position)", "reference.duplicate",
        "The holiday \(holiday) is listed twice.", advice: "Remove one of the two.")
    }
    require(
      !term.timeZone.isEmpty && term.timeZone.count <= 64
        && term.timeZone.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/_+-".contains($0)) },
      "/term/timeZone", "time-zone.malformed", "The time zone '\(term.timeZone)' is not an IANA name.",
      advice: "Write it like Europe/Berlin.")
  }

  mutating func checkText(_ text: String, _ place: String, _ what: String) {
    require(
      !text.allSatisfy(\.isWhitespace) && text.count <= ProblemCheck.Limit.idLength, place,
      text.allSatisfy(\.isWhitespace) ? "id.empty" : "id.too-long",
      "\(what.sentence) has \(text.count) characters.", advice: "It must have 1 to \(ProblemCheck.Limit.idLength).")
  }

  private mutating func checkDate(_ text: String, _ place: String, _ what: String) {
    require(
      Self.isDate(text), place, "date.malformed", "\(what.sentence) is '\(text)', which is no date of the calendar.",
      advice: "Write it like 2026-09-07.")
  }

  /// `yyyy-mm-dd` of the Gregorian calendar.
  static func isDate(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == 45, bytes[7] == 45 else { return false }
    let digits = bytes.enumerated().filter { $0.offset != 4 && $0.offset != 7 }.map { Int($0.element) - 48 }
    guard digits.allSatisfy((0...9).contains) else { return false }
    let year = digits[0..<4].reduce(0) { $0 * 10 + $1 }
    let (month, day) = (digits[4] * 10 + digits[5], digits[6] * 10 + digits[7])
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return year > 0 && lengths.indices.contains(month - 1) && (1...lengths[month - 1]).contains(day)
  }

  mutating func checkGrids() {
    checkIDs(problem.timeGrids.map(\.id), "timeGrids", of: "time grid")
    require(
      !problem.timeGrids.isEmpty, "/timeGrids", "grid.missing", "There is no time grid.",
      advice: "Add one with the days and bell times of your week.")
    let dayCount = problem.timeGrids.first?.days.count ?? 0
    for (position, grid) in problem.timeGrids.enumerated() {
      let place = "/timeGrids/\(position)"
      checkRange(
        grid.days.count, 1...ProblemCheck.Limit.days, place + "/days", "the number of days of time grid \(grid.id)")
      require(
        grid.days.count == dayCount, place + "/days", "grid.day-count",
        "Time grid \(grid.id) has \(grid.days.count) days, the first one has \(dayCount).",
        advice: "All grids need the same days; leave the periods of unused days out.")
      checkRange(
        grid.longestBridgedPause, 0...1440, place + "/longestBridgedPause",
        "the longest bridged pause of time grid \(grid.id)")
      for (day, value) in grid.days.enumerated() {
        checkName(of: day, in: grid, "\(place)/days/\(day)")
        checkPeriods(value, "\(place)/days/\(day)/periods", of: grid)
      }
      if !grid.hasClockTimes { checkOrder(of: grid, place) }
    }
    let count = problem.timeGrids.count
    require(
      count < 2 || problem.timeGrids.allSatisfy(\.hasClockTimes), "/timeGrids", "grid.no-clock-times",
      "There are \(count) time grids, and not all of them have clock times: nothing tells which periods "
        + "meet at one time.", advice: "Give all grids their clock times, or put all periods into one grid.")
    let wording = wording
    for (day, periods) in ProblemChecker.teachingCounts(problem).enumerated() {
      require(
        periods <= ProblemCheck.Limit.periodsPerDay, "/timeGrids", "grid.too-many-periods",
        "\(wording.day(day)) has \(periods) teaching periods in all grids together.",
        advice: "At most \(ProblemCheck.Limit.periodsPerDay) can be told apart; make the periods longer.")
    }
    require(
      problem.timeGrids.isEmpty || problem.timeGrids[0].days.contains { $0.periods.contains(where: \.isTeaching) },
      "/timeGrids/0", "grid.empty", "The first time grid has no teaching period.", advice: "Add the bell times.")
  }

  /// A clash is looked for day by day: where one grid begins with Tuesday, its Tuesday would be the others' Monday.
  private mutating func checkName(of day: Int, in grid: TimeGrid, _ place: String) {
    let name = grid.days[day].name
    require(
      !name.allSatisfy(\.isWhitespace), place, "day.empty", "A day of time grid \(grid.id) has no name.",
      advice: "Call it Mon or Day 1.")
    guard let first = problem.timeGrids.first, first.days.indices.contains(day) else { return }
    require(
      name == first.days[day].name, place, "grid.day-name",
      "Day \(day) of time grid \(grid.id) is '\(name)', and '\(first.days[day].name)' in time grid \(first.id).",
      advice: "All grids need the same days in the same order; leave the periods of unused days out.")
  }

  /// Where minutes only stand for the order of periods, each period has as many as any other, and there is nothing between.
  private mutating func checkOrder(of grid: TimeGrid, _ place: String) {
    let length = grid.days.lazy.flatMap(\.periods).first?.minutes
    for (day, value) in grid.days.enumerated() {
      for (position, period) in value.periods.enumerated() {
        let follows = position == 0 || value.periods[position - 1].end == period.start
        require(
          follows && period.minutes == length, "\(place)/days/\(day)/periods/\(position)", "grid.no-clock-times",
          "Time grid \(grid.id) has no clock times, so its minutes only count periods; period \(position + 1) of "
            + "\(value.name) is longer or shorter than the first, or does not follow the one before it at once.",
          advice: "Give all periods the same minutes, without pauses between them.")
      }
    }
  }

  private static func teachingCounts(_ problem: Problem) -> [Int] {
    let days = problem.timeGrids.map(\.days.count).max() ?? 0
    return (0..<days).map { day in
      Set(
        problem.timeGrids.flatMap { $0.days.indices.contains(day) ? $0.days[day].periods.filter(\.isTeaching) : [] }
      ).count
    }
  }

  private mutating func checkPeriods(_ day: GridDay, _ place: String, of grid: TimeGrid) {
    for (position, period) in day.periods.enumerated() {
      let words = "\(Wording.clock(period.start))–\(Wording.clock(period.end))"
      require(
        0 <= period.start && period.start < period.end && period.end <= 1440, "\(place)/\(position)",
        "period.malformed",
        "Period \(words) of \(day.name) in time grid \(grid.id) does not end after it starts, within the day.",
        advice: "Times are minutes since midnight, 0 to 1440.")
      guard position > 0 else { continue }
      let earlier = day.periods[position - 1]
      require(
        earlier.end <= period.start, "\(place)/\(position)", "period.overlap",
        "Period \(words) of \(day.name) in time grid \(grid.id) starts before the one listed before it ends, at "
          + "\(Wording.clock(earlier.end)).",
        advice: "List periods in order and without overlap.")
    }
    for (position, period) in day.periods.enumerated() {
      guard let name = period.name else { continue }
      require(
        !name.allSatisfy(\.isWhitespace), "\(place)/\(position)/name", "period.empty",
        "A period of \(day.name) in time grid \(grid.id) has an empty name.", advice: "Leave the name out.")
    }
  }

  /// Spans of one teacher, group or room: in the week, in range, and never two grades for one minute of one week.
  mutating func checkAvailability(_ list: [Availability], _ place: String, of owner: String) {
    for (position, availability) in list.enumerated() {
      let here = "\(place)/\(position)"
      checkSpan(availability.span, here, of: owner)
      if case .wish(let grade) = availability.grade {
        require(
          (-3...3).contains(grade), here + "/grade", "availability.grade",
          "\(owner.sentence) has the wish \(grade).", advice: "Wishes go from -3 (please not) to 3 (gladly).")
      }
      if let weeks = availability.weeks { checkWeeks(weeks, here + "/weeks", of: "a span of \(owner)") }
    }
    let inOrder = list.enumerated().sorted { $0.element.span < $1.element.span }
    for (offset, one) in inOrder.enumerated() where mayGoOn() {
      for other in inOrder[(offset + 1)...] {
        guard other.element.span.day == one.element.span.day, other.element.span.start < one.element.span.end else {
          break
        }
        let weeks = one.element.weeks.map { mine in other.element.weeks.map(mine.meets) ?? true } ?? true
        guard weeks, one.element.span.overlaps(other.element.span) else { continue }
        report(
          "\(place)/\(max(one.offset, other.offset))", "availability.overlap",
          "\(owner.sentence) has two entries that overlap: \(wording.time(one.element.span)) and "
            + "\(wording.time(other.element.span)).",
          advice: "Keep one grade for each minute; cut one of the two spans.")
      }
    }
  }

  mutating func checkSpan(_ span: TimeSpan, _ place: String, of owner: String) {
    let dayCount = problem.timeGrids.first?.days.count ?? 0
    require(
      (0..<max(1, dayCount)).contains(span.day), place + "/day", "span.day",
      "A span of \(owner) is on day \(span.day).", advice: "Days are counted from 0; the week has \(dayCount).")
    require(
      0 <= span.start && span.start < span.end && span.end <= 1440, place, "span.malformed",
      "The span \(Wording.clock(span.start))–\(Wording.clock(span.end)) of \(owner) does not end after it starts, "
        + "within the day.",
      advice: "Times are minutes since midnight, 0 to 1440.")
    let wording = wording
    require(
      wording.periods.map { $0.run(span) != nil } ?? true, place, "span.no-period",
      "A span of \(owner) on \(wording.day(span.day)) does not begin and end with periods, and the time grid has no clock "
        + "times.", advice: "Give it the minutes that stand for whole periods.")
  }

  mutating func checkWeeks(_ weeks: WeekSet, _ place: String, of owner: String) {
    let weekCount = problem.term.weekCount
    require(
      !weeks.isEmpty, place, "weeks.empty", "The week pattern of \(owner) has no week.",
      advice: "Set at least one character to 1, or leave the pattern out for every week.")
    require(
      weeks.mask & ~WeekSet.first(weekCount).mask == 0, place, "weeks.outside-term",
      "The week pattern '\(weeks.pattern)' of \(owner) goes beyond the term's \(weekCount) weeks.",
      advice: "Shorten the pattern, or lengthen the term.")
  }
}
