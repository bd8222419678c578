public import Foundation
public import Jobs
public import Postgres
public import Tenancy
public import Timetabling
import Verification

/// A timetable has to be verified under the term's data before a transaction can go on: thrown inside it, obeyed
/// outside, where no lock is held and no thread of the cooperative pool computes.
public struct ExaminationNeeded: Error, Hashable, Sendable {
  public var keys: [Examination.Key]
}

/// The data of a term changed faster than timetables could be verified under them.
public struct ExaminationsNeverEnded: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String {
    "The term's data changed each time the timetable had been verified.\nMaybe try again when the imports are done."
  }
}

/// Examinations that were made for a transaction and are not stored yet.
public struct Examined: Sendable {
  private var all: [Examination.Key: Examination] = [:]

  public init() {}

  subscript(key: Examination.Key) -> Examination? { all[key] }

  mutating func add(_ examinations: [Examination]) {
    for examination in examinations { all[examination.key] = examination }
  }
}

/// Runs what computes for long on threads that are made for it.
public typealias Examining = @Sendable (@escaping @Sendable () throws -> [Examination]) async throws -> [Examination]

extension PostgresPool {
  /// A transaction in which timetables are compared with the data of the present. Where `body` finds one that nobody
  /// has verified under them, it is rolled back, the timetable is verified, and `body` runs again with the result. It
  /// looks at everything anew then: data that were imported in between are seen, and verified under in their turn.
  ///
  /// - Parameters:
  ///   - date: when the certificates are issued
  ///   - coming: data that `body` is about to store; meant wherever data are asked for that are not stored
  ///   - knowing: what has been examined before
  nonisolated(nonsending) public func withPresent<Value>(
    for tenant: TenantContext, at date: Date, deadline: Duration = .seconds(20), coming: Problem? = nil,
    knowing: Examined = Examined(), examining: Examining, _ body: (TenantTransaction, Examined) async throws -> Value
  ) async throws -> Value {
    var examined = knowing
    for _ in 1...5 {
      do {
        let known = examined
        return try await withTransaction(for: tenant, deadline: deadline) { try await body($0, known) }
      } catch let needed as ExaminationNeeded {
        examined.add(
          try await examine(needed.keys, for: tenant, at: date, coming: coming, deadline: deadline, examining))
      }
    }
    throw ExaminationsNeverEnded()
  }

  nonisolated(nonsending) private func examine(
    _ keys: [Examination.Key], for tenant: TenantContext, at date: Date, coming: Problem?,
    deadline: Duration, _ examining: Examining
  ) async throws -> [Examination] {
    let storedBytes = try await withReadTransaction(for: tenant) {
      try await $0.storedBytes(of: Set(keys.map(\.snapshot)))
    }
    let enough = max(deadline, WorkDeadline.forDocument(storedBytes: storedBytes))
    let orders = try await withTransaction(for: tenant, deadline: enough) { transaction in
      var orders: [ExaminationOrder] = []
      var documents: [String: Data] = [:]
      for key in keys {
        if documents[key.snapshot] == nil {
          documents[key.snapshot] = try await transaction.snapshotDocument(key.snapshot)
        }
        guard let examinee = try await transaction.examinee(key.timetable),
          let stored = try await transaction.timetable(key.timetable)
        else { continue }
        orders.append(
          ExaminationOrder(
            key: key, examinee: examinee, stored: stored, document: documents[key.snapshot], coming: coming))
      }
      return orders
    }
    // One by one: between two, the threads may serve somebody else.
    var examinations: [Examination] = []
    for order in orders {
      examinations += try await examining { try order.carryOut(at: date).map { [$0] } ?? [] }
    }
    return examinations
  }
}

/// One timetable with all that it takes to examine it. The data come as they are stored: reading them is work too.
private struct ExaminationOrder: Sendable {
  var key: Examination.Key
  var examinee: Examinee
  var stored: Timetable
  var document: Data?
  var coming: Problem?

  /// Nil where the data are not stored.
  func carryOut(at date: Date) throws -> Examination? {
    let read = try document.map { try RowDocument.decoder().decode(Problem.self, from: $0) }
    guard let problem = read ?? comingData() else { return nil }
    var key = key
    // What is stored now counts, if it has changed since it was asked about.
    key.content = ContentHash.of(stored)
    return examinee.examine(stored, under: problem, as: key, at: date)
  }

  private func comingData() -> Problem? {
    guard let coming, ContentHash.of(coming) == key.snapshot else { return nil }
    return coming
  }
}

extension TenantTransaction {
  func snapshotDocument(_ hash: String) async throws -> Data? { try await sql.first(Self.rawSnapshot, hash) }

  /// Nil where the timetable did not come from a variant.
  func examinee(_ timetable: UUID) async throws -> Examinee? { try await sql.first(Self.examinee, timetable) }

  /// Kept, or made for this transaction and kept from now on.
  func examination(_ key: Examination.Key, _ examined: Examined) async throws -> Examination? {
    if let kept = try await sql.first(Self.keptExamination, key) { return kept }
    guard let new = examined[key] else { return nil }
    try await sql.execute(Self.keepExamination, new)
    return new
  }

  private static let rawSnapshot = Statement<String, Data>(
    "SELECT document FROM problem_snapshot WHERE hash = $1", encode: { [.text($0)] }
  ) { (row: inout RowReader) throws(RowError) in try row.json() }

  private static let examinee = Statement<UUID, Examinee>.documents(
    """
    SELECT jsonb_build_object('timetable', t.id, 'seed', g.seed,
      'strategy', jsonb_build_object('id', v.strategy_id, 'version', v.strategy_version, 'digest', v.strategy_digest),
      'engineVersion', coalesce(t.certificate ->> 'engineVersion', g.facts ->> 'engine', 'unknown'),
      'names', coalesce((SELECT jsonb_object_agg(lesson, lesson_name) FROM (
        SELECT lesson, lesson_name FROM timetable_entry WHERE timetable = t.id
        UNION SELECT lesson, lesson_name FROM unplaced WHERE timetable = t.id) n), '{}'))
    FROM timetable t JOIN workflow w ON w.timetable = t.id JOIN variant v ON v.id = w.variant
      JOIN generation g ON g.job = v.job
    WHERE t.id = $1
    """
  ) { [.uuid($0)] }

  private static let keptExamination = Statement<Examination.Key, Examination>.documents(
    """
    SELECT jsonb_build_object('key', jsonb_build_object('timetable', timetable, 'content', content, 'snapshot', snapshot),
      'certificate', certificate, 'violationCount', violation_count, 'violations', violations, 'missing', missing)
    FROM examination WHERE timetable = $1 AND content = $2 AND snapshot = $3
    """
  ) { [.uuid($0.timetable), .text($0.content), .text($0.snapshot)] }

  private static let keepExamination = Statement<Examination, Void>(
    """
    INSERT INTO examination (timetable, content, snapshot, certificate, violation_count, violations, missing)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
    """
  ) { new in
    let encoder = JSONEncoder()
    func json(_ value: some Encodable) -> Data {
      // Texts, numbers and lists of them: nothing here that JSON has no form for.
      guard let data = try? encoder.encode(value) else { preconditionFailure("an examination has no JSON form") }
      return data
    }
    return [
      .uuid(new.key.timetable), .text(new.key.content), .text(new.key.snapshot),
      .optional(new.certificate.map { json($0) }), .int(Int64(new.violationCount)), .json(json(new.violations)),
      .json(json(new.missing)),
    ]
  }
}
