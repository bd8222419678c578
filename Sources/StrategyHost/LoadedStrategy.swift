internal import CWeightingPlugin
import Glibc
import StrategyFrames

/// One strategy of the library, created and configured.
final class LoadedStrategy {
  private let strategy: UnsafeMutablePointer<ttw_strategy_t>
  private var problem: ProblemMemory?

  init(library: StrategyLibrary, id: String, options: [HostRequest.OptionValue], seed: UInt64) throws {
    // The library keeps this pointer; one per process, so it is never freed.
    let host = UnsafeMutablePointer<ttw_host_t>.allocate(capacity: 1)
    host.initialize(
      to: ttw_host_t(
        struct_size: UInt32(MemoryLayout<ttw_host_t>.size),
        abi: ttw_version_t(major: TTW_ABI_MAJOR, minor: TTW_ABI_MINOR), host_data: nil, log: logFromStrategy,
        is_cancelled: isClientGone))

    var error = ttw_error_t()
    guard let created = library.factory.pointee.create(id, host, &error) else {
      throw HostRefusal(status: Int32(TTW_UNSUPPORTED), message: "create: \(error.text ?? "no strategy '\(id)'")")
    }
    try StrategyLibrary.check(size: created.pointee.struct_size, against: ttw_strategy_t.self, what: "strategy")
    strategy = created

    let names = options.map { strdup($0.id) }
    defer { for name in names { free(name) } }
    let values = zip(names, options).map { ttw_option_t(id: $0, value: $1.value) }
    try callingC("configure") { created.pointee.configure(created, values, UInt32(values.count), seed, $0) }
  }

  func prepare(_ view: HostRequest.ProblemView) throws {
    if problem != nil { finish() }
    let memory = ProblemMemory(view)
    try callingC("prepare") { strategy.pointee.prepare(strategy, memory.problem, $0) }
    problem = memory
  }

  func chooseWeights(_ current: [Int32], best: HostRequest.SolutionView?) throws -> [Int32] {
    guard let problem, current.count == problem.termCount else {
      throw HostRefusal(message: "choose_weights was asked for \(current.count) terms of a problem not prepared")
    }
    // One element of room, so that even no terms have an address.
    var weights = current + [0]
    try callingC("choose_weights") { error in
      guard let best else { return strategy.pointee.choose_weights(strategy, nil, &weights, error) }
      return best.slots.withUnsafeBufferPointer { slots in
        best.rooms.withUnsafeBufferPointer { rooms in
          best.violations.withUnsafeBufferPointer { violations in
            var solution = ttw_solution_t(
              struct_size: UInt32(MemoryLayout<ttw_solution_t>.size), meeting_slot: slots.baseAddress,
              meeting_room: rooms.baseAddress, violations: violations.baseAddress, iteration: best.iteration)
            return strategy.pointee.choose_weights(strategy, &solution, &weights, error)
          }
        }
      }
    }
    return Array(weights.dropLast())
  }

  func finish() {
    guard problem != nil else { return }
    strategy.pointee.finish(strategy)
    problem = nil
  }
}

/// A `ttw_problem_t` and everything it points to, in place until the run is finished.
private final class ProblemMemory {
  let problem: UnsafeMutablePointer<ttw_problem_t>
  let termCount: Int
  private let terms: UnsafeMutableBufferPointer<ttw_term_t>
  private let numbers: [UnsafeMutableBufferPointer<UInt32>]

  init(_ view: HostRequest.ProblemView) {
    termCount = view.termIDs.count
    terms = .allocate(capacity: termCount)
    _ = terms.initialize(
      from: zip(view.termIDs, view.defaultWeights).map { ttw_term_t(id: strdup($0), default_weight: $1) })
    numbers = [view.meetingTeacher, view.meetingGroupsBegin, view.meetingGroups].map {
      let copy = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: $0.count)
      _ = copy.initialize(from: $0)
      return copy
    }
    problem = .allocate(capacity: 1)
    problem.initialize(
      to: ttw_problem_t(
        struct_size: UInt32(MemoryLayout<ttw_problem_t>.size), meeting_count: UInt32(view.meetingTeacher.count),
        slot_count: view.slotCount, slots_per_day: view.slotsPerDay, room_count: view.roomCount,
        teacher_count: view.teacherCount, group_count: view.groupCount, term_count: UInt32(termCount),
        terms: terms.baseAddress, meeting_teacher: numbers[0].baseAddress,
        meeting_groups_begin: numbers[1].baseAddress, meeting_groups: numbers[2].baseAddress))
  }

  deinit {
    for term in terms { free(UnsafeMutablePointer(mutating: term.id)) }
    terms.deallocate()
    for list in numbers { list.deallocate() }
    problem.deallocate()
  }
}

/// What a strategy logs goes to standard error, a line each; the client keeps the last of it.
private func logFromStrategy(_ host: UnsafePointer<ttw_host_t>?, _ level: Int32, _ message: UnsafePointer<CChar>?) {
  let names = ["debug", "info", "warning", "error"]
  let name = names.indices.contains(Int(level)) ? names[Int(level)] : "level \(level)"
  FrameChannel(descriptor: -1).complain("\(name): \(message.map { String(cString: $0) } ?? "")")
}

private func isClientGone(_ host: UnsafePointer<ttw_host_t>?) -> Int32 {
  var poll = pollfd(fd: HostDescriptors.frames, events: 0, revents: 0)
  return Glibc.poll(&poll, 1, 0) > 0 && poll.revents & Int16(POLLHUP | POLLERR) != 0 ? 1 : 0
}
