/// Names of weekdays in the order of the week, where that is what a grid's days are called.
struct CSVWeek {
  private let names: [String]
  /// 0 for Monday; nil where a name is no weekday, or two are the same one.
  private let weekdays: [Int]?

  private static let known = [
    ["mon", "monday", "mo", "montag", "lun", "lundi", "lunes", "lunedì", "lunedi", "segunda", "seg"],
    ["tue", "tuesday", "tu", "tues", "di", "dienstag", "mardi", "mar", "martes", "martedì", "martedi", "terça", "ter"],
    ["wed", "wednesday", "we", "mi", "mittwoch", "mercredi", "mer", "miércoles", "mié", "mercoledì", "quarta", "qua"],
    ["thu", "thursday", "th", "thur", "thurs", "do", "donnerstag", "jeudi", "jeu", "jueves", "jue", "giovedì", "gio"],
    ["fri", "friday", "fr", "freitag", "vendredi", "ven", "viernes", "vie", "venerdì", "sexta", "sex"],
    ["sat", "saturday", "sa", "samstag", "samedi", "sam", "sábado", "sáb", "sabato", "sab"],
    ["sun", "sunday", "su", "so", "sonntag", "dimanche", "dim", "domingo", "dom", "domenica"],
  ]

  init(_ names: [String]) {
    self.names = names
    let found = names.compactMap(Self.number(of:))
    weekdays = found.count == names.count && Set(found).count == found.count && !found.isEmpty ? found : nil
  }

  /// 0 for whatever Monday is called; nil for what is no weekday.
  static func number(of name: String) -> Int? {
    let word = name.lowercased().filter { $0 != "." }
    return known.firstIndex { $0.contains(word) }
  }

  /// Names that are a word and a number, `Day 1`, where they stand as a sorted text does, `Day 10` before `Day 2`: in the
  /// order of their numbers. Nil for all others.
  static func inOrderOfNumbers(_ names: [String]) -> [String]? {
    func number(_ name: String) -> Int? { Int(String(name.reversed().prefix { $0.isASCII && $0.isNumber }.reversed())) }
    let numbers = names.compactMap(number)
    let words = Set(names.map { String($0.reversed().drop { $0.isASCII && $0.isNumber }) })
    guard numbers.count == names.count, words.count == 1, names == names.sorted(), numbers != numbers.sorted() else {
      return nil
    }
    return zip(numbers, names).sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// The days go on as a week does, whatever day it begins with; or they are no weekdays, and nobody can tell.
  var isInOrder: Bool {
    guard let weekdays else { return true }
    let steps = weekdays.indices.map { (weekdays[($0 + 1) % weekdays.count] - weekdays[$0] + 7) % 7 }
    return weekdays.count == 1 || steps.reduce(0, +) == 7
  }

  /// A week begins after its longest pause; where there are several, with the weekday of the term's first day.
  /// Nil where the names are no weekdays.
  func order(firstDay: String?) -> [String]? {
    guard let weekdays else { return nil }
    let first = firstDay.flatMap(Self.weekday) ?? 0
    let sorted = zip(weekdays, names).sorted { ($0.0 - first + 7) % 7 < ($1.0 - first + 7) % 7 }
    let pauses = sorted.indices.map { index in
      (sorted[index].0 - sorted[(index + sorted.count - 1) % sorted.count].0 + 7) % 7
    }
    let longest = pauses.max() ?? 0
    let begin = pauses.firstIndex(of: longest) ?? 0
    return (sorted[begin...] + sorted[..<begin]).map(\.1)
  }

  /// Of `2026-09-07`, 0 for Monday (Zeller's congruence); nil for what is no date.
  private static func weekday(_ date: String) -> Int? {
    let parts = date.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, (1...9999).contains(parts[0]), (1...12).contains(parts[1]), (1...31).contains(parts[2])
    else {
      return nil
    }
    let (month, year) = parts[1] < 3 ? (parts[1] + 12, parts[0] - 1) : (parts[1], parts[0])
    let saturdayFirst = (parts[2] + 13 * (month + 1) / 5 + year + year / 4 - year / 100 + year / 400) % 7
    return (saturdayFirst + 5) % 7
  }
}
