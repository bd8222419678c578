import Persistence
import Timetabling

/// The department and the batches that a request of the requirements' documents asks a timetable for.
///
/// A generation makes a whole term: departments share its teachers and rooms, and each head approves their own. So a
/// request is obeyed where it names the whole of the term, and refused where it names less.
struct PartOfTerm: Hashable, Sendable {
  /// Nil: all.
  var department: String?
  /// Ids or names of class groups, by the member of the body that names them. Empty: all.
  var batches: [String: [String]] = [:]

  private static let all = "all"

  init() {}

  init(_ fields: inout FieldReader) {
    department = fields.word("department_id", limit: 200).flatMap { $0.lowercased() == Self.all ? nil : $0 }
    if let batch = fields.word("batch_id", limit: 200), batch.lowercased() != Self.all { batches["batch_id"] = [batch] }
    if let several = fields.texts("batch_ids", limit: 2_000), !several.isEmpty { batches["batch_ids"] = several }
  }

  var isWhole: Bool { department == nil && batches.isEmpty }

  /// What of it cannot be obeyed.
  func issues(in outline: TermOutline, of term: TermID) -> [Problem.Issue] {
    departmentIssues(in: outline, of: term) + batchIssues(in: outline, of: term)
  }

  private func departmentIssues(in outline: TermOutline, of term: TermID) -> [Problem.Issue] {
    guard let department else { return [] }
    guard let named = outline.departments.first(where: { $0.id == department || $0.name == department }) else {
      return [Self.unknown("department", department, "department_id", outline.departments.map(\.id), of: term)]
    }
    let concerned = outline.concerned ?? []
    guard Set(concerned) != [named.id] else { return [] }
    return [
      .init(
        pointer: "/department_id", code: "value.unsupported",
        message: "'department_id' is '\(department)', and a job makes the whole term '\(term)', whose lessons concern "
          + "\(Wording.list(concerned, limit: 10)).\n"
          + "Maybe leave it out, or send 'all': each department's approver decides about what concerns it.")
    ]
  }

  private func batchIssues(in outline: TermOutline, of term: TermID) -> [Problem.Issue] {
    guard !batches.isEmpty else { return [] }
    var named: Set<String> = []
    var issues: [Problem.Issue] = []
    for (member, names) in batches.sorted(by: { $0.key < $1.key }) {
      for name in names {
        if let group = outline.groups.first(where: { $0.id == name || $0.name == name }) {
          named.insert(group.id)
        } else {
          issues.append(Self.unknown("class group", name, member, outline.groups.map(\.id), of: term))
        }
      }
    }
    let missing = outline.groups(beyond: named)
    guard issues.isEmpty, !missing.isEmpty else { return issues }
    let member = batches["batch_ids"] == nil ? "batch_id" : "batch_ids"
    return [
      .init(
        pointer: "/" + member, code: "value.unsupported",
        message: "'\(member)' leaves out \(Wording.list(missing.map(\.id), limit: 10)), and a job makes the whole term "
          + "'\(term)'.\nMaybe leave it out; each class group's week is at …/timetable?group=ID.")
    ]
  }

  private static func unknown(
    _ kind: String, _ name: String, _ member: String, _ known: [String], of term: TermID
  ) -> Problem.Issue {
    let choices = known.isEmpty ? "leave it out" : "one of: " + Wording.list(known, limit: 20)
    return .init(
      pointer: "/" + member, code: "value.unknown",
      message: "There is no \(kind) '\(name.cut(to: 100))' in the term '\(term)'.\nMaybe \(choices).")
  }
}
