/// "Maybe you meant …" for a misspelt word.
enum Suggestion {
  /// The known word nearest to `word`, when no more than a third of it has to change.
  static func nearest(to word: String, in known: some Sequence<String>) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    let lowered = Array(word.lowercased().utf8)
    let near = known.map { ($0, distance(lowered, Array($0.lowercased().utf8))) }
      .filter { $0.1 <= max(1, min(lowered.count, $0.0.utf8.count) / 3) }
    return near.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
  }

  /// ` Maybe you meant 'x'.` or nothing, to stand after a sentence.
  static func sentence(for word: String, in known: some Sequence<String>) -> String {
    nearest(to: word, in: known).map { "\nMaybe you meant '\($0)'." } ?? ""
  }

  /// Levenshtein's edit distance.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
        diagonal = above
      }
    }
    return row[right.count]
  }
}
