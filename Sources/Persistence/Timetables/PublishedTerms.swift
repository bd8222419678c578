public import Foundation
public import Jobs
import Postgres
public import Timetabling

/// A term that has a published timetable, as the timetable knows it.
public struct PublishedTerm: Hashable, Sendable, Codable {
  public var term: TermID
  public var timetable: UUID
  public var calendar: FrozenCalendar

  public init(term: TermID, timetable: UUID, calendar: FrozenCalendar) {
    self.term = term
    self.timetable = timetable
    self.calendar = calendar
  }
}

extension PublishedTerm {
  /// The term that people mean who name none: the one that today lies in, by the institution's own clock. Between
  /// terms it is the next to come, and after the last one the last. Of terms that overlap it is the one that began
  /// later. What was published when does not matter.
  public static func read(at now: Date, of all: [PublishedTerm]) -> PublishedTerm? {
    let spans = all.compactMap { published in published.calendar.days(at: now).map { (published, $0) } }
    func isLater(_ left: (PublishedTerm, DaySpan), _ right: (PublishedTerm, DaySpan)) -> Bool {
      (left.1.start, left.1.end, left.0.term) > (right.1.start, right.1.end, right.0.term)
    }
    let inOrder = spans.sorted { isLater($1, $0) }
    let current = inOrder.last { $0.1.start <= $0.1.today && $0.1.today < $0.1.end }
    let next = inOrder.first { $0.1.start > $0.1.today }
    return (current ?? next ?? inOrder.last)?.0 ?? all.max { $0.term < $1.term }
  }
}

/// Days counted from one fixed day: the term's first, the one after its last, and today where the institution is.
struct DaySpan: Hashable, Sendable {
  var start: Int
  var end: Int
  var today: Int
}

extension FrozenCalendar {
  /// Nil where the first day is no date, which no import lets pass. An unknown time zone counts as UTC.
  func days(at now: Date) -> DaySpan? {
    let parts = firstDay.split(separator: "-").compactMap { Int($0) }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: timeZone) ?? .gmt
    let date = calendar.dateComponents([.year, .month, .day], from: now)
    var utc = Calendar(identifier: .gregorian)
    utc.timeZone = .gmt
    guard parts.count == 3,
      let first = utc.date(from: DateComponents(year: parts[0], month: parts[1], day: parts[2])),
      let today = utc.date(from: date)
    else { return nil }
    func number(_ date: Date) -> Int { Int((date.timeIntervalSince1970 / 86_400).rounded(.down)) }
    return DaySpan(start: number(first), end: number(first) + 7 * weekCount, today: number(today))
  }
}

extension TenantTransaction {
  /// Those with a published timetable. Reads what was frozen with it, no term of today.
  public func publishedTerms() async throws -> [PublishedTerm] {
    try await sql.run(Self.publishedTermsStatement)
  }

  private static let publishedTermsStatement = Statement<Void, PublishedTerm>.documents(
    "SELECT jsonb_build_object('term', term, 'timetable', id, 'calendar', calendar) FROM timetable WHERE is_active")
}
