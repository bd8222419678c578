import Foundation
import Jobs
import Persistence
import Tenancy
import Timetabling
import Verification

/// What an import does to the timetables that are published or on their way there, in words.
struct ImportReport: Sendable {
  private static let shown = 3

  private let impact: ImportImpact

  /// Changes nothing.
  static func foresee(
    _ institution: Problem, for tenant: TenantContext, _ stores: TenantStores
  ) async throws -> ImportReport {
    let foreseen = try await stores.pool.foreseeImport(
      of: PreparedProblem(institution), for: tenant, at: Date(), examining: { try await OwnThread.run($0) })
    return ImportReport(impact: foreseen.impact)
  }

  /// Does `changes` in one transaction, and looks at the timetables at its end.
  static func during<Value: Sendable>(
    _ institution: Problem?, for tenant: TenantContext, _ stores: TenantStores,
    _ changes: @Sendable (TenantTransaction) async throws -> Value
  ) async throws -> (value: Value, report: ImportReport) {
    guard let institution else {
      let value = try await stores.pool.withTransaction(for: tenant, deadline: .seconds(120), changes)
      return (value, ImportReport(impact: ImportImpact(timetables: [], omitted: 0)))
    }
    let prepared = PreparedProblem(institution)
    let foreseen = try await stores.pool.foreseeImport(
      of: prepared, for: tenant, at: Date(), examining: { try await OwnThread.run($0) })
    let (value, impact) = try await stores.pool.withPresent(
      for: tenant, at: Date(), deadline: .seconds(120), coming: institution,
      knowing: foreseen.examined, examining: { try await OwnThread.run($0) }
    ) { transaction, examined in
      let value = try await changes(transaction)
      return (value, try await transaction.importImpact(of: prepared.hash, on: institution.term.id, examined))
    }
    return (value, ImportReport(impact: impact))
  }

  /// One for each timetable that the data change something for, with the first violations below it.
  var lines: [String] {
    impact.timetables.filter { $0.judgment != .current }.flatMap { one -> [String] in
      let name = "\(one.workflow.state.rawValue) timetable \(one.workflow.variantName) (\(one.workflow.number))"
      let gaps = one.missing.isEmpty ? "" : ", \(Wording.count(one.missing.count, "meeting")) without a place"
      guard one.judgment == .broken else { return ["  outdated, and still legal: \(name)\(gaps)"] }
      let more = one.violationCount - min(Self.shown, one.violations.count)
      return ["  breaks \(name): \(Wording.count(one.violationCount, "hard violation"))\(gaps)"]
        + one.violations.prefix(Self.shown).map { "    \($0.message)" } + (more > 0 ? ["    and \(more) more"] : [])
    } + (impact.omitted > 0 ? ["  \(Wording.count(impact.omitted, "further draft")) not looked at"] : [])
  }
}
