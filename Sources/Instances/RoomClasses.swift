/// Rooms of one type and about one size, as many as the lessons planted in them need.
struct RoomClasses {
  struct Class {
    var type: String
    var capacity: Int
    var rooms: Int
    /// Meetings in each slot of the week.
    var usage = [Int](repeating: 0, count: Week.slots)
  }

  private(set) var classes: [Class] = []
  /// The class of each lesson.
  private(set) var ofLesson: [Int]

  init(_ curriculum: Curriculum, load: Double) {
    ofLesson = [Int](repeating: -1, count: curriculum.lessons.count)
    let byType = Dictionary(grouping: curriculum.lessons.indices) { curriculum.lessons[$0].roomType }
    for (type, lessons) in byType.sorted(by: { $0.key < $1.key }) {
      for band in Self.bands(curriculum, lessons, load) {
        let periods = Self.periods(curriculum, band.lessons)
        for lesson in band.lessons { ofLesson[lesson] = classes.count }
        let rooms = Int((Double(periods) / (Double(Week.slots) * load)).rounded(.up))
        classes.append(Class(type: type, capacity: band.capacity, rooms: max(1, rooms)))
      }
    }
  }

  /// Sizes of 20, 30, 45, 60, 90 … seats; those that would not fill half a room join the next larger.
  private static func bands(_ curriculum: Curriculum, _ lessons: [Int], _ load: Double)
    -> [(capacity: Int, lessons: [Int])]
  {
    var bands: [(capacity: Int, lessons: [Int])] = []
    var waiting: [Int] = []
    let bySize = Dictionary(grouping: lessons) { capacity(for: curriculum.lessons[$0].size) }
    for (capacity, lessons) in bySize.sorted(by: { $0.key < $1.key }) {
      waiting += lessons
      guard Double(periods(curriculum, waiting)) >= Double(Week.slots) * load / 2 else {
        if let index = bands.indices.last, capacity == bySize.keys.max() {
          bands[index].lessons += waiting
          bands[index].capacity = capacity
          waiting = []
        }
        continue
      }
      bands.append((capacity, waiting))
      waiting = []
    }
    if !waiting.isEmpty { bands.append((bySize.keys.max() ?? 0, waiting)) }
    return bands
  }

  private static func periods(_ curriculum: Curriculum, _ lessons: [Int]) -> Int {
    lessons.reduce(0) { $0 + curriculum.lessons[$1].length * curriculum.lessons[$1].meetings }
  }

  private static func capacity(for size: Int) -> Int {
    [20, 30, 45, 60, 90, 120, 160, 220, 300].first { $0 >= size } ?? (size + 99) / 100 * 100
  }

  func hasRoom(_ lesson: Int, at place: Place) -> Bool {
    let value = classes[ofLesson[lesson]]
    return place.slots.allSatisfy { value.usage[$0] < value.rooms }
  }

  /// Share of the class's rooms in use, in thousandths, in the fullest of the slots.
  func fullness(_ lesson: Int, at place: Place) -> Int {
    let value = classes[ofLesson[lesson]]
    return (place.slots.map { value.usage[$0] }.max() ?? 0) * 1000 / value.rooms
  }

  mutating func take(_ lesson: Int, at place: Place) {
    let position = ofLesson[lesson]
    for slot in place.slots { classes[position].usage[slot] += 1 }
    // Where nothing else was left, the class has one room more; some hours of it will be closed.
    classes[position].rooms = max(classes[position].rooms, classes[position].usage.max() ?? 0)
  }
}
