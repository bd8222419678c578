/// Invented names, as many as are needed.
enum Names {
  private static let fields = [
    "Mathematics", "Physics", "Chemistry", "Biology", "Computer Science", "Electrical Engineering",
    "Mechanical Engineering", "Civil Engineering", "Economics", "History", "Philosophy", "Linguistics", "Psychology",
    "Sociology", "Law", "Medicine", "Nursing", "Pharmacy", "Architecture", "Music", "Geography", "Geology",
    "Astronomy", "Education", "Agriculture", "Forestry", "Veterinary Science", "Theology", "Archaeology",
    "Political Science", "Journalism", "Materials Science",
  ]
  private static let branches = ["", "Applied ", "Theoretical ", "Comparative ", "Experimental ", "Computational "]

  private static let given = [
    "Amara", "Björn", "Chidi", "Daniela", "Emre", "Fatima", "Gareth", "Hana", "Ingrid", "Jamal", "Katarzyna", "Luca",
    "Mireille", "Nikhil", "Olga", "Pedro", "Quynh", "Rosa", "Samuel", "Tamsin", "Umar", "Valeria", "Wen", "Yusuf",
    "Zofia",
  ]
  private static let family = [
    "Abara", "Bianchi", "Castellano", "Dubois", "Eriksson", "Farouk", "Gallagher", "Haddad", "Ibarra", "Jansen",
    "Kowalska", "Lindqvist", "Moreau", "Nakamura", "Okafor", "Pereira", "Quigley", "Rahman", "Schneider", "Tanaka",
    "Underwood", "Vasquez", "Walsh", "Yilmaz", "Zhang", "Ashworth", "Brandt",
  ]

  static func departments(_ count: Int) -> [String] {
    (0..<count).map { number in
      let (round, field) = number.quotientAndRemainder(dividingBy: fields.count)
      let name = branches[round % branches.count] + fields[field]
      let repetition = round / branches.count
      return repetition == 0 ? name : "\(name) \(repetition + 1)"
    }
  }

  static func person(_ number: Int) -> String {
    let name = "\(given[number % given.count]) \(family[number / given.count % family.count])"
    let repetition = number / (given.count * family.count)
    return repetition == 0 ? name : "\(name) \(repetition + 1)"
  }

  /// `D007`.
  static func code(_ department: Int) -> String { "D" + padded(department + 1, 3) }

  /// `a`, `b` … `z`, `a1` …
  static func letter(_ number: Int) -> String {
    let letter = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(number % 26)))
    return number < 26 ? letter : letter + "\(number / 26)"
  }

  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
