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

      With --classes it makes a problem of ITC-2019 (.xml) instead, with four students to a class and 15 weeks \
      unless others are asked for: all nineteen distributions, closed rooms, ways, students to be sectioned.
      """)

  @Option(help: "Lessons, 300 to 50,000 being measured.")
  var lessons = 7_000

  @Option(help: "Classes of an ITC-2019 problem, to be made instead of a university; 200 to 8,800 being measured.")
  var classes: Int?

  @Option(help: "Weeks of an ITC-2019 problem.")
  var weeks = 15

  @Option(help: "Departments.")
  var departments: Int?

  @Option(help: "Courses, at most as many as lessons.")
  var courses: Int?

  @Option(help: "Students, all of them named.")
  var students: Int?

  @Option(
    help: "Room-hours taught for each room-hour that is open, from 0.3 to 0.98; 0.75 if left out, ITC-2019 0.5.")
  var load: Double?

  @Option(help: "The same for the same university.")
  var seed: UInt64 = 1

  @Option(name: .customLong("out"), help: "Where to write the import document (.json), or the ITC-2019 problem (.xml).")
  var output: String

  @Option(help: "Where to write the timetable that is known to keep every hard rule (.json, ITC-2019 .xml).")
  var planted: String?

  func validate() throws {
    guard classes != nil, departments != nil || courses != nil else { return }
    throw ValidationError("--departments and --courses do not go with --classes. Maybe leave them out.")
  }

  func run() throws {
    do {
      if let classes { try writeCatalog(classes) } else { try writeUniversity() }
    } catch let error as UniversityPlanError {
      throw ValidationError("\(error)")
    }
  }

  private func writeCatalog(_ classes: Int) throws {
    let catalog = CourseCatalog(
      try CatalogPlan(classes: classes, students: students, weeks: weeks, load: load ?? 0.5, seed: seed))
    try Data(ITC2019.write(catalog.problem).utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
    if let planted {
      let source = SolutionSource(runtime: 0, cores: 1, technique: "Planted")
      try Data(ITC2019.write(catalog.planted, of: catalog.problem, by: source).utf8)
        .write(to: URL(fileURLWithPath: planted), options: .atomic)
    }
    print("\(catalog.problem.summary), written to \(output)")
  }

  private func writeUniversity() throws {
    let university = try University(
      UniversityPlan(
        departments: departments, courses: courses, lessons: lessons, students: students, load: load ?? 0.75,
        seed: seed))
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
