import Optimization
import Testing
import Timetabling

@Suite struct ClusteringTests {
  @Test func twoClassesTiedByOneTeacherAreTwoCommunities() throws {
    // Two classes of five lessons each; the lessons of a class all clash; one teacher teaches one of each.
    var school = TinySchool(days: 5, periods: 4, rooms: (0..<3).map { Room(id: RoomID("R\($0)"), capacity: 30) })
    for group in ["A", "B"] {
      for number in 0..<5 {
        let teacher: TeacherID = number == 0 ? "both" : TeacherID("\(group)\(number)")
        school.add(
          Lesson(
            id: LessonID("\(group)\(number)"), duration: 60, groups: [ClassGroupID(group)], teachers: [teacher]))
      }
    }

    let run = try Runs(school.problem, ticks: 20)

    #expect(Set(run.generation.clusters.map { Set($0.lessons.map { $0.rawValue.prefix(1) }) }) == [["A"], ["B"]])
    #expect(run.generation.modularity > 0.3)
  }

  @Test func lessonsNobodySharesAreCommunitiesOfTheirOwn() throws {
    var school = TinySchool()
    for number in 0..<3 {
      school.add(Lesson(id: LessonID("L\(number)"), duration: 60, teachers: [TeacherID("T\(number)")]))
    }

    #expect(try Runs(school.problem, ticks: 20).generation.clusters.count == 3)
  }
}
