/// What kernels cost with every meeting where `timeOf` says.
extension SearchState {
  func kernelCost(_ number: Int) -> Int64 {
    let kernel = scoring.kernels.all[number]
    return switch kernel.kind {
    case .grouped: isGrouped(Int(kernel.list)) ? 0 : kernel.weight
    case .endDay: endsDay(Int(kernel.list)) ? 0 : kernel.weight
    case .simultaneous: kernel.weight &* Int64(max(0, peak(kernel) &- Int(kernel.limit)))
    case .personDay, .personWeek: worstWeek(kernel)
    }
  }

  /// Whether the meetings follow one another on one day without a break; true while one has no place.
  private func isGrouped(_ list: Int) -> Bool {
    var day: Int32 = -1
    var (all, periods): (UInt64, Int32) = (0, 0)
    for position in scoring.kernels.lists.range(list) {
      let time = Int(timeOf[Int(scoring.kernels.lists[position])])
      if time < 0 { return true }
      let span = compiled.times[time]
      if day >= 0, span.day != day { day = -2 }
      if day == -1 { day = span.day }
      all |= span.mask
      periods &+= span.periods
    }
    if day == -2 { return false }
    let run = all >> UInt64(truncatingIfNeeded: all.trailingZeroBitCount)
    return Int32(all.nonzeroBitCount) == periods && run & (run &+ 1) == 0
  }

  private func endsDay(_ list: Int) -> Bool {
    let range = scoring.kernels.lists.range(list)
    let own = Int(timeOf[Int(scoring.kernels.lists[range.lowerBound])])
    if own < 0 { return true }
    let span = compiled.times[own]
    for position in range.dropFirst() {
      let time = Int(timeOf[Int(scoring.kernels.lists[position])])
      if time < 0 { continue }
      let other = compiled.times[time]
      if other.day == span.day, other.atomBegin >= span.atomEnd { return false }
    }
    return true
  }

  /// The most meetings at once in one of the kernel's periods, in any week.
  private func peak(_ kernel: Kernels.Kernel) -> Int {
    let lists = scoring.kernels.lists
    var peak = 0
    for week in 0..<scoring.kernels.weekCount {
      var rest = kernel.periods
      while rest != 0 {
        let bit = rest & (0 &- rest)
        rest &= rest &- 1
        var held = 0
        for position in lists.range(Int(kernel.list) &+ week) {
          let time = Int(timeOf[Int(lists[position])])
          if time >= 0, compiled.times[time].day == kernel.day, compiled.times[time].mask & bit != 0 {
            held &+= 1
          }
        }
        peak = max(peak, held)
      }
    }
    return peak
  }

  private func worstWeek(_ kernel: Kernels.Kernel) -> Int64 {
    let kernels = scoring.kernels
    var worst: Int64 = 0
    for week in 0..<kernels.weekCount {
      let range = kernels.lists.range(Int(kernel.list) &+ week)
      if range.isEmpty { continue }
      dayMasks.fill(0)
      for position in range {
        let time = Int(timeOf[Int(kernels.lists[position])])
        if time < 0 { continue }
        let span = compiled.times[time]
        dayMasks[Int(span.day)] |= span.mask
      }
      worst = max(worst, weekCost(kernel))
    }
    return worst
  }

  private func weekCost(_ kernel: Kernels.Kernel) -> Int64 {
    let (kernels, sets) = (scoring.kernels, scoring.tracks.sets)
    var (cost, sum): (Int64, Int) = (0, 0)
    for day in 0..<compiled.dayCount {
      let blocked = kernels.blocked[Int(kernel.blocked) &+ day]
      if kernel.kind == .personDay {
        cost &+= Tracks.cost(
          kernel.dayRule, dayMasks[day], joined: kernels.joined[day], blocked: blocked,
          within: sets[kernel.dayRule.set, day])
      } else {
        sum &+= kernel.weekRule.measure(dayMasks[day], blocked: blocked, within: sets[kernel.weekRule.set, day])
      }
    }
    return kernel.kind == .personDay ? cost : kernel.weekRule.weight &* Int64(kernel.weekRule.units(sum))
  }
}
