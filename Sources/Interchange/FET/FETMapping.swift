import Timetabling

/// Turns a FET file into a problem, element by element.
struct FETMapping {
  var problem: Problem
  var issues: IssueList
  /// Where each thing of the problem stands in the file.
  private(set) var places = SourcePlaces()
  /// What stands within constraints and means nothing to whoever reads them, each name once.
  var unread: [DataIssue] = []
  /// Kinds that are left out, with the line of the first and how many there are.
  private var unsupported: [String: (line: Int, count: Int)] = [:]

  // What constraints need to find.
  var clock = FETClock(days: [], hours: [])
  private var hoursPlace = "line 1"
  var activities: [FETActivity] = []
  var activityIndex: [Int: Int] = [:]
  /// Activities that are switched off: constraints that name them say nothing.
  var inactive: Set<Int> = []
  private var subjects: Set<String> = []
  private var tags: Set<String> = []
  var teachers: [String: Int] = [:]
  var groups: [String: Int] = [:]
  var rooms: [String: Int] = [:]
  var virtualRooms: [RoomID: FETVirtualRoom] = [:]

  // What becomes of constraints only when all have been read.
  var blockedTeachers: [Int: Set<FETSlot>] = [:]
  var blockedGroups: [Int: Set<FETSlot>] = [:]
  var blockedRooms: [Int: Set<FETSlot>] = [:]
  var breaks: Set<FETSlot> = []
  var roomWishes: [FETRoomWish] = []
  var usedConstraintIDs: [String: Int] = [:]

  init(issueLimit: Int) {
    issues = IssueList(limit: issueLimit)
    problem = Problem(
      name: "", term: Term(id: "term", name: "Term", firstDay: "2026-09-07", weekCount: 1), timeGrids: [])
  }

  /// Given exactly when everything was understood.
  var reading: InstitutionReading {
    InstitutionReading(
      problem: problem, issues: issues.listed, omittedIssues: issues.omitted,
      unsupported: unsupported.sorted { $0.key < $1.key }.map { kind, found in
        DataIssue(
          place: "line \(found.line)", code: "fet.unsupported",
          message: found.count == 1
            ? "'\(kind)' is not understood.\nMaybe switch it off in FET."
            : "'\(kind)' is not understood, \(found.count) times.\nMaybe switch them off in FET.")
      }, remarks: (clock.hasTimes ? [] : [hoursWithoutTimes]) + unread)
  }

  private var hoursWithoutTimes: DataIssue {
    DataIssue(
      place: hoursPlace, code: "fet.hours-without-times",
      message:
        "The hours have names that tell no times of day which all activities can be measured with: times are said by "
        + "these names, and figures count periods.\nMaybe name them 08:00-08:45 in FET.")
  }

  mutating func map(_ root: XMLElement) {
    problem.name = root.text("Institution_Name") ?? "FET"
    checkParts(root)
    mapClock(root)
    mapPeopleAndRooms(root)
    mapActivities(root)
    for list in ["Time_Constraints_List", "Space_Constraints_List"] {
      for element in root.child(list)?.children ?? [] { mapConstraint(element) }
    }
    finishAvailability()
    finishRooms()
  }

  /// A part of the file that nobody reads would take with it all that it says.
  private mutating func checkParts(_ root: XMLElement) {
    let known = [
      "Mode", "Institution_Name", "Comments", "Days_List", "Hours_List", "Subjects_List", "Activity_Tags_List",
      "Teachers_List", "Students_List", "Activities_List", "Buildings_List", "Rooms_List", "Time_Constraints_List",
      "Space_Constraints_List", "Timetable_Generation_Options_List",
    ]
    var seen: Set<String> = []
    for part in root.children where !part.children.isEmpty || !part.text.isEmpty {
      if !seen.insert(part.name).inserted {
        report(part, "fet.part", "There is another '\(part.name)' before this line, and only that one is read.")
      } else if known.contains(part.name) {
        continue
      } else if let meant = Suggestion.nearest(to: part.name, in: known) {
        report(part, "fet.part", "'\(part.name)' is no part of a FET file.\nMaybe '\(meant)' is meant.")
      } else {
        leaveOut(part.name, part)
      }
    }
  }

  // MARK: Days, hours, people, rooms

  private mutating func mapClock(_ root: XMLElement) {
    hoursPlace = "line \((root.child("Hours_List") ?? root).line)"
    for list in [root.child("Days_List"), root.child("Hours_List")] {
      var seen: Set<String> = []
      for element in list?.children ?? [] {
        guard let name = element.text("Name"), !seen.insert(name).inserted else { continue }
        report(element, "id.duplicate", "There is another \(element.name) '\(name)' before this line.")
      }
    }
    clock = FETClock(
      days: root.child("Days_List")?.children("Day").compactMap { $0.text("Name") } ?? [],
      hours: root.child("Hours_List")?.children("Hour").compactMap { $0.text("Name") } ?? [],
      durations: Set(
        root.child("Activities_List")?.children("Activity").compactMap { $0.integer("Duration") }.filter { $0 > 0 }
          ?? []))
    if !(1...32).contains(clock.days.count) {
      report(root.child("Days_List") ?? root, "fet.days", "The file has \(clock.days.count) days, not 1 to 32.")
    }
    if !(1...64).contains(clock.hours.count) {
      report(root.child("Hours_List") ?? root, "fet.hours", "The file has \(clock.hours.count) hours, not 1 to 64.")
    }
  }

