import ArgumentParser
import Foundation
import Instances
import Interchange
import Timetabling

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Makes up a university of any size that is known to have a timetable.",
    discussion: """
      Same sizes and seed: the same bytes. Sizes left out follow from the number of lessons; without any: 127 \
      departments, 2,320 courses, 7,000 lessons (about 8,300 meetings a week) and 19,000 students.
      """)

  @Option(help: "Lessons, 300 to 50,000 being measured.")
  var lessons = 7_000

  @Option(help: "Departments.")
  var departments: Int?

  @Option(help: "Courses, at most as many as lessons.")
  var courses: Int?

  @Option(help: "Students, all of them named.")
  var students: Int?

  @Option(help: "Room-hours taught for each room-hour that is open, from 0.3 to 0.98.")
  var load = 0.75

  @Option(help: "The same for the same university.")
  var seed: UInt64 = 1

  @Option(name: .customLong("out"), help: "Where to write the import document (.json).")
  var output: String

  @Option(help: "Where to write the timetable that is known to keep every hard rule (.json).")
  var planted: String?

  func run() throws {
    let university: University
    do throws(UniversityPlanError) {
      university = try University(
        UniversityPlan(
          departments: departments, courses: courses, lessons: lessons, students: students, load: load, seed: seed))
    } catch {
      throw ValidationError("\(error)")
    }
    // Indented, 50,000 lessons would be more than a reader takes.
    let document = try InstitutionDocument.write(university.problem, isIndented: lessons <= 10_000)
    try document.write(to: URL(fileURLWithPath: output), options: .atomic)
    if let planted {
      try TimetableDocument.json(university.planted, of: university.problem)
        .write(to: URL(fileURLWithPath: planted), options: .atomic)
    }
    print("\(university.problem.summary), written to \(output)")
  }
}
