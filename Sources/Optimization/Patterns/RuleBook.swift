import Patterns

/// The distributions of a problem on their way into flat arrays.
struct RuleBook {
  private(set) var rules: [Rule] = []
  private(set) var members: [Int32] = []
  private(set) var timeSeats: [[Seat]]
  private(set) var placeSeats: [[Seat]]
  private(set) var rigidSeats: [[Seat]]
  private(set) var crowdSeats: [[Seat]]
  /// Rules that are listed by days.
  private(set) var crowds = 0
  private let hasWays: Bool

  /// From so many classes on, looking only at those of a day is quicker than looking at all.
  private static let crowd = 12
  private(set) var atoms: [[WeekAtom]] = []
  private(set) var cellBegin: [Int32] = [0]

  init(_ problem: CourseProblem, hasWays: Bool) {
    self.hasWays = hasWays
    timeSeats = Array(repeating: [], count: problem.classes.count)
    placeSeats = timeSeats
    rigidSeats = timeSeats
    crowdSeats = timeSeats
    // Kinds that look at all classes together come first, then what is required: both can end an evaluation early.
    let ordered = problem.distributions.indices.sorted { one, two in
      let (a, b) = (problem.distributions[one], problem.distributions[two])
      let (first, second) = (Self.rank(a), Self.rank(b))
      return first == second ? one < two : first < second
    }
    for index in ordered { add(problem.distributions[index], problem) }
  }

  private static func rank(_ distribution: Distribution) -> Int {
    distribution.kind.isPairwise ? (distribution.isRequired ? 1 : 2) : 0
  }

  private mutating func add(_ distribution: Distribution, _ problem: CourseProblem) {
    let cost = distribution.penalty * problem.weights.distribution
    guard distribution.isRequired || cost > 0 else { return }
    guard distribution.classes.count > 1 || !distribution.kind.isPairwise else { return }
    let form = Self.form(distribution.kind)
    let begin = Int32(members.count)
    members += distribution.classes.map(Int32.init)
    let number = Int32(rules.count)
    let isCrowd = form.kind.asksSharedDay && distribution.classes.count >= Self.crowd
    rules.append(
      Rule(
        kind: form.kind, isRequired: distribution.isRequired, limit: Int32(form.limit), gap: Int32(form.gap),
        cost: Int32(distribution.kind.isPairwise ? cost : distribution.penalty), begin: begin,
        end: Int32(members.count), group: form.kind.isPairwise ? -1 : Int32(atoms.count),
        crowd: isCrowd ? Int32(crowds) : -1))
    if isCrowd { crowds += 1 }
    let asksPlace = form.kind.asksRoom || hasWays && form.kind == .sameAttendees
    for (position, index) in distribution.classes.enumerated() {
      let seat = Seat(rule: number, position: Int32(position))
      if asksPlace { placeSeats[index].append(seat) } else { timeSeats[index].append(seat) }
      if form.kind.isRigid, distribution.isRequired { rigidSeats[index].append(seat) }
      if isCrowd { crowdSeats[index].append(seat) }
    }
    if !form.kind.isPairwise {
      let atoms = form.kind == .maxDays ? [WeekAtom(week: 0, count: 1)] : Self.atoms(distribution, problem)
      self.atoms.append(atoms)
      cellBegin.append(cellBegin[cellBegin.count - 1] + Int32(atoms.count * problem.days))
    }
  }

  /// Weeks that every option of every class treats alike are looked at once.
  private static func atoms(_ distribution: Distribution, _ problem: CourseProblem) -> [WeekAtom] {
    let masks = Set(distribution.classes.flatMap { problem.classes[$0].times.map(\.pattern.weeks) }).sorted()
    var atoms: [WeekAtom] = []
    var signatures: [[Bool]] = []
    for week in 0..<problem.weeks {
      let signature = masks.map { $0 >> UInt64(week) & 1 == 1 }
      if let known = signatures.firstIndex(of: signature) {
        atoms[known].count += 1
      } else {
        signatures.append(signature)
        atoms.append(WeekAtom(week: Int32(week), count: 1))
      }
    }
    return atoms
  }

  static func form(_ kind: Distribution.Kind) -> (kind: RuleKind, limit: Int, gap: Int) {
    switch kind {
    case .sameStart: (.sameStart, 0, 0)
    case .sameTime: (.sameTime, 0, 0)
    case .differentTime: (.differentTime, 0, 0)
    case .sameDays: (.sameDays, 0, 0)
    case .differentDays: (.differentDays, 0, 0)
    case .sameWeeks: (.sameWeeks, 0, 0)
    case .differentWeeks: (.differentWeeks, 0, 0)
    case .sameRoom: (.sameRoom, 0, 0)
    case .differentRoom: (.differentRoom, 0, 0)
    case .overlap: (.overlap, 0, 0)
    case .notOverlap: (.notOverlap, 0, 0)
    case .sameAttendees: (.sameAttendees, 0, 0)
    case .precedence: (.precedence, 0, 0)
    case .workDay(let slots): (.workDay, slots, 0)
    case .minGap(let slots): (.minGap, slots, 0)
    case .maxDays(let days): (.maxDays, days, 0)
    case .maxDayLoad(let slots): (.maxDayLoad, slots, 0)
    case .maxBreaks(let breaks, let gap): (.maxBreaks, breaks, gap)
    case .maxBlock(let slots, let gap): (.maxBlock, slots, gap)
    }
  }
}
