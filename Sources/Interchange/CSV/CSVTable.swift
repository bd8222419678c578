/// One file of the folder: its rows become the elements of one array of the import document.
struct CSVTable {
  struct Column {
    enum Form {
      case text
      /// A number where it looks like one; the reader says what is wrong with anything else.
      case number
      case boolean
      /// Items with `;` between them; `\;` is a semicolon.
      case list
      /// 0-based, or the day's name in the first time grid.
      case day
      /// `max=2; days=1`
      case parameters
      /// `Mon 08:00-09:30; 1 10:00-12:00`
      case times
    }

    let name: String
    /// Names of members, from the row's object on.
    let path: [String]
    let form: Form
    /// What is written as an empty cell.
    let usual: String?

    init(_ name: String, _ form: Form = .text, in path: String? = nil, usual: String? = nil) {
      self.name = name
      self.path = (path ?? name).split(separator: "/").map(String.init)
      self.form = form
      self.usual = usual
    }
  }

  let file: String
  /// The array of the document.
  let member: String
  let columns: [Column]

  static let term = CSVTable(
    file: "term.csv", member: "term",
    columns: [
      Column("institution"), Column("id"), Column("name"), Column("firstDay"), Column("weekCount", .number),
      Column("timeZone"), Column("holidays", .list),
    ])

  static let grid = CSVTable(
    file: "grid.csv", member: "timeGrids",
    columns: [
      Column("grid"), Column("day"), Column("start", .number), Column("end", .number),
      Column("isTeaching", .boolean, usual: "true"), Column("longestBridgedPause", .number),
    ])

  /// Rows that belong to something else: `of` and `id` say to what.
  static let availability = CSVTable(
    file: "availability.csv", member: "availability",
    columns: [
      Column("of"), Column("id"), Column("day", .day), Column("start", .number), Column("end", .number),
      Column("grade", .number), Column("weeks"),
    ])

  static let pins = CSVTable(
    file: "pins.csv", member: "pins",
    columns: [
      Column("lesson"), Column("meeting", .number), Column("day", .day), Column("start", .number),
      Column("rooms", .list),
    ])

  /// Files whose rows stand for themselves.
  static let plain = [
    CSVTable(
      file: "zones.csv", member: "zones",
      columns: [Column("id"), Column("name"), Column("latitude", .number), Column("longitude", .number)]),
    CSVTable(
      file: "travel.csv", member: "travelTimes",
      columns: [Column("from"), Column("to"), Column("minutes", .number)]),
    CSVTable(file: "buildings.csv", member: "buildings", columns: [Column("id"), Column("name"), Column("zone")]),
    CSVTable(
      file: "rooms.csv", member: "rooms",
      columns: [
        Column("id"), Column("name"), Column("type"), Column("capacity", .number), Column("features", .list),
        Column("building"), Column("zone"), Column("isVirtual", .boolean, usual: "false"),
        Column("dailyBookingLimit", .number),
      ]),
    CSVTable(file: "departments.csv", member: "departments", columns: [Column("id"), Column("name")]),
    CSVTable(file: "programs.csv", member: "programs", columns: [Column("id"), Column("name"), Column("department")]),
    CSVTable(
      file: "teachers.csv", member: "teachers",
      columns: [
        Column("id"), Column("name"), Column("department"), Column("maxMinutesPerDay", .number),
        Column("maxMinutesPerWeek", .number),
      ]),
    CSVTable(
      file: "groups.csv", member: "groups",
      columns: [
        Column("id"), Column("name"), Column("size", .number), Column("department"), Column("program"),
        Column("year", .number), Column("parts", .list), Column("homeRoom"),
      ]),
    CSVTable(
      file: "students.csv", member: "students",
      columns: [Column("id"), Column("name"), Column("group"), Column("year", .number)]),
    CSVTable(
      file: "courses.csv", member: "courses",
      columns: [
        Column("id"), Column("name"), Column("subject"), Column("department"), Column("kind"),
        Column("year", .number), Column("credits", .number),
      ]),
    CSVTable(
      file: "lessons.csv", member: "lessons",
      columns: [
        Column("id"), Column("name"), Column("course"), Column("part"), Column("department"),
        Column("duration", .number), Column("meetingsPerWeek", .number), Column("weeks"), Column("timeGrid"),
        Column("groups", .list), Column("students", .list), Column("teachers", .list), Column("teacherPool", .list),
        Column("teachersFromPool", .number, usual: "0"), Column("size", .number),
        Column("roomCount", .number, in: "roomNeed/count", usual: "1"),
        Column("roomTypes", .list, in: "roomNeed/types"), Column("roomFeatures", .list, in: "roomNeed/features"),
        Column("rooms", .list, in: "roomNeed/rooms"), Column("wishedRooms", .list, in: "roomNeed/wished"),
        Column("tags", .list),
      ]),
    CSVTable(
      file: "constraints.csv", member: "constraints",
      columns: [
        Column("id"), Column("kind"), Column("lessons", .list, in: "selector/lessons"),
        Column("courses", .list, in: "selector/courses"), Column("teachers", .list, in: "selector/teachers"),
        Column("groups", .list, in: "selector/groups"), Column("departments", .list, in: "selector/departments"),
        Column("tags", .list, in: "selector/tags"), Column("parameters", .parameters), Column("times", .times),
        Column("rooms", .list), Column("enforcement", .number), Column("note"),
      ]),
  ]

  static let all = [term, grid] + plain + [availability, pins]

  /// What `of` says in availability.csv, and the array it means.
  static let availabilityOwners = ["room": "rooms", "teacher": "teachers", "group": "groups"]
}
