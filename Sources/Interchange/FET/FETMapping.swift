import Timetabling

/// Turns a FET file into a problem, element by element.
struct FETMapping {
  var problem: Problem
  var issues: IssueList
  var unsupported: [String: Int] = [:]

  // What constraints need to find.
  var clock = FETClock(days: [], hours: [])
  var activities: [FETActivity] = []
  var activityIndex: [Int: Int] = [:]
  var teachers: [String: Int] = [:]
  var groups: [String: Int] = [:]
  var rooms: [String: Int] = [:]

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

  mutating func map(_ root: XMLElement) {
    problem.name = root.text("Institution_Name") ?? "FET"
    mapClock(root)
    mapPeopleAndRooms(root)
    mapActivities(root)
    for list in ["Time_Constraints_List", "Space_Constraints_List"] {
      for element in root.child(list)?.children ?? [] { mapConstraint(element) }
    }
    finishAvailability()
    finishRooms()
  }

  // MARK: Days, hours, people, rooms

  private mutating func mapClock(_ root: XMLElement) {
    clock = FETClock(
      days: root.child("Days_List")?.children("Day").compactMap { $0.text("Name") } ?? [],
      hours: root.child("Hours_List")?.children("Hour").compactMap { $0.text("Name") } ?? [])
    if !(1...32).contains(clock.days.count) {
      report(root.child("Days_List") ?? root, "fet.days", "The file has \(clock.days.count) days, not 1 to 32.")
    }
    if !(1...64).contains(clock.hours.count) {
      report(root.child("Hours_List") ?? root, "fet.hours", "The file has \(clock.hours.count) hours, not 1 to 64.")
    }
  }

  private mutating func mapPeopleAndRooms(_ root: XMLElement) {
    for element in root.child("Subjects_List")?.children("Subject") ?? [] {
      guard let name = element.text("Name") else { continue }
      problem.courses.append(Course(id: FETActivity.course(name)))
    }
    for element in root.child("Teachers_List")?.children("Teacher") ?? [] {
      guard let name = element.text("Name"), teachers[name] == nil else { continue }
      teachers[name] = problem.teachers.count
      problem.teachers.append(Teacher(id: TeacherID(name)))
    }
    for year in root.child("Students_List")?.children("Year") ?? [] { mapStudents(year) }
    for element in root.child("Buildings_List")?.children("Building") ?? [] {
      guard let name = element.text("Name") else { continue }
      problem.buildings.append(Building(id: BuildingID(name), name: name))
    }
    for element in root.child("Rooms_List")?.children("Room") ?? [] {
      guard let name = element.text("Name"), rooms[name] == nil else { continue }
      if element.flag("Virtual") == true { leaveOut("Room (virtual)") }
      rooms[name] = problem.rooms.count
      problem.rooms.append(
        Room(
          id: RoomID(name), capacity: max(0, element.integer("Capacity") ?? 30_000),
          building: element.text("Building").map { BuildingID($0) }))
    }
  }

  /// Years, groups and subgroups are one kind of thing: a set of students with parts. The same
  /// group may stand in several years, and the same subgroup in several groups.
  private mutating func mapStudents(_ element: XMLElement) {
    guard let name = element.text("Name") else { return }
    if groups[name] == nil {
      groups[name] = problem.groups.count
      problem.groups.append(
        ClassGroup(id: ClassGroupID(name), size: max(0, element.integer("Number_of_Students") ?? 0)))
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
      guard element.flag("Active") ?? true else { continue }
      guard let id = element.integer("Id"), let duration = element.integer("Duration"), duration >= 1 else {
        report(element, "fet.activity", "An activity has no whole number for its id or its duration.")
        continue
      }
      let activity = FETActivity(
        id: id, groupID: element.integer("Activity_Group_Id") ?? 0, duration: duration,
        teachers: element.texts("Teacher"), subject: element.text("Subject") ?? "",
        students: element.texts("Students"), tags: element.texts("Activity_Tag"))
      for name in activity.teachers where teachers[name] == nil {
        report(element, "reference.unknown", "Activity \(id) names teacher '\(name)', who does not exist.")
      }
      for name in activity.students where groups[name] == nil {
        report(element, "reference.unknown", "Activity \(id) names students '\(name)', who do not exist.")
      }
      if activityIndex[id] != nil { report(element, "id.duplicate", "Two activities have the id \(id).") }
      activityIndex[id] = activities.count
      activities.append(activity)
      problem.lessons.append(activity.lesson(size: element.integer("Number_Of_Students"), clock: clock))
    }
  }

  // MARK: Constraints

  private mutating func mapConstraint(_ element: XMLElement) {
    guard element.flag("Active") ?? true else { return }
    let weight = element.number("Weight_Percentage") ?? element.number("Weight") ?? 100
    guard weight > 0 else { return }
    let kind = element.name.hasPrefix("Constraint") ? String(element.name.dropFirst(10)) : element.name
    let enforcement: Constraint.Enforcement = weight >= 100 ? .hard : .weighted(max(1, Int(weight.rounded())))
    let isSupported = FETCatalogue.handlers[kind]?(&self, element, enforcement) ?? false
    if !isSupported { leaveOut(kind) }
  }

  /// Adds a constraint under an id that tells where it came from.
  mutating func add(
    _ element: XMLElement, _ kind: ConstraintKind, _ enforcement: Constraint.Enforcement,
    _ selector: Selector = Selector(), parameters: [String: Int] = [:], times: [TimeSpan] = [], rooms: [RoomID] = []
  ) {
    let name = element.name.hasPrefix("Constraint") ? String(element.name.dropFirst(10)) : element.name
    usedConstraintIDs[name, default: 0] += 1
    problem.constraints.append(
      Constraint(
        id: ConstraintID("\(name) \(usedConstraintIDs[name, default: 0])"), kind: kind, selector: selector,
        parameters: parameters, times: times, rooms: rooms, enforcement: enforcement,
        note: element.text("Comments") ?? ""))
  }

  mutating func leaveOut(_ kind: String) { unsupported[kind, default: 0] += 1 }

  mutating func report(_ element: XMLElement, _ code: String, _ message: String) {
    issues.add(at: "line \(element.line)", code, message)
  }
}
