import Crypto
public import Foundation
public import Timetabling

/// SHA-256 in hexadecimal over JSON with sorted keys: the same content has the same hash in every process.
public enum ContentHash {
  public static func of(_ problem: Problem) -> String { hash(problem) }

  /// The hash, and the bytes it is of.
  public static func document(of problem: Problem) -> (hash: String, document: Data) {
    let bytes = canonical(problem)
    return (hash(of: bytes), bytes)
  }

  /// Over the entries and which meetings are unplaced; the reasons given for these do not count.
  public static func of(_ timetable: Timetable) -> String {
    hash(
      TimetableContent(
        entries: timetable.entries, unplaced: timetable.unplaced.map { .init(lesson: $0.lesson, meeting: $0.meeting) }))
  }

  private struct TimetableContent: Encodable {
    struct Missing: Encodable {
      let lesson: LessonID
      let meeting: Int
    }

    let entries: [Entry]
    let unplaced: [Missing]
  }

  private static func hash(_ value: some Encodable) -> String { hash(of: canonical(value)) }

  private static func canonical(_ value: some Encodable) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // Only a non-finite number could fail to encode, and those have a form above.
    guard let bytes = try? encoder.encode(value) else {
      preconditionFailure("\(type(of: value)) could not be written as JSON")
    }
    return bytes
  }

  private static func hash(of bytes: Data) -> String {
    SHA256.hash(data: bytes).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
