import Timetabling

/// Departments with their year groups, the parts of large groups, and the students.
struct Faculty {
  static let years = 4

  struct Group {
    var id: String
    var name: String
    var department: Int
    /// 0-based.
    var year: Int
    var size: Int
    /// Positions of the parts; empty for a leaf.
    var parts: [Int] = []
  }

  struct Member {
    var leaf: Int
    var year: Int
  }

  let departmentNames: [String]
  private(set) var groups: [Group] = []
  /// Position of each department's year groups, by year.
  private(set) var yearGroups: [[Int]] = []
  private(set) var students: [Member] = []
  /// The students of each group without parts.
  private(set) var members: [[Int]] = []

  init(_ plan: UniversityPlan, _ chance: inout Chance) {
    departmentNames = Names.departments(plan.departments)
    var weights: [Int] = []
    for _ in 0..<plan.departments {
      // From a fifth of the largest: most departments are small.
      let scale = 100 + chance.below(20) * chance.below(20)
      weights += [120, 105, 95, 80].map { $0 * scale }
    }
    let sizes = Chance.apportion(plan.students, by: weights, least: min(8, plan.students / weights.count))
    for department in 0..<plan.departments {
      yearGroups.append((0..<Self.years).map { addYear(department, $0, sizes[department * Self.years + $0]) })
    }
    members = [[Int]](repeating: [], count: groups.count)
    for leaf in groups.indices where groups[leaf].parts.isEmpty {
      for _ in 0..<groups[leaf].size {
        members[leaf].append(students.count)
        students.append(Member(leaf: leaf, year: groups[leaf].year))
      }
    }
  }

  /// The groups without parts within a group.
  func leaves(of group: Int) -> [Int] { groups[group].parts.isEmpty ? [group] : groups[group].parts }

  /// More than 36 students are taught apart where rooms are small.
  private mutating func addYear(_ department: Int, _ year: Int, _ size: Int) -> Int {
    let id = "\(Names.code(department))-Y\(year + 1)"
    let name = "\(departmentNames[department]), year \(year + 1)"
    let position = groups.count
    groups.append(Group(id: id, name: name, department: department, year: year, size: size))
    let count = size > 36 ? (size + 29) / 30 : 1
    if count > 1 {
      for (number, share) in Chance.apportion(size, by: [Int](repeating: 1, count: count), least: 0).enumerated() {
        let letter = Names.letter(number)
        groups[position].parts.append(groups.count)
        groups.append(
          Group(id: id + letter, name: "\(name), part \(letter)", department: department, year: year, size: share))
      }
    }
    return position
  }
}
