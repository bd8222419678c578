/// One file of the folder: its rows become the elements of one array of the import document.
struct CSVTable {
  struct Column {
    enum Form {
      case text
      case integer
      /// With a point where it has a fraction.
      case decimal
      /// `08:30`; a number could be hours, minutes or parts of a day.
      case time
      /// A whole number or a word: a wish or `blocked`, a weight or `hard`.
      case integerOrWord
      case boolean
      /// Items with `;` between them; `\;` is a semicolon.
      case list
      /// The day's name in the first time grid, or its number from 0.
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
      Column("institution"), Column("id"), Column("name"), Column("firstDay"), Column("weekCount", .integer),
      Column("timeZone"), Column("holidays", .list),
    ])

  static let grid = CSVTable(
    file: "grid.csv", member: "timeGrids",
    columns: [
      Column("grid"), Column("day"), Column("start", .time), Column("end", .time),
      Column("isTeaching", .boolean, usual: "true"), Column("name"),
    ] + gridColumns)

  /// What the rows of `grid.csv` say of their grid as a whole.
  static let gridColumns = [
    Column("longestBridgedPause", .integer), Column("hasClockTimes", .boolean, usual: "true"),
  ]

  /// Rows that belong to something else: `of` and `id` say to what.
  static let availability = CSVTable(
    file: "availability.csv", member: "availability",
    columns: [
      Column("of"), Column("id"), Column("day", .day), Column("start", .time), Column("end", .time),
      Column("grade", .integerOrWord), Column("weeks"),
    ])

  static let pins = CSVTable(
    file: "pins.csv", member: "pins",
    columns: [
      Column("lesson"), Column("meeting", .integer), Column("day", .day), Column("start", .time),
      Column("rooms", .list),
    ])

  /// Files whose rows stand for themselves.
  static let plain = [
    CSVTable(
      file: "zones.csv", member: "zones",
      columns: [Column("id"), Column("name"), Column("latitude", .decimal), Column("longitude", .decimal)]),
    CSVTable(
      file: "travel.csv", member: "travelTimes",
      columns: [Column("from"), Column("to"), Column("minutes", .integer)]),
    CSVTable(file: "buildings.csv", member: "buildings", columns: [Column("id"), Column("name"), Column("zone")]),
    CSVTable(
      file: "rooms.csv", member: "rooms",
      columns: [
        Column("id"), Column("name"), Column("type"), Column("capacity", .integer), Column("features", .list),
        Column("building"), Column("zone"), Column("isVirtual", .boolean, usual: "false"),
        Column("dailyBookingLimit", .integer),
      ]),
    CSVTable(file: "departments.csv", member: "departments", columns: [Column("id"), Column("name")]),
    CSVTable(file: "programs.csv", member: "programs", columns: [Column("id"), Column("name"), Column("department")]),
    CSVTable(
      file: "teachers.csv", member: "teachers",
      columns: [
        Column("id"), Column("name"), Column("department"), Column("maxMinutesPerDay", .integer),
        Column("maxMinutesPerWeek", .integer),
      ]),
    CSVTable(
      file: "groups.csv", member: "groups",
      columns: [
        Column("id"), Column("name"), Column("size", .integer), Column("department"), Column("program"),
        Column("year", .integer), Column("parts", .list), Column("homeRoom"),
      ]),
    CSVTable(
      file: "students.csv", member: "students",
      columns: [Column("id"), Column("name"), Column("group"), Column("year", .integer)]),
    CSVTable(
      file: "courses.csv", member: "courses",
      columns: [
        Column("id"), Column("name"), Column("subject"), Column("department"), Column("kind"),
        Column("year", .integer), Column("credits", .decimal),
      ]),
    CSVTable(
      file: "lessons.csv", member: "lessons",
      columns: [
        Column("id"), Column("name"), Column("course"), Column("part"), Column("department"),
        Column("duration", .integer), Column("meetingsPerWeek", .integer), Column("weeks"), Column("timeGrid"),
        Column("groups", .list), Column("students", .list), Column("teachers", .list), Column("teacherPool", .list),
        Column("teachersFromPool", .integer, usual: "0"), Column("size", .integer),
        Column("roomCount", .integer, in: "roomNeed/count", usual: "1"),
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
        Column("rooms", .list), Column("enforcement", .integerOrWord), Column("note"),
      ]),
  ]

  /// The table of a file; `ROOMS.CSV` is rooms.csv.
  static func named(_ file: String) -> CSVTable? { all.first { $0.file == file.lowercased() } }

  /// What to say of a file that is no table: the table that may be meant is near in name, whatever its ending.
  static func unknown(_ file: String) -> String {
    let known = all.map(\.file)
    let stem = file.split(separator: ".").first.map(String.init) ?? file
    let near =
      Suggestion.nearest(to: file, in: known)
      ?? Suggestion.nearest(to: stem, in: known.map { String($0.dropLast(4)) }).map { $0 + ".csv" }
    return "No file of this name is read." + (near.map { "\nMaybe you meant '\($0)'." } ?? "")
  }

  static let all = [term, grid] + plain + [availability, pins]

  /// What `of` says in availability.csv, and the array it means.
  static let availabilityOwners = ["room": "rooms", "teacher": "teachers", "group": "groups"]
}
