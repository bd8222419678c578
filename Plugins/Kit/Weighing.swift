internal import CWeightingPlugin

/// One question to a strategy: the options in force, and the shares it answers with.
public struct Weighing {
  private let options: [String: Double]

  /// By criterion, without the prefix: `"compactness": 0.25`. What is not named weighs nothing. Constraint
  /// terms are not shares and keep their default weights.
  public var shares: [String: Double] = [:]

  init(options: [String: Double]) { self.options = options }

  /// The value of a declared option.
  public func option(_ id: String) -> Double {
    guard let value = options[id] else { preconditionFailure("option '\(id)' is not declared") }
    return value
  }

  /// Multiplies one share and takes what it gains from the others in proportion, so that their sum stays.
  public mutating func emphasize(_ criterion: String, by factor: Double) {
    // In one order: a dictionary's own differs from run to run, and with it the last bit of a sum.
    let total = shares.keys.sorted().reduce(0) { $0 + shares[$1]! }
    guard let old = shares[criterion], total > old else { return }
    let new = min(old * factor, total)
    let rest = (total - new) / (total - old)
    for other in shares.keys { shares[other]! *= rest }
    shares[criterion] = new
  }
}

extension Weighing {
  /// The weight of each term; fails with the name of a share that no term answers to.
  func weights(for terms: UnsafeBufferPointer<ttw_term_t>) -> Result<[Int32], UnknownCriterion> {
    var unused = shares
    let weights = terms.map { term -> Int32 in
      let id = String(cString: term.id)
      let prefix = "criterion."
      guard id.hasPrefix(prefix) else { return term.default_weight }
      let share = unused.removeValue(forKey: String(id.dropFirst(prefix.count))) ?? 0
      let weight = (share * Double(TTW_WEIGHT_MAX)).rounded()
      return Int32(min(max(weight, 0), Double(TTW_WEIGHT_MAX)))
    }
    if let name = unused.keys.min() { return .failure(UnknownCriterion(name: name)) }
    return .success(weights)
  }

  struct UnknownCriterion: Error {
    var name: String
  }
}
