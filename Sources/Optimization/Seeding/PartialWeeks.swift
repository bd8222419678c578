/// The weeks of all people with hard rules, kept up to date while meetings come and go.
///
/// The busy periods are those of the state; here are the sums that `PersonRules` limits. One thread at a time.
final class PartialWeeks {
  let state: SearchState
  private let tracks: Tracks
  private let days: Int
  let rules: Flat<PersonRules>
  private let dayTimes: Rows<Tracks.DayRule>
  private let weekTimes: Rows<Tracks.WeekRule>
  /// Of each day.
  private let hasPeriods: Flat<Bool>
  let measures: Flat<PersonRules.Sums>
  let sums: Flat<PersonRules.Sums>
  /// Periods of each person's meetings without a place.
  let missing: Flat<Int32>
  /// Periods that each lesson's meetings cover.
  let length: Flat<Int32>
  let meetings: Rows<Int32>
  private let members: Flat<UInt64>
  private let width: Int

  init(_ state: SearchState) {
    let compiled = state.compiled
    let tracks = state.scoring.tracks
    self.state = state
    self.tracks = tracks
    days = compiled.dayCount
    rules = Flat((0..<tracks.count).map { PersonRules(day: tracks.dayRules.row($0), week: tracks.weekRules.row($0)) })
    let times = (0..<tracks.count).map {
      TimesRules(day: tracks.dayRules.row($0), week: tracks.weekRules.row($0))
    }
    hasPeriods = Flat(compiled.index.scale.days.map { !$0.isEmpty })
    dayTimes = Rows(times.map(\.day))
    weekTimes = Rows(times.map(\.week))
    measures = Flat(tracks.count * days, PersonRules.Sums(repeating: 0))
    sums = Flat(tracks.count, PersonRules.Sums(repeating: 0))
    missing = Flat(tracks.count, 0)
    length = Flat(
      (0..<compiled.lessonCount).map { lesson in
        compiled.times(ofLesson: lesson).map { compiled.times[$0].periods }.max() ?? 0
      })
    width = (tracks.count + 63) / 64
    members = Flat(compiled.lessonCount * width, 0)
    var rows = [[Int]](repeating: [], count: tracks.count)
    for lesson in 0..<compiled.lessonCount {
      for track in tracks.ofLesson.row(lesson) {
        rows[Int(track)] += Array(compiled.meetings(of: lesson))
        members[lesson * width + Int(track) >> 6] |= 1 << UInt64(track & 63)
      }
    }
    meetings = Rows(rows)
    for track in 0..<tracks.count {
      for meeting in rows[track] where state.timeOf[meeting] < 0 {
        missing[track] += length[compiled.lesson(of: meeting)]
      }
      for day in 0..<days { recount(track, day) }
    }
  }

  deinit {
    rules.free()
    dayTimes.free()
    weekTimes.free()
    hasPeriods.free()
    measures.free()
    sums.free()
    missing.free()
    length.free()
    meetings.free()
    members.free()
  }

  @inline(__always) func has(_ lesson: Int, in track: Int) -> Bool {
    members[lesson &* width &+ track >> 6] >> UInt64(truncatingIfNeeded: track & 63) & 1 == 1
  }

  @inline(__always) func busy(_ track: Int, _ day: Int) -> UInt64 { state.trackDays[track &* days &+ day].once }

  /// Whether no period of the day is covered by two meetings at once.
  @inline(__always) func isSingle(_ track: Int, _ day: Int) -> Bool {
    state.trackDays[track &* days &+ day].twice == 0
  }

  @inline(__always) func measure(_ track: Int, _ day: Int, _ mask: UInt64) -> PersonRules.Sums {
    var sums = rules[track].measure(
      mask, blocked: tracks.blocked[track &* days &+ day], joined: tracks.joined[day], hasPeriods: hasPeriods[day])
    if rules[track].looksAtTimes { measureTimes(track, day, mask, &sums) }
    return sums
  }

  @inline(never) private func measureTimes(_ track: Int, _ day: Int, _ mask: UInt64, _ sums: inout PersonRules.Sums) {
    for rule in dayTimes.each(track) {
      let periods = (mask & tracks.sets[rule.set, day]).nonzeroBitCount
      sums[PersonRules.brokenLane] &+= max(0, Int16(truncatingIfNeeded: periods) &- Int16(clamping: rule.limit))
    }
    for (number, rule) in weekTimes.each(track).enumerated() where mask & tracks.sets[rule.set, day] != 0 {
      sums[PersonRules.firstTimesLane &+ number] = 1
    }
  }

  /// Where there are lessons on too many days: the periods of a day that should be free on one of these.
  func crowded(_ track: Int, _ excess: PersonRules.Sums) -> ((_ day: Int) -> UInt64)? {
    if excess[PersonRules.dayLane] > 0 { return { _ in .max } }
    let sets = tracks.sets
    for (number, rule) in weekTimes.each(track).enumerated() where excess[PersonRules.firstTimesLane + number] > 0 {
      return { sets[rule.set, $0] }
    }
    return nil
  }

  /// Call after a meeting of the lesson came to the time (`sign` 1) or left it (−1).
  func update(_ lesson: Int, _ time: Int, sign: Int32) {
    let day = Int(state.compiled.times[time].day)
    for position in tracks.ofLesson.range(lesson) {
      let track = Int(tracks.ofLesson[position])
      missing[track] &-= sign &* length[lesson]
      recount(track, day)
    }
  }

  @inline(__always) private func recount(_ track: Int, _ day: Int) {
    let cell = track &* days &+ day
    let now = measure(track, day, busy(track, day))
    sums[track] = sums[track] &- measures[cell] &+ now
    measures[cell] = now
  }

  /// By how much people's rules are broken beyond what missing meetings can mend.
  var broken: Int {
    (0..<tracks.count).reduce(0) { $0 + Int(rules[$1].excess(sums[$1], missing: Int(missing[$1])).wrappedSum()) }
  }
}
