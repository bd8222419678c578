import Jobs
import Persistence
import Timetabling

/// The term that `academic_year` and `semester` of the requirements' documents mean.
///
/// An academic year begins in July. An odd semester, or `odd`, is one that begins in its first half, until December;
/// an even one in its second. Other words are looked for in the term's id and name: `autumn`, `Trimester 2`.
struct AcademicTerm: Hashable, Sendable {
  var year: String?
  var semester: String?

  enum Choice: Hashable, Sendable {
    case term(TermID)
    /// None or several fit.
    case none([TermID])
    case several([TermID])
  }

  /// Where there is one term it is meant, whatever they say: institutions of one term need not keep to our calendar.
  func choose(among terms: [TermSummary]) -> Choice {
    if terms.count == 1 { return .term(terms[0].id) }
    let fitting = terms.filter { fits($0) }
    switch fitting.count {
    case 0: return .none(terms.map(\.id))
    case 1: return .term(fitting[0].id)
    default: return .several(fitting.map(\.id))
    }
  }

  private func fits(_ term: TermSummary) -> Bool {
    let date = term.firstDay.split(separator: "-").compactMap { Int($0) }
    guard date.count == 3 else { return false }
    let isFirstHalf = date[1] >= 7
    if let year {
      guard Self.firstYear(of: year).map({ $0 == (isFirstHalf ? date[0] : date[0] - 1) }) ?? Self.names(year, term)
      else { return false }
    }
    switch semester?.lowercased() {
    case nil: return true
    case "odd": return isFirstHalf
    case "even": return !isFirstHalf
    case .some(let word): return Int(word).map { ($0 % 2 != 0) == isFirstHalf } ?? Self.names(word, term)
    }
  }

  /// 2024 of `2024`, `2024-25`, `2024/2025`.
  private static func firstYear(of text: String) -> Int? {
    let parts = text.split { $0 == "-" || $0 == "/" }
    return parts.first?.count == 4 && parts.count <= 2 ? parts.first.flatMap { Int($0) } : nil
  }

  private static func names(_ word: String, _ term: TermSummary) -> Bool {
    let word = word.lowercased()
    return term.id.rawValue.lowercased().contains(word) || term.name.lowercased().contains(word)
  }
}

extension TenantTransaction {
  func term(_ wanted: AcademicTerm) async throws -> TermID {
    switch wanted.choose(among: try await terms()) {
    case .term(let term): return term
    case .none(let all):
      guard !all.isEmpty else { return try await term(named: nil) }
      let names = all.map(\.rawValue).joined(separator: ", ")
      throw Problem(
        .unknown, "No term is \(wanted.inWords). There are: \(names).\nMaybe name one of these as 'term'.")
    case .several(let fitting):
      let names = fitting.map(\.rawValue).joined(separator: ", ")
      throw Problem(
        .termAmbiguous, "Several terms are \(wanted.inWords): \(names).\nMaybe name one of these as 'term'.")
    }
  }
}

extension AcademicTerm {
  fileprivate var inWords: String {
    [year.map { "of the academic year '\($0)'" }, semester.map { "semester '\($0)'" }].compactMap { $0 }
      .joined(separator: " and ")
  }
}
