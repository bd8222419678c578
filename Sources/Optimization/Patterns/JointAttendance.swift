/// For each class, the classes that share students with it and how many: what a class's move costs its students.
struct JointAttendance {
  let begin: Flat<Int32>
  private(set) var other: Flat<Int32>
  private(set) var count: Flat<Int32>

  init(classes: Int) {
    begin = Flat(classes + 1, 0)
    other = Flat(0, 0)
    count = Flat(0, 0)
  }

  /// Counts afresh. Takes time in proportion to the pairs of classes of all students.
  mutating func rebuild(_ sectioning: Sectioning) {
    let classes = begin.count - 1
    let sections = sectioning.sections
    var listed: [[Int32]] = []
    listed.reserveCapacity(sections.students)
    var attendees = [Int32](repeating: 0, count: classes + 1)
    var bound = 0
    for student in 0..<sections.students {
      let mine = sectioning.classes(of: student)
      for index in mine { attendees[Int(index) + 1] += 1 }
      bound += mine.count * (mine.count - 1)
      listed.append(mine)
    }
    for index in 0..<classes { attendees[index + 1] += attendees[index] }
    var students = [Int32](repeating: 0, count: Int(attendees[classes]))
    var next = attendees
    for (student, mine) in listed.enumerated() {
      for index in mine {
        students[Int(next[Int(index)])] = Int32(student)
        next[Int(index)] += 1
      }
    }
    if other.count < bound {
      other.free()
      count.free()
      other = Flat(bound, 0)
      count = Flat(bound, 0)
    }
    var end = 0
    var place = [Int](repeating: -1, count: classes)
    for index in 0..<classes {
      let first = end
      begin[index] = Int32(end)
      for position in attendees[index]..<attendees[index + 1] {
        for class2 in listed[Int(students[Int(position)])] where Int(class2) != index {
          if place[Int(class2)] >= first {
            count[place[Int(class2)]] += 1
          } else {
            place[Int(class2)] = end
            other[end] = class2
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
