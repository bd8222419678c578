import Optimization

typealias ModelMessage = OperationsResearch_Sat_CpModelProto
typealias ParametersMessage = OperationsResearch_Sat_SatParameters
typealias ResponseMessage = OperationsResearch_Sat_CpSolverResponse

extension ChoiceModel {
  /// The model in CP-SAT's words: one 0/1 variable for each literal, in order.
  ///
  /// Every array is filled apart and assigned once: appending through a message's accessor copies it each time.
  func makeMessage() -> ModelMessage {
    var variable = OperationsResearch_Sat_IntegerVariableProto()
    variable.domain = [0, 1]

    var constraints: [OperationsResearch_Sat_ConstraintProto] = []
    constraints.reserveCapacity(choiceCount + atMost.count)
    for choice in 0..<choiceCount {
      let literals = Array(choiceBegin[choice]..<choiceBegin[choice + 1])
      constraints.append(isRequired[choice] ? exactlyOne(literals) : atMostOne(literals))
    }
    for rule in atMost {
      constraints.append(rule.bound == 1 && rule.weights.isEmpty ? atMostOne(rule.literals) : atMostMany(rule))
    }

    var message = ModelMessage()
    message.variables = [OperationsResearch_Sat_IntegerVariableProto](repeating: variable, count: literalCount)
    message.constraints = constraints
    if !costs.isEmpty { message.objective = makeObjective() }
    if !hint.isEmpty { message.solutionHint = makeHint() }
    return message
  }

  private func exactlyOne(_ literals: [Int32]) -> OperationsResearch_Sat_ConstraintProto {
    var argument = OperationsResearch_Sat_BoolArgumentProto()
    argument.literals = literals
    var constraint = OperationsResearch_Sat_ConstraintProto()
    constraint.exactlyOne = argument
    return constraint
  }

  private func atMostOne(_ literals: [Int32]) -> OperationsResearch_Sat_ConstraintProto {
    var argument = OperationsResearch_Sat_BoolArgumentProto()
    argument.literals = literals
    var constraint = OperationsResearch_Sat_ConstraintProto()
    constraint.atMostOne = argument
    return constraint
  }

  private func atMostMany(_ rule: AtMost) -> OperationsResearch_Sat_ConstraintProto {
    var sum = OperationsResearch_Sat_LinearConstraintProto()
    sum.vars = rule.literals
    sum.coeffs =
      rule.weights.isEmpty ? [Int64](repeating: 1, count: rule.literals.count) : rule.weights.map(Int64.init)
    sum.domain = [0, Int64(rule.bound)]
    var constraint = OperationsResearch_Sat_ConstraintProto()
    constraint.linear = sum
    return constraint
  }

  private func makeObjective() -> OperationsResearch_Sat_CpObjectiveProto {
    let costly = (0..<Int32(literalCount)).filter { costs[Int($0)] != 0 }
    var objective = OperationsResearch_Sat_CpObjectiveProto()
    objective.vars = costly
    objective.coeffs = costly.map { costs[Int($0)] }
    return objective
  }

  /// A hinted choice speaks for all of its literals; a required one without a hint for none of them.
  private func makeHint() -> OperationsResearch_Sat_PartialVariableAssignment {
    var variables: [Int32] = []
    var values: [Int64] = []
    for choice in 0..<choiceCount where hint[choice] != -1 || !isRequired[choice] {
      for literal in choiceBegin[choice]..<choiceBegin[choice + 1] {
        variables.append(literal)
        values.append(literal == hint[choice] ? 1 : 0)
      }
    }
    var assignment = OperationsResearch_Sat_PartialVariableAssignment()
    assignment.vars = variables
    assignment.values = values
    return assignment
  }
}
