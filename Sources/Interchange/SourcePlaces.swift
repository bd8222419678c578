import Timetabling

/// Where the things of a problem stand in the file that it was read from.
///
/// `ProblemCheck` speaks of places as pointers into the import document. Who wrote a FET file never saw one.
struct SourcePlaces {
  /// By pointers such as `/lessons/3`.
  private var places: [String: String] = [:]
  /// Of what stands nowhere in particular.
  private let whole: String

  init(whole: String = "line 1") { self.whole = whole }

  mutating func set(_ list: String, _ index: Int, to place: String) { places["/\(list)/\(index)"] = place }

  /// Of the thing that the pointer leads to or into.
  func place(of pointer: String) -> String {
    var rest = pointer[...]
    while let slash = rest.lastIndex(of: "/") {
      if let place = places[String(rest)] { return place }
      rest = rest[..<slash]
    }
    return whole
  }
}
