/// For each class, the classes that share students with it and how many: what a class's move costs its students.
struct JointAttendance {
  let begin: Flat<Int32>
  private(set) var other: Flat<Int32>
  private(set) var count: Flat<Int32>
  /// Pairs of classes of all students together, each seen from both sides: what counting afresh costs.
  private(set) var pairs = 0

  init(classes: Int) {
    begin = Flat(classes + 1, 0)
    other = Flat(0, 0)
    count = Flat(0, 0)
  }

  /// Nobody attends anything together, until counted.
  mutating func removeAll() {
    begin.fill(0)
    pairs = 0
  }

  mutating func rebuild(_ sectioning: Sectioning) {
    let classes = begin.count - 1
    let lists = AttendanceLists(sectioning, classes: classes)
    pairs = lists.pairs
    if other.count < pairs {
      other.free()
      count.free()
      other = Flat(pairs, 0)
      count = Flat(pairs, 0)
    }
    var end = 0
    var place = [Int](repeating: -1, count: classes)
    for index in 0..<classes {
      let first = end
      begin[index] = Int32(end)
      for attendee in lists.attendeesBegin[index]..<lists.attendeesBegin[index + 1] {
        let student = Int(lists.attendees[Int(attendee)])
        for position in lists.listBegin[student]..<lists.listBegin[student + 1] {
          let joint = Int(lists.list[Int(position)])
          if joint == index { continue }
          if place[joint] >= first {
            count[place[joint]] &+= 1
          } else {
            place[joint] = end
            other[end] = Int32(joint)
            count[end] = 1
            end += 1
          }
        }
      }
    }
    begin[classes] = Int32(end)
  }

  func free() {
    begin.free()
    other.free()
    count.free()
  }
}

/// Each student's classes and each class's students, one after the other.
private struct AttendanceLists {
  var listBegin: [Int32]
  var list: [Int32] = []
  var attendeesBegin: [Int32] = []
  var attendees: [Int32] = []
  var pairs = 0

  init(_ sectioning: Sectioning, classes: Int) {
    let students = sectioning.sections.students
    listBegin = [0]
    listBegin.reserveCapacity(students + 1)
    attendeesBegin = Array(repeating: 0, count: classes + 1)
    for student in 0..<students {
      sectioning.forEachClass(of: student) { list.append($0) }
      let size = list.count - Int(listBegin[student])
      pairs += size * (size - 1)
      listBegin.append(Int32(list.count))
    }
    for index in list { attendeesBegin[Int(index) + 1] += 1 }
    for index in 0..<classes { attendeesBegin[index + 1] += attendeesBegin[index] }
    attendees = Array(repeating: 0, count: list.count)
    var next = attendeesBegin
    for student in 0..<students {
      for position in listBegin[student]..<listBegin[student + 1] {
        let index = Int(list[Int(position)])
        attendees[Int(next[index])] = Int32(student)
        next[index] += 1
      }
    }
  }
}
