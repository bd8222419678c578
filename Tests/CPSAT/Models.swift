import Foundation
import Optimization

/// SplitMix64: the same seed gives the same models everywhere.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension ChoiceModel {
  /// Up to 7 choices of up to 4 literals under up to 6 rules: some of them without a solution.
  static func random(seed: UInt64) -> ChoiceModel {
    var generator = SeededGenerator(state: seed)
    var begin: [Int32] = [0]
    var isRequired: [Bool] = []
    for _ in 0..<Int.random(in: 1...7, using: &generator) {
      begin.append(begin.last! + Int32.random(in: 0...4, using: &generator))
      isRequired.append(.random(using: &generator) && begin[begin.count - 2] < begin.last!)
    }
    let literals = Array(0..<begin.last!)
    let rules = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
      let some = Array(literals.shuffled(using: &generator).prefix(Int.random(in: 0...6, using: &generator)))
      let isWeighted = Bool.random(using: &generator)
      return AtMost(
        literals: some, bound: [0, 1, 1, 1, 2, 3].randomElement(using: &generator)!,
        weights: isWeighted ? some.map { _ in Int32.random(in: 1...3, using: &generator) } : [])
    }
    let costs = literals.map { _ in Int64.random(in: -20...20, using: &generator) }
    return ChoiceModel(
      choiceBegin: begin, isRequired: isRequired, atMost: rules,
      costs: Bool.random(using: &generator) ? costs : [])
  }

  /// Whether `chosen` keeps every rule, counted apart from the adapter's own check.
  func allows(_ chosen: [Int32]) -> Bool {
    chosen.count == choiceCount
      && chosen.indices.allSatisfy { choice in
        chosen[choice] == -1
          ? !isRequired[choice]
          : (choiceBegin[choice]..<choiceBegin[choice + 1]).contains(chosen[choice])
      }
      && atMost.allSatisfy { rule in weight(of: rule, chosen) <= Int(rule.bound) }
  }

  private func weight(of rule: AtMost, _ chosen: [Int32]) -> Int {
    rule.literals.indices.reduce(0) { sum, position in
      guard chosen.contains(rule.literals[position]) else { return sum }
      return sum + (rule.weights.isEmpty ? 1 : Int(rule.weights[position]))
    }
  }

  /// `pigeons` choices among the same `holes`, each hole taken once.
  static func pigeons(_ pigeons: Int32, in holes: Int32) -> ChoiceModel {
    ChoiceModel(
      choiceBegin: (0...pigeons).map { $0 * holes },
      isRequired: [Bool](repeating: true, count: Int(pigeons)),
      atMost: (0..<holes).map { hole in AtMost(literals: (0..<pigeons).map { $0 * holes + hole }) })
  }

  /// A quadratic-looking assignment too large to finish soon: `count` meetings in 40 slots, random clashes.
  static func large(count: Int32, seed: UInt64) -> ChoiceModel {
    var generator = SeededGenerator(state: seed)
    let slots: Int32 = 40
    var rules: [AtMost] = []
    for _ in 0..<(count * 3) {
      let meetings = (0..<count).shuffled(using: &generator).prefix(12)
      for slot in 0..<slots { rules.append(AtMost(literals: meetings.map { $0 * slots + slot })) }
    }
    return ChoiceModel(
      choiceBegin: (0...count).map { $0 * slots },
      isRequired: [Bool](repeating: false, count: Int(count)), atMost: rules,
      costs: (0..<count * slots).map { _ in -Int64.random(in: 1...1000, using: &generator) })
  }
}

extension ExactLimit {
  static let ample = ExactLimit(seconds: 60, deterministicTime: 60, seed: 1)
}

/// The folder `ops/fetch-ortools` filled: HORARIUM_ORTOOLS, or `.local/ortools` of the project.
let ortoolsFolder: String = {
  if let folder = ProcessInfo.processInfo.environment["HORARIUM_ORTOOLS"] { return folder }
  var root = URL(fileURLWithPath: #filePath)
  for _ in 0..<3 { root.deleteLastPathComponent() }
  return root.appendingPathComponent(".local/ortools").path
}()
