/// Sets of rooms to count by Hall's condition: lessons bound to rooms within a set find places only while they are no
/// more than the set's rooms.
package enum HallSets {
  /// The different sets and the unions of those that overlap, the smallest first, `limit` at most.
  ///
  /// Hall's condition (P. Hall 1935) is about every union; sets that share no room need no union, for each is counted
  /// by itself.
  package static func closure(of sets: [Set<Int>], limit: Int) -> [[Int]] {
    func precedes(_ one: [Int], _ other: [Int]) -> Bool {
      one.count != other.count ? one.count < other.count : one.lexicographicallyPrecedes(other)
    }
    var known = Set(sets.filter { !$0.isEmpty }.map { $0.sorted() })
    let base = known.sorted(by: precedes).prefix(limit)
    var found = Array(base)
    var next = 0
    while next < found.count, found.count < limit {
      let one = Set(found[next])
      for other in base where found.count < limit {
        let union = one.union(other)
        guard union.count < one.count + other.count, union.count > one.count, union.count > other.count else {
          continue
        }
        if known.insert(union.sorted()).inserted { found.append(union.sorted()) }
      }
      next += 1
    }
    return found.sorted(by: precedes)
  }
}
