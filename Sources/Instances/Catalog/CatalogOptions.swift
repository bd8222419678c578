import Patterns

/// The times and rooms that each class may have, among them the planted ones.
struct CatalogOptions {
  private(set) var times: [[TimeOption]] = []
  private(set) var rooms: [[RoomOption]] = []
  /// Where the planted time and room stand among them.
  private(set) var planted: [CourseSolution.Placement] = []

  init(
    _ calendar: CatalogCalendar, _ offer: CatalogOffer, _ enrollment: CatalogEnrollment, _ planting: CatalogPlanting,
    _ chance: inout Chance
  ) {
    for index in offer.sections.indices {
      let own = planting.meetings[index]
      let meetings = Self.some(
        of: Self.meetings(index, calendar, offer, planting, &chance), with: own, chance.pick([1, 5, 10, 20, 40, 60]),
        &chance)
      times.append(meetings.map { TimeOption(pattern: $0, penalty: chance.pick([0, 0, 0, 1, 2, 4, 8])) })
      guard let time = meetings.firstIndex(of: own) else { preconditionFailure("The planted time was left out.") }
      planted.append(
        CourseSolution.Placement(
          time: time, room: addRooms(planting.roomOf[index], enrollment.sizes[index], planting, &chance)))
    }
  }

  /// Rooms that are large enough, dearer the more seats stay empty; returns where the planted one stands among them.
  private mutating func addRooms(
    _ own: Int?, _ size: Int, _ planting: CatalogPlanting, _ chance: inout Chance
  ) -> Int? {
    guard let own else {
      rooms.append([])
      return nil
    }
    let large = planting.rooms.indices.filter { planting.rooms[$0].capacity >= size }
    let chosen = Self.some(of: large, with: own, chance.pick([1, 3, 8, 20, 40]), &chance)
    rooms.append(chosen.map { RoomOption(room: $0, penalty: min(9, (planting.rooms[$0].capacity - size) / 10)) })
    return chosen.firstIndex(of: own)
  }

  /// Every seventh class may also meet less often but longer, every tenth in other weeks.
  private static func meetings(
    _ index: Int, _ calendar: CatalogCalendar, _ offer: CatalogOffer, _ planting: CatalogPlanting,
    _ chance: inout Chance
  ) -> [MeetingPattern] {
    let shape = offer.sections[index].shape
    var all = calendar.meetings(shape, step: planting.steps[index])
    if shape.meetings > 1, chance.happens(15) {
      let longer = CatalogOffer.Shape(
        meetings: shape.meetings - 1, length: shape.length * shape.meetings / (shape.meetings - 1), weeks: shape.weeks)
      all += calendar.meetings(longer, step: planting.steps[index])
    }
    if chance.happens(10) {
      let weeks = chance.below(calendar.weekPatterns.count)
      if weeks != shape.weeks {
        all += calendar.meetings(
          CatalogOffer.Shape(meetings: shape.meetings, length: shape.length, weeks: weeks), step: planting.steps[index])
      }
    }
    return all
  }

  private static func some<Element: Equatable>(
    of all: [Element], with own: Element, _ count: Int, _ chance: inout Chance
  ) -> [Element] {
    let others = chance.shuffled(all.filter { $0 != own }).prefix(count - 1)
    return chance.shuffled(Array(others) + [own])
  }
}
