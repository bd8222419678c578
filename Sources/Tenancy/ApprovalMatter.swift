/// What an approval is about, as far as it decides who may act on it.
public struct ApprovalMatter: Hashable, Sendable {
  /// The departments of the timetable's lessons.
  public var reach: DepartmentReach
  /// The ids of all who selected, submitted or changed the timetable.
  public var authors: Set<String>
  /// The tenant's own rule for institutions where one person does everything.
  public var allowsOwnApproval: Bool

  public init(reach: DepartmentReach, authors: Set<String>, allowsOwnApproval: Bool = false) {
    self.reach = reach
    self.authors = authors
    self.allowsOwnApproval = allowsOwnApproval
  }

  /// Role, then departments, then whose work it is. What is published is taken back only by those who may publish.
  ///
  /// Four eyes stand before what takes effect: an own submission may be rejected or sent back, as a withdrawal.
  public func demand(
    _ action: WorkflowAction, from state: WorkflowState, by principal: Principal
  ) throws(AccessRefusal) {
    try principal.demand(action.operation, concerning: reach)
    if action == .archive, state == .published { try principal.demand(.publishWorkflow) }
    if action == .approve, !allowsOwnApproval, authors.contains(principal.user) {
      throw .ownWork(action.operation)
    }
  }
}
