import Persistence
import Timetabling
import Tokens

extension FieldReader {
  /// `{"lessons": ["l3"], "comment": "…"}`, or nil.
  mutating func waiver() -> WaiverOrder? {
    guard let members = object("waiver") else { return nil }
    return waiver(members, at: "waiver/")
  }

  /// The same members, read from the body itself.
  mutating func waiverItself() -> WaiverOrder? {
    let lessons = required("lessons", texts("lessons", limit: Self.mostLessons))
    let comment = required("comment", text("comment", limit: 2_000))
    guard let lessons, let comment else { return nil }
    return WaiverOrder(lessons: Set(lessons.map { LessonID($0) }), comment: comment)
  }

  private static let mostLessons = 2_000

  private mutating func waiver(_ members: [String: StrictJSON], at prefix: String) -> WaiverOrder? {
    for name in members.keys.sorted() where name != "lessons" && name != "comment" {
      let shown = name.cut(to: 60)
      fail(prefix + shown, "member.unknown", "'\(shown)' is not known here.\nMaybe one of: comment, lessons.")
    }
    let texts = members["lessons"]?.array?.map(\.string)
    let comment = members["comment"]?.string
    if texts == nil || texts?.contains(nil) == true {
      fail(prefix + "lessons", "value.type", "'lessons' must be a list of the ids of the lessons that are missing.")
    }
    let isText = comment.map { $0.count <= 2_000 && $0.contains { !$0.isWhitespace } } ?? false
    if !isText { fail(prefix + "comment", "value.missing", "'comment' must say why, in at most 2000 characters.") }
    guard let texts, let comment, isText else { return nil }
    return WaiverOrder(lessons: Set(texts.compactMap { $0 }.map { LessonID($0) }), comment: comment)
  }
}
