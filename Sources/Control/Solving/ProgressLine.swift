import Foundation
import Optimization
import Synchronization

/// One line of a terminal that tells how far a search is, written over itself.
package final class ProgressLine: Sendable {
  private let isShown: Bool
  private let isWritten = Mutex(false)

  init(isShown: Bool) { self.isShown = isShown }

  func show(_ progress: GenerationProgress) {
    guard isShown else { return }
    write("\r\u{1B}[2K" + Self.text(progress), isWritten: true)
  }

  func clear() {
    guard isShown, isWritten.withLock({ $0 }) else { return }
    write("\r\u{1B}[2K", isWritten: false)
  }

  private func write(_ text: String, isWritten now: Bool) {
    isWritten.withLock { isWritten in
      FileHandle.standardError.write(Data(text.utf8))
      isWritten = now
    }
  }

  package static func text(_ progress: GenerationProgress) -> String {
    let percent = Int((min(1, max(0, progress.fraction)) * 100).rounded(.down))
    let bar = String(repeating: "█", count: percent / 5) + String(repeating: "░", count: 20 - percent / 5)
    let variant = progress.variant.map { " \($0)" } ?? ""
    let low = Int(progress.etaLow.rounded())
    let high = Int(progress.etaHigh.rounded())
    let eta = low == high ? "\(low) s left" : "\(low) to \(high) s left"
    let conflicts = progress.hardViolations > 0 ? ", \(progress.hardViolations) conflicts" : ""
    // While something is left out or broken the cost tells nothing that these numbers do not tell better.
    let cost = progress.unplaced + progress.hardViolations == 0 ? ", cost \(progress.cost)" : ""
    return "\(bar) \(percent)% \(progress.phase.rawValue)\(variant), \(eta), "
      + "\(progress.unplaced) unplaced\(conflicts)\(cost)"
  }
}
