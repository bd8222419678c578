import Foundation
import Persistence
import Postgres
import Tenancy
import Testing
import TestTenants
import Timetabling

/// Whatever meets whatever, each waits for the other at most once: a deadlock would end one with 40P01.
@Suite struct LockOrderTests {
  /// What went wrong in the database; refusals of the store are right answers.
  private static func troubles(
    _ tasks: [@Sendable (Installation) async throws -> Void], in installation: Installation
  ) async -> [String] {
    await withTaskGroup(of: String?.self) { group in
      for task in tasks {
        group.addTask {
          do {
            try await task(installation)
            return nil
          } catch is StoreError {
            return nil
          } catch { return "\(error)" }
        }
      }
      return await group.reduce(into: []) { if let trouble = $1 { $0.append(trouble) } }
    }
  }

  @Test func aReviewedFileAndItsEditorsComeOneAfterTheOther() async throws {
    try await Installation.with(connections: 8) { installation in
      let problem = smallProblem()
      _ = try await installation.transaction { try await $0.importProblem(problem) }
      for round in 0..<5 {
        let apply: @Sendable (Installation) async throws -> Void = { installation in
          try await installation.transaction(as: .service, user: "file") { transaction in
            try await transaction.lockAll(replacing: problem)
            _ = try await transaction.savePreset(NewPreset(name: "File \(round)", strategy: "s"))
            _ = try await transaction.upsertAccount(
              NewAccount(email: "a\(round)@test", displayName: "A", roles: [.student]))
            _ = try await transaction.importProblem(problem)
          }
        }
        let replace: @Sendable (Installation) async throws -> Void = { installation in
          _ = try await installation.transaction {
            try await $0.replacePresets([NewPreset(name: "One", strategy: "s"), NewPreset(name: "Two", strategy: "s")])
          }
        }
        let take: @Sendable (Installation) async throws -> Void = { installation in
          _ = try await installation.transaction { try await $0.importProblem(problem) }
        }
        let troubles = await Self.troubles([apply, replace, take, replace, take, replace], in: installation)
        #expect(troubles == [])
      }
      let presets = try await installation.transaction { try await $0.presets() }
      #expect(Set(presets.map(\.name)).count == presets.count)
    }
  }

  /// A term goes as a whole or stays as a whole, whoever selects a variant of it at that moment.
  @Test func aTermIsNotDeletedUnderADraft() async throws {
    try await Installation.with(connections: 8) { installation in
      for _ in 0..<4 {
        let generated = try await generate(in: installation)
        let select: @Sendable (Installation) async throws -> Void = { installation in
          _ = try await installation.transaction(as: .scheduler) { try await $0.select(variant: generated.variants[0]) }
        }
        let delete: @Sendable (Installation) async throws -> Void = { installation in
          try await installation.transaction { try await $0.deleteTerm("2026-autumn") }
        }
        let troubles = await Self.troubles([select, delete, select, delete, select], in: installation)
        #expect(troubles == [])
        let (terms, open) = try await installation.transaction {
          (try await $0.terms().count, try await $0.workflows(state: .draft))
        }
        #expect(terms == 1 && open.count == 1 || terms == 0 && open.isEmpty)
        for workflow in open {
          _ = try await installation.transaction { try await $0.perform(.archive, on: workflow.id) }
        }
        if terms == 1 { try await installation.transaction { try await $0.deleteTerm("2026-autumn") } }
      }
    }
  }
}
