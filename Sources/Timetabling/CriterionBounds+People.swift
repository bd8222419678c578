extension CriterionBounds {
  /// On as many days as its meetings can form gaps, the day's first and last period busy and nothing between.
  func mostGaps(of group: Int) -> Int {
    let meetings = index.groupLessons[group].reduce(0) { $0 + self.meetings($1) }
    return index.scale.days.map { max(0, $0.count - 2) }.sorted(by: >).prefix(meetings / 2).reduce(0, +)
  }

  /// Periods split evenly over the days, and heaped on as few days as can hold them.
  var workloadBalance: (Int, Int) {
    var fewest = [Int](repeating: 0, count: index.problem.teachers.count)
    var most = fewest
    var lessons = [[Int]](repeating: [], count: fewest.count)
    for lesson in index.lessons.indices {
      let periods = periods(lesson)
      let facts = index.lessons[lesson]
      for teacher in Set(facts.teachers) { fewest[teacher] += meetings(lesson) * periods.lowerBound }
      for teacher in Set(facts.teachers + (index.problem.lessons[lesson].teachersFromPool > 0 ? facts.pool : [])) {
        most[teacher] += meetings(lesson) * periods.upperBound
        lessons[teacher].append(lesson)
      }
    }
    let days = index.scale.days.filter { !$0.isEmpty }
    return fewest.indices.reduce((0, 0)) { sum, teacher in
      let capacities = layers(lessons[teacher]).map { layers in days.map { $0.count * layers } } ?? []
      return (
        sum.0 + Self.fewestSquares(fewest[teacher], places: days.count),
        sum.1 + Self.mostSquares(most[teacher], capacities: capacities)
      )
    }
  }

  /// Every meeting but the last of a day is followed by one other, or by one for each alternating week pattern.
  func mostBackToBack(_ lessons: [Int]) -> Int {
    let withRooms = lessons.filter { index.problem.lessons[$0].roomNeed.count > 0 }
    let count = withRooms.reduce(0) { $0 + meetings($1) }
    let pairs = count * max(0, count - 1) / 2
    guard let layers = layers(withRooms) else { return pairs }
    return min(pairs, layers == 1 ? max(0, count - 1) : count * layers)
  }

  var mostTravel: Int {
    guard Set(index.roomZones.compactMap { $0 }).count > 1 else { return 0 }
    var lessons = [[Int]](repeating: [], count: index.problem.teachers.count)
    for (lesson, facts) in index.lessons.enumerated() {
      for teacher in Set(facts.teachers + facts.pool) { lessons[teacher].append(lesson) }
    }
    return (lessons + index.leafGroups.map { index.groupLessons[$0] }).reduce(0) { $0 + mostBackToBack($1) }
  }

  /// All meetings of each two lessons at one time, for each student of both.
  var mostStudentConflicts: Int {
    guard index.lessons.contains(where: \.studentClashIsSoft) else { return 0 }
    return index.studentLessons.reduce(0) { sum, lessons in
      sum
        + lessons.pairs().reduce(0) { sum, pair in
          let isSoft = index.lessons[pair.0].studentClashIsSoft || index.lessons[pair.1].studentClashIsSoft
          return sum + (isSoft ? meetings(pair.0) * meetings(pair.1) : 0)
        }
    }
  }
}
