import Tenancy
import Testing

private let tenant = TenantID(rawValue: "t_aaaaaaaaaaaaaaaa")!

private func principal(_ roles: Role...) -> Principal {
  Principal(tenant: tenant, user: "u", displayName: "U", roles: Set(roles))
}

/// Of no department in particular, made by somebody else.
private let plain = ApprovalMatter(reach: .departments([]), authors: ["somebody-else"])

@Suite struct ApprovalStateMachineTests {
  static let edges: [WorkflowAction: (from: Set<WorkflowState>, to: WorkflowState)] = [
    .submit: ([.draft], .pendingReview),
    .approve: ([.pendingReview], .approved),
    .reject: ([.pendingReview], .rejected),
    .requestRevision: ([.pendingReview, .approved], .draft),
    .publish: ([.approved], .published),
    .archive: ([.draft, .approved, .rejected, .published], .archived),
  ]

  /// Written down here once more, and not read from the role table.
  static let mayAct: [Role: Set<WorkflowAction>] = [
    .tenantAdmin: [.submit, .approve, .reject, .requestRevision, .publish, .archive],
    .scheduler: [.submit, .archive],
    .approver: [.approve, .reject, .requestRevision],
  ]
  static let explained: Set<WorkflowAction> = [.reject, .requestRevision]

  /// Every state × action × role × comment × version × certificate, against the table above.
  @Test func everyCombinationFollowsTheTable() {
    let standings: [CertificateStanding] = [
      .missing, .stale(certified: "a", stored: "b"), .violated(1), .outdated(violations: 2), .incomplete(missing: 3),
      .valid(unplaced: 0), .valid(unplaced: 3),
    ]
    var combinations = 0
    for state in WorkflowState.allCases {
      for action in WorkflowAction.allCases {
        for role in Role.allCases {
          for comment in [nil, "", " \n", "because"] as [String?] {
            for expected in [nil, 7, 6] as [Int?] {
              for standing in standings {
                combinations += 1
                var machine = ApprovalStateMachine(state: state, version: 7)
                let outcome = Result { () throws(ApprovalRefusal) in
                  try machine.handle(
                    action, on: plain, by: principal(role), comment: comment, expectedVersion: expected,
                    certificate: standing)
                }
                let edge = Self.edges[action]!
                let isCertified = if case .valid = standing { true } else { false }
                let isRight =
                  role != .platformOperator && Self.mayAct[role, default: []].contains(action) && expected != 6
                  && !(action == .archive && state == .published && role != .tenantAdmin)
                  && edge.from.contains(state)
                  && (comment == "because"
                    || !Self.explained.contains(action) && !(action == .archive && state == .published))
                  && (!action.needsCertificate || isCertified)
                if isRight {
                  #expect(machine.state == edge.to && machine.version == 8)
                  #expect(throws: Never.self) { try outcome.get() }
                } else {
                  #expect(machine == ApprovalStateMachine(state: state, version: 7), "a refusal changes nothing")
                  #expect(throws: ApprovalRefusal.self) { try outcome.get() }
                }
              }
            }
          }
        }
      }
    }
    #expect(combinations == 6 * 6 * 7 * 4 * 3 * 7)
  }

  @Test func archivedIsTheEndAndEveryStateCanReachIt() {
    for state in WorkflowState.allCases {
      var reached: Set<WorkflowState> = [state]
      while true {
        let next = reached.union(
          WorkflowAction.allCases.filter { !reached.isDisjoint(with: $0.isAllowedFrom) }.map(\.result))
        if next == reached { break }
        reached = next
      }
      #expect(reached.contains(.archived))
      if state == .archived { #expect(reached == [.archived]) }
    }
  }

  @Test func aWaiverMakesAVersionAndMovesNothing() throws {
    for state in WorkflowState.allCases {
      for role in Role.allCases {
        var machine = ApprovalStateMachine(state: state, version: 7)
        let outcome = Result { () throws(ApprovalRefusal) in
          try machine.waive(on: plain, by: principal(role), comment: "The hall is closed.", expectedVersion: 7)
        }
        let isRight = role == .tenantAdmin && [.draft, .pendingReview, .approved].contains(state)
        #expect(machine == ApprovalStateMachine(state: state, version: isRight ? 8 : 7), "\(role) \(state)")
        let transition = try? outcome.get()
        #expect((transition != nil) == isRight && (transition == nil || transition?.from == transition?.to))
      }
    }
    var machine = ApprovalStateMachine()
    #expect(throws: ApprovalRefusal.self) {
      try machine.waive(on: plain, by: principal(.tenantAdmin), comment: " \n", expectedVersion: nil)
    }
    #expect(throws: ApprovalRefusal.stale(expected: 3, actual: 1)) {
      try machine.waive(on: plain, by: principal(.tenantAdmin), comment: "why", expectedVersion: 3)
    }
  }

  @Test func nothingIsPublishedThatNobodyApproved() {
    #expect(WorkflowAction.allCases.filter { $0.result == .published }.flatMap(\.isAllowedFrom) == [.approved])
    #expect(WorkflowAction.allCases.filter { $0.result == .approved }.flatMap(\.isAllowedFrom) == [.pendingReview])
  }

  @Test func aRefusalSaysWhoMayAndWhatToDo() {
    var machine = ApprovalStateMachine()
    let refusal = #expect(throws: ApprovalRefusal.self) {
      try machine.handle(
        .approve, on: plain, by: principal(.student), comment: nil, expectedVersion: nil,
        certificate: .valid(unplaced: 0))
    }
    #expect(refusal?.description.contains("tenant-admin or approver") == true)
  }
}
