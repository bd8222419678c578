import Control
import Foundation
import Processes
import Testing

@Suite struct FETResultTests {
  private func timetable(_ hours: String...) -> String {
    "<Activities_Timetable>" + hours.map { "<Activity><Id>1</Id><Day>Mon</Day><Hour>\($0)</Hour></Activity>" }.joined()
      + "</Activities_Timetable>"
  }

  private func status(_ end: ChildEnd, _ word: String, _ activities: String = "") -> PeerRun.Status {
    FETResult(end: end, log: "This file contains the result\n\n\(word)\n", activities: activities).status
  }

  @Test func aSuccessCountsOnlyWithAPlaceForEverything() {
    #expect(status(.exited(0), "Simulation successful", timetable("1", "2")) == .complete)
    #expect(status(.exited(0), "Simulation successful", timetable("1", "")) == .failed)
    #expect(status(.exited(0), "Simulation successful") == .failed)
    #expect(status(.killed(signal: 9), "Simulation successful", timetable("1")) == .failed)
  }

  @Test func timeThatRanOutIsNoSuccessAlthoughTheExitStatusIsThatOfOne() {
    #expect(status(.exited(0), "Time exceeded", timetable("1")) == .incomplete)
  }

  @Test func aRunThatHadToBeStoppedIsIncomplete() {
    let result = FETResult(
      end: .killed(signal: 9), isStopped: true, log: "Starting timetable generation...", activities: "")

    #expect(result.status == .incomplete)
    #expect(result.message.contains("was stopped"))
  }

  @Test func whatItCannotBeginIsRefusedInItsOwnWords() {
    let word = "Cannot precompute - data is wrong - aborting"

    #expect(status(.exited(1), word) == .refused)
    #expect(FETResult(end: .exited(1), log: word, activities: "").message == word)
  }

  @Test func aRunWithoutAnyWordFailed() {
    #expect(FETResult(end: .killed(signal: 11), log: "", activities: "").status == .failed)
  }
}

/// The real program.
@Suite(.enabled(if: (try? FETProgram()) != nil, "fet-cl is not installed: Debian's package fet brings it"))
struct FETProgramTests {
  /// One teacher, one class, one day of two hours.
  private func school(activities: Int) -> String {
    let lessons = (1...activities).map {
      """
      <Activity><Teacher>T</Teacher><Subject>S</Subject><Students>Y</Students><Duration>1</Duration>
      <Total_Duration>1</Total_Duration><Id>\($0)</Id><Activity_Group_Id>0</Activity_Group_Id><Active>true</Active>
      </Activity>
      """
    }
    func basic(_ kind: String) -> String {
      "<ConstraintBasicCompulsory\(kind)><Weight_Percentage>100</Weight_Percentage><Active>true</Active>"
        + "</ConstraintBasicCompulsory\(kind)>"
    }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <fet version="6.8.5"><Institution_Name>Tiny</Institution_Name>
      <Days_List><Number_of_Days>1</Number_of_Days><Day><Name>Mon</Name></Day></Days_List>
      <Hours_List><Number_of_Hours>2</Number_of_Hours><Hour><Name>1</Name></Hour><Hour><Name>2</Name></Hour></Hours_List>
      <Subjects_List><Subject><Name>S</Name></Subject></Subjects_List><Activity_Tags_List></Activity_Tags_List>
      <Teachers_List><Teacher><Name>T</Name></Teacher></Teachers_List>
      <Students_List><Year><Name>Y</Name><Number_of_Students>9</Number_of_Students></Year></Students_List>
      <Activities_List>\(lessons.joined())</Activities_List><Buildings_List></Buildings_List><Rooms_List></Rooms_List>
      <Time_Constraints_List>\(basic("Time"))</Time_Constraints_List>
      <Space_Constraints_List>\(basic("Space"))</Space_Constraints_List></fet>
      """
  }

  private func solve(_ document: String) async throws -> PeerRun {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).fet")
    try Data(document.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try await FETProgram().solve(file.path, seconds: 5, seed: 1)
  }

  @Test func aSchoolThatFitsIsCompleted() async throws {
    let run = try await solve(school(activities: 2))

    #expect(run.status == .complete, "\(run.message)")
    #expect(run.seconds > 0)
  }

  @Test func aSchoolThatDoesNotFitIsRefused() async throws {
    #expect(try await solve(school(activities: 3)).status == .refused)
  }

  @Test func whatIsNoSchoolIsRefused() async throws {
    #expect(try await solve("<fet>").status == .refused)
  }
}

@Suite struct MissingProgramTests {
  @Test func whereTheProgramIsMissingTheMessageSaysWhatBringsIt() {
    #expect { try FETProgram(searchPath: "/nowhere") } throws: { "\($0)".contains("apt-get install fet") }
  }
}
