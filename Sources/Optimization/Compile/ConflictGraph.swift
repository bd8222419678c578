import Timetabling

/// Which lessons may never overlap, and how much they have in common.
struct ConflictGraph: Sendable {
  /// Sorted neighbors of each lesson, itself included where it has several meetings.
  let neighbors: Rows<Int32>
  /// Ties of each lesson to others for clustering: shared teachers, groups and students.
  let ties: [[(lesson: Int, weight: Int)]]
  /// Lessons that share named students but may overlap at a cost, with the number of students.
  let softStudents: Rows<SoftTie>
  private let width: Int
  private let bits: Flat<UInt64>

  struct SoftTie: BitwiseCopyable, Sendable {
    var lesson: Int32
    var students: Int32
  }

  init(_ index: ProblemIndex, teachers: [[Int]]) {
    let lessons = index.lessons
    let count = lessons.count
    let byTeacher = Self.invert(teachers, count: index.problem.teachers.count)
    let byAtom = Self.invert(lessons.map(\.atoms), count: index.problem.groups.count)
    let apart = Self.hardApart(index)

    var neighbors = [[Int]](repeating: [], count: count)
    var ties = [[(lesson: Int, weight: Int)]](repeating: [], count: count)
    var soft = [[SoftTie]](repeating: [], count: count)
    var hardTies = [Int](repeating: 0, count: count)
    var students = [Int](repeating: 0, count: count)
    var touched: [Int] = []
    for lesson in 0..<count {
      func touch(_ other: Int) {
        if hardTies[other] == 0, students[other] == 0 { touched.append(other) }
      }
      func tie(_ others: [Int], _ amount: Int) {
        for other in others {
          touch(other)
          hardTies[other] += amount
        }
      }
      for teacher in teachers[lesson] { tie(byTeacher[teacher], 20) }
      for atom in lessons[lesson].atoms { tie(byAtom[atom], 10) }
      tie(apart[lesson], 1)
      for student in lessons[lesson].students {
        for other in index.studentLessons[student] {
          touch(other)
          students[other] += 1
        }
      }
      if index.problem.lessons[lesson].meetingsPerWeek > 1 { neighbors[lesson].append(lesson) }
      for other in touched where other != lesson {
        ties[lesson].append((other, hardTies[other] + students[other]))
        guard lessons[lesson].weeks.meets(lessons[other].weeks) else { continue }
        let isSoft = lessons[lesson].studentClashIsSoft || lessons[other].studentClashIsSoft
        if hardTies[other] > 0 || (students[other] > 0 && !isSoft) { neighbors[lesson].append(other) }
        // Counted also where the lessons clash anyway: the penalised space visits such timetables.
        if students[other] > 0 { soft[lesson].append(SoftTie(lesson: Int32(other), students: Int32(students[other]))) }
      }
      for other in touched {
        hardTies[other] = 0
        students[other] = 0
      }
      touched.removeAll(keepingCapacity: true)
      neighbors[lesson].sort()
      soft[lesson].sort { $0.lesson < $1.lesson }
      ties[lesson].sort { $0.lesson < $1.lesson }
    }
    self.neighbors = Rows(neighbors)
    self.ties = ties
    softStudents = Rows(soft)
    width = count <= Self.largestMatrix ? (count + 63) / 64 : 0
    bits = Flat(count * width, 0)
    for (lesson, others) in neighbors.enumerated() where width > 0 {
      for other in others { bits[lesson * width + other >> 6] |= 1 << UInt64(other & 63) }
    }
  }

  /// A matrix of bits up to 2 MiB; beyond, sorted neighbors are nearer to the processor.
  private static let largestMatrix = 4096

  @inline(__always) func areApart(_ one: Int, _ other: Int) -> Bool {
    if width > 0 { return bits[one &* width &+ other >> 6] >> UInt64(truncatingIfNeeded: other & 63) & 1 == 1 }
    return isListed(one, other)
  }

  private func isListed(_ one: Int, _ other: Int) -> Bool {
    var range = neighbors.range(one)
    while !range.isEmpty {
      let middle = (range.lowerBound &+ range.upperBound) >> 1
      let found = Int(neighbors[middle])
      if found == other { return true }
      range = found < other ? (middle &+ 1)..<range.upperBound : range.lowerBound..<middle
    }
    return false
  }

  /// Sets that a hard constraint keeps from overlapping.
  private static func hardApart(_ index: ProblemIndex) -> [[Int]] {
    var apart = [[Int]](repeating: [], count: index.lessons.count)
    for constraint in index.problem.constraints
    where constraint.kind == .lessonsNotOverlapping && constraint.enforcement == .hard {
      let set = index.lessons(of: constraint.selector)
      for one in set { apart[one] += set }
    }
    return apart
  }

  static func invert(_ rows: [[Int]], count: Int) -> [[Int]] {
    var inverse = [[Int]](repeating: [], count: count)
    for (row, values) in rows.enumerated() { for value in values { inverse[value].append(row) } }
    return inverse
  }

  func free() {
    neighbors.free()
    softStudents.free()
    bits.free()
  }
}
