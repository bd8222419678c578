import Foundation

/// Who completes which instance, and after how long: the engine, and a program that ran beside it.
///
/// An instance is completed by whoever completed it in more than half of the runs, and by us only with the verifier's
/// word. Instances that we do not read are not compared.
package struct SideBySide {
  private let report: BenchReport
  private let peer: String

  package init(_ report: BenchReport, peer: String) {
    self.report = report
    self.peer = peer
  }

  private var compared: [BenchReport.Row] { report.rows.filter { !$0.peers.isEmpty } }
  private var both: [BenchReport.Row] { compared.filter { $0.isOurs && $0.isTheirs } }
  package var onlyOurs: [String] { compared.filter { $0.isOurs && !$0.isTheirs }.map(\.instance) }
  package var onlyTheirs: [String] { compared.filter { !$0.isOurs && $0.isTheirs }.map(\.instance) }

  package var text: String {
    var table = TextTable(
      header: [
        "instance", "activities", "we complete", "s", "CPU s", "verified", "\(peer) completes", "s", "CPU s",
        "its last word",
      ])
    for row in report.rows {
      let refused = row.runs.map(\.status).first { !$0.isReadable }
      let word = row.peers.first { $0.status != .complete }?.message
      table.add([
        row.instance, row.outcomes.first.map { "\($0.lessons)" } ?? "–",
        refused?.rawValue ?? share(row.runs.count { $0.status == .complete }, row.runs.count),
        seconds(row.median(\.measures.firstFeasibleSeconds)), seconds(row.median(\.measures.firstFeasibleCPUSeconds)),
        share(row.runs.count { $0.status.isVerified }, row.runs.count),
        share(row.peers.count { $0.status == .complete }, row.peers.count), seconds(row.theirSeconds),
        seconds(row.theirCPUSeconds), word ?? "",
      ])
    }
    return [table.text, counts, missed, times].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var counts: String {
    let (ours, theirs) = (compared.count { $0.isOurs }, compared.count { $0.isTheirs })
    return "of \(compared.count) instances we complete \(ours), \(peer) \(theirs): both \(both.count), "
      + "we alone \(onlyOurs.count), \(peer) alone \(onlyTheirs.count)"
  }

  private var missed: String {
    onlyTheirs.isEmpty ? "" : "completed by \(peer) alone: \(onlyTheirs.joined(separator: ", "))"
  }

  /// Ours is counted from the problem in memory to the first complete timetable, theirs from the start to the end of
  /// the process, which reads the file and writes the timetable.
  private var times: String {
    func median(_ figure: (BenchReport.Row) -> Double?) -> String { seconds(both.compactMap(figure).median) }
    return "medians over what both complete: "
      + "ours \(median { $0.median(\.measures.firstFeasibleSeconds) }) s "
      + "(CPU \(median { $0.median(\.measures.firstFeasibleCPUSeconds) }) s), "
      + "\(peer) \(median(\.theirSeconds)) s (CPU \(median(\.theirCPUSeconds)) s); "
      + "limit \(seconds(report.seconds)) s, \(report.threads) threads for us, one for \(peer)"
  }

  private func share(_ count: Int, _ all: Int) -> String { all == 0 ? "–" : "\(count) of \(all)" }

  private func seconds(_ value: Double?) -> String { value.map { String(format: "%.2f", $0) } ?? "–" }
}

extension BenchReport.Row {
  fileprivate var isOurs: Bool { runs.count { $0.status == .complete } * 2 > runs.count }
  fileprivate var isTheirs: Bool { peers.count { $0.status == .complete } * 2 > peers.count }
  fileprivate var theirSeconds: Double? { peers.filter { $0.status == .complete }.map(\.seconds).median }
  fileprivate var theirCPUSeconds: Double? { peers.filter { $0.status == .complete }.map(\.cpuSeconds).median }
}