  private mutating func mapPeopleAndRooms(_ root: XMLElement) {
    // FET passes over what is listed twice.
    for element in root.child("Subjects_List")?.children("Subject") ?? [] {
      guard let name = element.text("Name"), subjects.insert(name).inserted else { continue }
      places.set("courses", problem.courses.count, to: place(element))
      problem.courses.append(Course(id: FETActivity.course(name)))
    }
    tags = Set(root.child("Activity_Tags_List")?.children("Activity_Tag").compactMap { $0.text("Name") } ?? [])
    for element in root.child("Teachers_List")?.children("Teacher") ?? [] {
      guard let name = element.text("Name"), teachers[name] == nil else { continue }
      teachers[name] = problem.teachers.count
      places.set("teachers", problem.teachers.count, to: place(element))
      problem.teachers.append(Teacher(id: TeacherID(name)))
    }
    for year in root.child("Students_List")?.children("Year") ?? [] { mapStudents(year) }
    for element in root.child("Buildings_List")?.children("Building") ?? [] {
      guard let name = element.text("Name"), !problem.buildings.contains(where: { $0.name == name }) else { continue }
      places.set("buildings", problem.buildings.count, to: place(element))
      problem.buildings.append(Building(id: BuildingID(name), name: name))
    }
    for element in root.child("Rooms_List")?.children("Room") ?? [] {
      guard let name = element.text("Name"), rooms[name] == nil, virtualRooms[RoomID(name)] == nil else { continue }
      if flag(element, "Virtual") == true {
        virtualRooms[RoomID(name)] = FETVirtualRoom(
          element: element, capacity: number(element, "Capacity") ?? 30_000,
          sets: element.children("Set_of_Real_Rooms").map { $0.texts("Real_Room").map { RoomID($0) } })
        continue
      }
      rooms[name] = problem.rooms.count
      places.set("rooms", problem.rooms.count, to: place(element))
      problem.rooms.append(
        Room(
          id: RoomID(name), capacity: max(0, number(element, "Capacity") ?? 30_000),
          building: element.text("Building").map { BuildingID($0) }))
    }
    for room in virtualRooms.values.sorted(by: { $0.element.line < $1.element.line }) {
      for name in room.all where rooms[name.rawValue] == nil {
        report(
          room.element, "reference.unknown",
          "Virtual room '\(room.element.text("Name") ?? "")' names real room '\(name)', which does not exist.")
      }
    }
  }

  /// Years, groups and subgroups are one kind of thing: a set of students with parts. The same
  /// group may stand in several years, and the same subgroup in several groups.
  private mutating func mapStudents(_ element: XMLElement) {
    guard let name = element.text("Name") else { return }
    if groups[name] == nil {
      groups[name] = problem.groups.count
      places.set("groups", problem.groups.count, to: place(element))
      problem.groups.append(
        ClassGroup(id: ClassGroupID(name), size: max(0, number(element, "Number_of_Students") ?? 0)))
    }
    guard let index = groups[name] else { return }
    for child in element.children where child.name == "Group" || child.name == "Subgroup" {
      mapStudents(child)
      if let part = child.text("Name"), part != name, !problem.groups[index].parts.contains(ClassGroupID(part)) {
        problem.groups[index].parts.append(ClassGroupID(part))
      }
    }
  }

  // MARK: Activities

  private mutating func mapActivities(_ root: XMLElement) {
    for element in root.child("Activities_List")?.children("Activity") ?? [] {
      guard flag(element, "Active") ?? true else {
        if let id = element.integer("Id") { inactive.insert(id) }
        continue
      }
      guard let id = element.integer("Id"), let duration = element.integer("Duration"), duration >= 1 else {
        report(element, "fet.activity", "An activity has no whole number for its id or its duration.")
        continue
      }
      let activity = FETActivity(
        id: id, groupID: number(element, "Activity_Group_Id") ?? 0, duration: duration,
        teachers: element.texts("Teacher"), subject: element.text("Subject") ?? "",
        students: element.texts("Students"), tags: element.texts("Activity_Tag"))
      for name in activity.teachers where teachers[name] == nil {
        report(element, "reference.unknown", "Activity \(id) names teacher '\(name)', who does not exist.")
      }
      for name in activity.students where groups[name] == nil {
        report(element, "reference.unknown", "Activity \(id) names students '\(name)', who do not exist.")
      }
      if !activity.subject.isEmpty, !subjects.contains(activity.subject) {
        report(
          element, "reference.unknown", "Activity \(id) names subject '\(activity.subject)', which does not exist.")
      }
      if activityIndex[id] != nil { report(element, "id.duplicate", "Two activities have the id \(id).") }
      activityIndex[id] = activities.count
      activities.append(activity)
      places.set("lessons", problem.lessons.count, to: place(element))
      problem.lessons.append(activity.lesson(size: number(element, "Number_Of_Students"), clock: clock))
    }
  }

