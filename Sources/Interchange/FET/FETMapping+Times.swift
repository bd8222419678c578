import Timetabling

extension FETMapping {
  // MARK: Finding

  func teacher(_ element: XMLElement) -> Int? {
    (element.text("Teacher_Name") ?? element.text("Teacher")).flatMap { teachers[$0] }
  }

  func students(_ element: XMLElement) -> Int? {
    (element.text("Students") ?? element.text("Students_Name")).flatMap { groups[$0] }
  }

  /// The lessons of active activities, in the order given.
  func lessons(_ ids: [Int]) -> [LessonID] {
    ids.compactMap { activityIndex[$0] }.map { activities[$0].lessonID }
  }

  /// Slots written as pairs of a day's and an hour's name. What is no day or hour of the file is an issue.
  mutating func slots(_ element: XMLElement, _ item: String, _ day: String, _ hour: String) -> Set<FETSlot> {
    var slots: Set<FETSlot> = []
    for child in element.children(item) {
      // Older files name the two otherwise; the caller asks for both.
      guard let dayName = child.text(day), let hourName = child.text(hour) else { continue }
      if let slot = clock.slot(day: dayName, hour: hourName) {
        slots.insert(slot)
      } else {
        report(
          child, "reference.unknown", "\(element.name) names '\(dayName) \(hourName)', which is no hour of the week.")
      }
    }
    return slots
  }

  mutating func notAvailable(_ element: XMLElement) -> Set<FETSlot> {
    slots(element, "Not_Available_Time", "Day", "Hour")
  }

  /// The lessons that a constraint names by id, or describes by teacher, students, subject, tag and duration.
  func matching(_ element: XMLElement) -> [LessonID] {
    // An id of an inactive activity must not turn into "all activities".
    let ids = element.texts("Activity_Id").compactMap { Int($0) }
    if !ids.isEmpty { return lessons(ids) }
    let (teacher, students) = (element.text("Teacher_Name"), element.text("Students_Name"))
    let (subject, tag) = (element.text("Subject_Name"), element.text("Activity_Tag_Name"))
    let (duration, component) = (element.integer("Duration"), element.integer("Component_Number"))
    let sharing = students.map(namesSharingStudents)
    return activities.filter { activity in
      (teacher.map(activity.teachers.contains) ?? true)
        && (sharing.map { activity.students.contains(where: $0.contains) } ?? true)
        && (subject.map { $0 == activity.subject } ?? true) && (tag.map(activity.tags.contains) ?? true)
        && (duration.map { $0 == activity.duration } ?? true) && (component.map { $0 == activity.component } ?? true)
    }.map(\.lessonID)
  }

  /// A year, a group or a subgroup stands for whoever has students in common with it.
  private func namesSharingStudents(with name: String) -> Set<String> {
    func parts(_ index: Int, _ found: inout Set<Int>) {
      guard found.insert(index).inserted else { return }
      for part in problem.groups[index].parts.compactMap({ groups[$0.rawValue] }) { parts(part, &found) }
    }
    var wanted: Set<Int> = []
    if let index = groups[name] { parts(index, &wanted) }
    return Set(
      groups.filter { _, index in
        var own: Set<Int> = []
        parts(index, &own)
        return !own.isDisjoint(with: wanted)
      }.keys)
  }

  // MARK: Adding

  mutating func addSet(
    _ element: XMLElement, _ kind: ConstraintKind, _ enforcement: Constraint.Enforcement, atLeast: Int = 2,
    parameters: [String: Int] = [:], times: [TimeSpan] = []
  ) {
    let lessons = lessons(element.texts("Activity_Id").compactMap { Int($0) })
    guard lessons.count >= atLeast else { return }
    add(element, kind, enforcement, Selector(lessons: lessons), parameters: parameters, times: times)
  }

  /// A limit on people. A limit that the week's size keeps anyway is left out.
  mutating func limit(
    _ element: XMLElement, _ kind: ConstraintKind, _ enforcement: Constraint.Enforcement, _ parameter: String,
    _ value: String, _ selector: Selector
  ) -> Bool {
    guard let limit = element.integer(value), limit >= 0 else { return false }
    var times: [TimeSpan] = []
    var parameters = [parameter: limit]
    switch kind {
    case .teacherMaxPeriodsPerDayInTimes, .groupMaxPeriodsPerDayInTimes:
      guard let hours = interval(element) else { return true }
      if limit >= hours.count { return true }
      times = spans(hours)
    case .teacherMaxDaysPerWeekInTimes, .groupMaxDaysPerWeekInTimes:
      guard let hours = interval(element) else { return true }
      if limit >= clock.days.count { return true }
      times = spans(hours)
    case .teacherMinPeriodsPerDay, .groupMinPeriodsPerDay:
      // FET has no timetable at all then for a class without lessons; ours asks nothing of it.
      if flag(element, "Allow_Empty_Days") == false { parameters["everyDay"] = 1 }
      if limit == 0 || limit == 1 && parameters["everyDay"] == nil { return true }
    case .groupMaxLateStarts:
      // FET forbids to begin after the second hour; ours counts every late beginning alike.
      if limit > 0 { return false }
    case .teacherMaxSpanPerDay, .groupMaxSpanPerDay:
      if flag(element, "Allow_One_Day_Exception_of_Plus_One") == true { return false }
      if limit >= clock.hours.count { return true }
    case .teacherMaxDaysPerWeek, .groupMaxDaysPerWeek:
      if limit >= clock.days.count { return true }
    case .teacherMaxPeriodsPerDay, .groupMaxPeriodsPerDay, .teacherMaxPeriodsInRow, .groupMaxPeriodsInRow:
      if limit >= clock.hours.count { return true }
    default: break
    }
    guard let range = kind.parameters.first(where: { $0.name == parameter })?.range, range.contains(limit) else {
      return false
    }
    add(element, kind, enforcement, selector, parameters: parameters, times: times)
    return true
  }

