/// What the host is asked, one frame each; it answers each with one `HostReply`.
///
/// In this order: configure, then any number of times prepare, choose…, finish.
package enum HostRequest: Equatable, Sendable {
  case configure(strategy: String, options: [OptionValue], seed: UInt64)
  case prepare(ProblemView)
  case choose(weights: [Int32], best: SolutionView?)
  case finish

  package struct OptionValue: Equatable, Sendable {
    package var id: String
    package var value: Double

    package init(id: String, value: Double) {
      self.id = id
      self.value = value
    }
  }

  /// The fields of `ttw_problem_t`.
  package struct ProblemView: Equatable, Sendable {
    package var slotCount: UInt32 = 0
    package var slotsPerDay: UInt32 = 0
    package var roomCount: UInt32 = 0
    package var teacherCount: UInt32 = 0
    package var groupCount: UInt32 = 0
    package var termIDs: [String] = []
    package var defaultWeights: [Int32] = []
    package var meetingTeacher: [UInt32] = []
    package var meetingGroupsBegin: [UInt32] = []
    package var meetingGroups: [UInt32] = []

    package init() {}
  }

  /// The fields of `ttw_solution_t`.
  package struct SolutionView: Equatable, Sendable {
    package var slots: [UInt32]
    package var rooms: [UInt32]
    package var violations: [Int64]
    package var iteration: UInt64

    package init(slots: [UInt32], rooms: [UInt32], violations: [Int64], iteration: UInt64) {
      self.slots = slots
      self.rooms = rooms
      self.violations = violations
      self.iteration = iteration
    }
  }
}

extension HostRequest {
  package func makeFrame() -> [UInt8] {
    var writer = FrameWriter()
    switch self {
    case .configure(let strategy, let options, let seed):
      writer.put(UInt8(1))
      writer.put(strategy)
      writer.put(UInt32(options.count))
      for option in options {
        writer.put(option.id)
        writer.put(option.value)
      }
      writer.put(seed)
    case .prepare(let problem):
      writer.put(UInt8(2))
      problem.write(to: &writer)
    case .choose(let weights, let best):
      writer.put(UInt8(3))
      writer.put(weights)
      writer.put(UInt8(best == nil ? 0 : 1))
      if let best {
        writer.put(best.slots)
        writer.put(best.rooms)
        writer.put(best.violations)
        writer.put(best.iteration)
      }
    case .finish: writer.put(UInt8(4))
    }
    return writer.finish()
  }

  package init(frame: [UInt8]) throws(FrameError) {
    var reader = FrameReader(frame)
    switch try reader.integer(UInt8.self) {
    case 1:
      let strategy = try reader.text()
      var options: [OptionValue] = []
      for _ in 0..<(try reader.integer(UInt32.self)) {
        options.append(OptionValue(id: try reader.text(), value: try reader.double()))
      }
      self = .configure(strategy: strategy, options: options, seed: try reader.integer())
    case 2: self = .prepare(try ProblemView(from: &reader))
    case 3:
      let weights = try reader.integers(Int32.self)
      var best: SolutionView?
      if try reader.integer(UInt8.self) == 1 {
        best = SolutionView(
          slots: try reader.integers(), rooms: try reader.integers(), violations: try reader.integers(),
          iteration: try reader.integer())
      }
      self = .choose(weights: weights, best: best)
    case 4: self = .finish
    case let tag: throw .unknownTag(tag)
    }
    try reader.finish()
  }
}

extension HostRequest.ProblemView {
  fileprivate func write(to writer: inout FrameWriter) {
    for count in [slotCount, slotsPerDay, roomCount, teacherCount, groupCount] { writer.put(count) }
    writer.put(UInt32(termIDs.count))
    for id in termIDs { writer.put(id) }
    writer.put(defaultWeights)
    writer.put(meetingTeacher)
    writer.put(meetingGroupsBegin)
    writer.put(meetingGroups)
  }

  fileprivate init(from reader: inout FrameReader) throws(FrameError) {
    slotCount = try reader.integer()
    slotsPerDay = try reader.integer()
    roomCount = try reader.integer()
    teacherCount = try reader.integer()
    groupCount = try reader.integer()
    for _ in 0..<(try reader.integer(UInt32.self)) { termIDs.append(try reader.text()) }
    defaultWeights = try reader.integers()
    meetingTeacher = try reader.integers()
    meetingGroupsBegin = try reader.integers()
    meetingGroups = try reader.integers()
  }
}