  // MARK: Constraints

  private mutating func mapConstraint(_ element: XMLElement) {
    guard flag(element, "Active") ?? true else { return }
    guard let weight = weight(of: element), weight > 0 else { return }
    let kind = element.name.hasPrefix("Constraint") ? String(element.name.dropFirst(10)) : element.name
    guard let handler = FETCatalogue.handlers[kind] else { return leaveOut(kind, element) }
    // What a constraint names must be there: one that names nobody would bind nobody.
    guard namesWhatExists(element) else { return }
    let enforcement: Constraint.Enforcement = weight >= 100 ? .hard : .weighted(max(1, Int(weight.rounded())))
    if !handler(&self, element, enforcement) { leaveOut(kind, element) } else { tellUnread(element) }
  }

  /// In percent; 100 where nothing is said. Nil, with an issue, for what is no weight.
  private mutating func weight(of element: XMLElement) -> Double? {
    let name = element.text("Weight_Percentage") == nil ? "Weight" : "Weight_Percentage"
    guard let text = element.text(name) else { return 100 }
    guard let weight = element.number(name), (0...100).contains(weight) else {
      report(
        element, "fet.number",
        "'\(text)' in '\(name)' of \(element.name) is no percentage from 0 to 100.\nMaybe write it with a point: 99.5.")
      return nil
    }
    return weight
  }

  private mutating func namesWhatExists(_ element: XMLElement) -> Bool {
    let count = issues.count
    func unknown(_ elements: [String], _ isKnown: (String) -> Bool) -> [(String, String)] {
      elements.flatMap { name in element.texts(name).filter { !isKnown($0) }.map { (name, $0) } }
    }
    let found =
      unknown(["Teacher", "Teacher_Name"]) { teachers[$0] != nil }
      + unknown(["Students", "Students_Name"]) { groups[$0] != nil }
      + unknown(["Subject", "Subject_Name"]) { subjects.contains($0) }
      + unknown(["Activity_Tag", "Activity_Tag_Name"]) { tags.contains($0) }
      + unknown(["Room", "Preferred_Room", "Real_Room"]) { rooms[$0] != nil || virtualRooms[RoomID($0)] != nil }
      + unknown(["Activity_Id", "First_Activity_Id", "Second_Activity_Id", "Third_Activity_Id"]) { text in
        Int(text).map { activityIndex[$0] != nil || inactive.contains($0) } ?? false
      }
    for (name, text) in found {
      report(element, "reference.unknown", "\(element.name) names \(name) '\(text)', which does not exist.")
    }
    return issues.count == count
  }

  /// Adds a constraint under an id that tells where it came from.
  mutating func add(
    _ element: XMLElement, _ kind: ConstraintKind, _ enforcement: Constraint.Enforcement,
    _ selector: Selector = Selector(), parameters: [String: Int] = [:], times: [TimeSpan] = [], rooms: [RoomID] = []
  ) {
    let name = element.name.hasPrefix("Constraint") ? String(element.name.dropFirst(10)) : element.name
    usedConstraintIDs[name, default: 0] += 1
    places.set("constraints", problem.constraints.count, to: place(element))
    problem.constraints.append(
      Constraint(
        id: ConstraintID("\(name) \(usedConstraintIDs[name, default: 0])"), kind: kind, selector: selector,
        parameters: parameters, times: times, rooms: rooms, enforcement: enforcement,
        note: element.text("Comments") ?? ""))
  }

  mutating func leaveOut(_ kind: String, _ element: XMLElement) {
    unsupported[kind, default: (element.line, 0)].count += 1
  }

  mutating func report(_ element: XMLElement, _ code: String, _ message: String) {
    issues.add(at: "line \(element.line)", code, message)
  }

  /// A whole number; nil where nothing is written, and with an issue for anything else.
  mutating func number(_ element: XMLElement, _ name: String) -> Int? {
    guard let text = element.text(name) else { return nil }
    if let number = element.integer(name) { return number }
    report(element, "fet.number", "'\(text)' in '\(name)' of \(element.name) is no whole number.")
    return nil
  }

  /// Nil where nothing is written, and with an issue for what is neither true nor false.
  mutating func flag(_ element: XMLElement, _ name: String) -> Bool? {
    guard let text = element.text(name) else { return nil }
    if let flag = element.flag(name) { return flag }
    report(element, "fet.flag", "'\(text)' in '\(name)' of \(element.name) is neither true nor false.")
    return nil
  }

  private func place(_ element: XMLElement) -> String { "line \(element.line)" }
}
