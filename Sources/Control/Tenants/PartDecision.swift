import Persistence

/// What `apply` does with one part of a tenant: a three-way comparison of the file, the database, and what was applied
/// last. Nobody's work is undone without a word.
package enum PartDecision: Hashable, Sendable {
  case nothing
  case add
  case change
  /// It differs, and stays as it is.
  case keep(Reason)

  package enum Reason: Hashable, Sendable {
    /// The file says what it said; somebody has changed the part in the meantime.
    case changedHere
    /// The file says something new, and somebody has changed the part too.
    case changedOnBothSides
    /// Nothing tells which of the two is newer: it was never applied from a file.
    case neverApplied
    case removedHere

    package var words: String {
      switch self {
      case .changedHere: "was changed here since it was applied, and its file was not"
      case .changedOnBothSides: "was changed here since it was applied, and so was its file"
      case .neverApplied: "is not as its file says, and was never applied from it"
      case .removedHere: "was removed here since it was applied"
      }
    }
  }

  /// - Parameters:
  ///   - file: what the file says
  ///   - stored: what the database holds, nil for nothing
  ///   - isAsDesired: whether the two mean the same
  ///   - applied: what was applied last
  ///   - isOverwritten: a person said that the file wins
  package init(file: String, stored: String?, isAsDesired: Bool, applied: AppliedPart?, isOverwritten: Bool) {
    if isAsDesired {
      self = .nothing
    } else if isOverwritten {
      self = stored == nil ? .add : .change
    } else if let applied {
      let isFileNew = applied.file != file
      let isStoredNew = applied.stored != stored
      self =
        switch (isFileNew, isStoredNew) {
        case (false, false): .nothing
        case (true, false): .change
        case (_, true) where stored == nil: .keep(.removedHere)
        case (false, true): .keep(.changedHere)
        case (true, true): .keep(.changedOnBothSides)
        }
    } else {
      self = stored == nil ? .add : .keep(.neverApplied)
    }
  }
}
