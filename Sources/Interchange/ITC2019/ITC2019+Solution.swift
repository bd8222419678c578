import Patterns

/// Who made a solution and how: the head of a solution file, which the competition asks for.
public struct SolutionSource: Sendable {
  /// Seconds.
  public var runtime: Double
  public var cores: Int
  public var technique: String
  public var author: String
  public var institution: String
  public var country: String

  public init(
    runtime: Double, cores: Int, technique: String, author: String = "Horarium", institution: String = "Horarium",
    country: String = "-"
  ) {
    self.runtime = runtime
    self.cores = cores
    self.technique = technique
    self.author = author
    self.institution = institution
    self.country = country
  }
}

extension ITC2019 {
  /// The competition's solution file. Classes without a place are left out.
  public static func write(_ solution: CourseSolution, of problem: CourseProblem, by source: SolutionSource) -> String {
    var attendance = [[Int]](repeating: [], count: problem.classes.count)
    for (student, classes) in solution.enrollments.enumerated() {
      for index in classes { attendance[index].append(student) }
    }
    var text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE solution PUBLIC "-//ITC 2019//DTD Problem Format/EN" \
      "http://www.itc2019.org/competition-format.dtd">
      <solution name="\(escaped(problem.name))" runtime="\(Int(source.runtime.rounded()))" cores="\(source.cores)" \
      technique="\(escaped(source.technique))" author="\(escaped(source.author))" \
      institution="\(escaped(source.institution))" country="\(escaped(source.country))">

      """
    for (index, facts) in problem.classes.enumerated() {
      guard let placement = solution.placements[index] else { continue }
      let pattern = facts.times[placement.time].pattern
      text += "  <class id=\"\(escaped(facts.id))\" days=\"\(bits(UInt64(pattern.days), problem.days))\""
      text += " start=\"\(pattern.start)\" weeks=\"\(bits(pattern.weeks, problem.weeks))\""
      if let room = placement.room { text += " room=\"\(escaped(problem.rooms[facts.rooms[room].room].id))\"" }
      if attendance[index].isEmpty {
        text += "/>\n"
      } else {
        text += ">\n"
        for student in attendance[index] {
          text += "    <student id=\"\(escaped(problem.students[student].id))\"/>\n"
        }
        text += "  </class>\n"
      }
    }
    return text + "</solution>\n"
  }

  static func bits(_ mask: UInt64, _ count: Int) -> String {
    String(
      decoding: (0..<count).map { mask >> UInt64($0) & 1 == 1 ? UInt8(ascii: "1") : UInt8(ascii: "0") }, as: UTF8.self)
  }

  static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { [38, 60, 62, 34, 39].contains($0) || $0 < 32 }) else { return text }
    return text.unicodeScalars.map { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "'": "&apos;"
      case _ where scalar.value < 32: "&#\(scalar.value);"
      default: String(scalar)
      }
    }.joined()
  }
}