  /// The hours from the one named first up to the one named last, which is no part of it; without a last one up to the
  /// day's end. Nil, with an issue, where that is no interval.
  private mutating func interval(_ element: XMLElement) -> Range<Int>? {
    let (first, last) = (element.text("Interval_Start_Hour"), element.text("Interval_End_Hour"))
    for name in [first, last].compactMap({ $0 }) where clock.hour(name) == nil {
      report(element, "reference.unknown", "\(element.name) names hour '\(name)', which does not exist.")
      return nil
    }
    guard let start = first.flatMap(clock.hour), start < last.flatMap(clock.hour) ?? clock.hours.count else {
      report(element, "fet.interval", "\(element.name) names no hours from a first one up to a later one.")
      return nil
    }
    return start..<(last.flatMap(clock.hour) ?? clock.hours.count)
  }

  private func spans(_ hours: Range<Int>) -> [TimeSpan] {
    clock.spans(clock.days.indices.flatMap { day in hours.map { FETSlot(day: day, hour: $0) } }, merged: true)
  }

  /// A hard wish for one activity is a pin; with only its day or hour given it stays a set of starts.
  mutating func preferStart(_ element: XMLElement, _ enforcement: Constraint.Enforcement) -> Bool {
    guard let index = element.integer("Activity_Id").flatMap({ activityIndex[$0] }) else { return true }
    let (dayName, hourName) = (
      element.text("Preferred_Day") ?? element.text("Day"), element.text("Preferred_Hour") ?? element.text("Hour")
    )
    let (day, hour) = (dayName.flatMap(clock.day), hourName.flatMap(clock.hour))
    guard (day != nil) == (dayName != nil), (hour != nil) == (hourName != nil) else { return false }
    if day == nil, hour == nil { return true }
    if enforcement == .hard, problem.lessons[index].pins.isEmpty {
      problem.lessons[index].pins = [Pin(day: day, start: hour.map(clock.start))]
      return true
    }
    let days = day.map { [$0] } ?? Array(clock.days.indices)
    let hours = hour.map { [$0] } ?? Array(clock.hours.indices)
    let slots = days.flatMap { day in hours.map { FETSlot(day: day, hour: $0) } }
    add(
      element, .lessonsAllowedStarts, enforcement, Selector(lessons: [activities[index].lessonID]),
      times: clock.spans(slots, merged: false))
    return true
  }

  mutating func preferStarts(_ element: XMLElement, _ enforcement: Constraint.Enforcement) -> Bool {
    let slots = slots(element, "Preferred_Starting_Time", "Preferred_Starting_Day", "Preferred_Starting_Hour")
      .union(slots(element, "Preferred_Starting_Time", "Day", "Hour"))
    let lessons = matching(element)
    if lessons.isEmpty { return true }
    guard !slots.isEmpty else { return false }
    add(
      element, .lessonsAllowedStarts, enforcement, Selector(lessons: lessons),
      times: clock.spans(slots, merged: false))
    return true
  }

  mutating func preferSlots(_ element: XMLElement, _ enforcement: Constraint.Enforcement) -> Bool {
    let slots = slots(element, "Preferred_Time_Slot", "Preferred_Day", "Preferred_Hour")
      .union(slots(element, "Preferred_Time_Slot", "Day", "Hour"))
    let lessons = matching(element)
    if lessons.isEmpty { return true }
    guard !slots.isEmpty else { return false }
    add(element, .lessonsAllowedTimes, enforcement, Selector(lessons: lessons), times: clock.spans(slots, merged: true))
    return true
  }

  /// With a weight below 100 % FET lets some pairs share a day, and then they must be back to back
  /// if so asked; with 100 % no pair may come near, whatever is asked.
  mutating func minDaysBetween(_ element: XMLElement, _ enforcement: Constraint.Enforcement) -> Bool {
    guard let days = element.integer("MinDays"), days >= 0 else { return false }
    if days == 0 { return true }
    addSet(element, .lessonsMinDaysBetween, enforcement, parameters: ["days": days])
    let isConsecutive =
      flag(element, "Consecutive_If_Same_Day") ?? flag(element, "Adjacent_If_Broken") ?? false
    if enforcement != .hard, isConsecutive {
      addSet(element, .lessonsMinDaysBetween, .hard, parameters: ["days": 1, "consecutive": 1])
    }
    return true
  }

  // MARK: When all constraints have been read

  mutating func finishAvailability() {
    problem.timeGrids = [clock.grid(breaks: breaks)]
    func blocked(_ slots: Set<FETSlot>) -> [Availability] {
      clock.spans(slots, merged: true).map { Availability(span: $0, grade: .blocked) }
    }
    for (index, slots) in blockedTeachers { problem.teachers[index].availability = blocked(slots) }
    for (index, slots) in blockedGroups { problem.groups[index].availability = blocked(slots) }
    for (index, slots) in blockedRooms { problem.rooms[index].availability = blocked(slots) }
  }
}
