import Tenancy
import Testing

private func principal(_ roles: Set<Role>, _ departments: Set<String> = [], user: String = "u") -> Principal {
  Principal(
    tenant: TenantID(rawValue: "t_aaaaaaaaaaaaaaaa")!, user: user, displayName: "U", roles: roles,
    departments: departments)
}

@Suite struct ApprovalMatterTests {
  private func refusal(
    _ action: WorkflowAction, from state: WorkflowState = .pendingReview, by who: Principal,
    of reach: DepartmentReach = .departments(["d1", "d2"]), authors: Set<String> = [], own: Bool = false
  ) -> AccessRefusal? {
    do throws(AccessRefusal) {
      try ApprovalMatter(reach: reach, authors: authors, allowsOwnApproval: own).demand(action, from: state, by: who)
      return nil
    } catch {
      return error
    }
  }

  /// Whatever roles somebody has together, and whatever else they did: the own work is not approved.
  @Test func whoSubmitsDoesNotApprove() {
    for roles in [[.tenantAdmin], [.approver], [.scheduler, .approver], [.tenantAdmin, .approver]] as [Set<Role>] {
      let me = principal(roles, user: "me")
      #expect(refusal(.approve, by: me, authors: ["me", "you"]) == .ownWork(.approveWorkflow))
      #expect(refusal(.approve, by: me, authors: ["you"]) == nil)
      #expect(refusal(.approve, by: me, authors: ["me"], own: true) == nil, "the tenant allows it")
      #expect(refusal(.requestRevision, by: me, authors: ["me"]) == nil, "to withdraw is no approval")
    }
    #expect(refusal(.approve, by: principal([.scheduler], user: "me"), own: true) == .role(.approveWorkflow))
  }

  @Test(arguments: [WorkflowAction.submit, .approve, .reject, .requestRevision, .archive])
  func nobodyActsForDepartmentsThatAreNotTheirs(_ action: WorkflowAction) {
    let role: Role = action == .submit || action == .archive ? .scheduler : .approver
    let state: WorkflowState = action == .submit || action == .archive ? .draft : .pendingReview
    func of(_ departments: Set<String>, _ reach: DepartmentReach) -> AccessRefusal? {
      refusal(action, from: state, by: principal([role, .teacher], departments), of: reach)
    }
    #expect(of(["d1"], .departments(["d1", "d3", "d2"])) == .departments(action.operation, missing: ["d2", "d3"]))
    #expect(of(["d1", "d2"], .departments(["d1", "d2"])) == nil)
    #expect(of(["d1", "unknown"], .departments(["d2"])) == .departments(action.operation, missing: ["d2"]))
    #expect(of(["d1"], .institution) == .institution(action.operation, own: ["d1"]))
    #expect(of([], .institution) == nil && of([], .departments(["d2"])) == nil, "no department named: all of them")
    #expect(of(["d1"], .departments([])) == nil, "a timetable without a lesson")
    let admin = principal([role, .tenantAdmin], ["d1"])
    #expect(refusal(action, from: state, by: admin, of: .institution) == nil, "an admin's departments don't narrow")
  }

  @Test func onlyWhoMayPublishTakesBackWhatIsPublished() {
    let scheduler = principal([.scheduler])
    for state in WorkflowState.allCases where WorkflowAction.archive.isAllowedFrom.contains(state) {
      let expected: AccessRefusal? = state == .published ? .role(.publishWorkflow) : nil
      #expect(refusal(.archive, from: state, by: scheduler) == expected)
      #expect(refusal(.archive, from: state, by: principal([.tenantAdmin])) == nil)
      #expect(WorkflowAction.archive.needsComment(from: state) == (state == .published))
    }
  }

  @Test func aRefusalNamesTheDepartmentsThatAreMissing() {
    let text = refusal(.approve, by: principal([.approver], ["d1"]))?.description ?? ""
    #expect(text.contains("d2") && !text.contains("d1") && text.contains("\nMaybe "))
  }
}
