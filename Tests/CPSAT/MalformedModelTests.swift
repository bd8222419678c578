import CPSAT
import Optimization
import Testing

@Suite("What would abort CP-SAT never reaches it")
struct MalformedModelTests {
  @Test(
    "a model that breaks a rule is refused with its place",
    arguments: [
      (ChoiceModel(choiceBegin: [0], isRequired: [true], atMost: []), "1 offsets for 1 choices"),
      (ChoiceModel(choiceBegin: [1, 2], isRequired: [true], atMost: []), "first offset"),
      (ChoiceModel(choiceBegin: [0, 3, 2], isRequired: [true, true], atMost: []), "choice 1 ends at 2"),
      (model(atMost: [.init(literals: [4])]), "literal 4 of 4"),
      (model(atMost: [.init(literals: [-1])]), "literal -1 of 4"),
      (model(atMost: [.init(literals: [0, 1, 0])]), "literal 0 twice"),
      (model(atMost: [.init(literals: [0], bound: -1)]), "bound -1"),
      (model(costs: [1, 2]), "2 costs for 4 literals"),
      (model(costs: [0, .max, 0, 0]), "literal 1 costs"),
      (model(hint: [0]), "1 hints for 2 choices"),
      (model(hint: [0, 1]), "choice 1 is hinted literal 1"),
    ])
  func refused(model: ChoiceModel, says part: String) throws {
    let solver = try CPSATSolver.locate(folder: ortoolsFolder)
    let error = #expect(throws: CPSATError.self) { try solver.solve(model, limit: .ample) { false } }
    #expect("\(error!)".contains(part))
  }

  @Test("without OR-Tools the error names the folder and what to run")
  func missing() {
    let error = #expect(throws: CPSATError.self) { try CPSATSolver.locate(folder: "/nowhere/ortools") }
    #expect("\(error!)" == "OR-Tools was not found in /nowhere/ortools\nMaybe run ops/fetch-ortools")
  }

  /// Two required choices of two literals each.
  private static func model(
    atMost: [ChoiceModel.AtMost] = [], costs: [Int64] = [], hint: [Int32] = []
  ) -> ChoiceModel {
    ChoiceModel(choiceBegin: [0, 2, 4], isRequired: [true, true], atMost: atMost, costs: costs, hint: hint)
  }
}
