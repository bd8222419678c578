import Bootstrap
import Logging
import Synchronization
import Testing

@Suite struct LineLogHandlerTests {
  private final class Lines: Sendable {
    private let text = Mutex("")
    var value: String { text.withLock { $0 } }
    func add(_ line: String) { text.withLock { $0 += line } }
  }

  private func log(_ body: (Logger) -> Void, level: Logger.Level = .info) -> String {
    let lines = Lines()
    body(Logger(label: "test") { LineLogHandler(label: $0, level: level) { lines.add($0) } })
    return lines.value
  }

  @Test func oneEventIsOneLineWhateverItHolds() {
    let text = log { $0.info("a\nb", metadata: ["detail": "c\nd"]) }
    #expect(text.filter { $0 == "\n" }.count == 1)
    #expect(text.hasSuffix("\n"))
  }

  @Test func metadataIsSortedAndQuotedWhereItMustBe() {
    let text = log { $0.warning("Claimed.", metadata: ["tenant": "t_a", "reason": "two words", "empty": ""]) }
    #expect(text.hasSuffix("warning test: Claimed. empty=\"\" reason=\"two words\" tenant=t_a\n"))
  }

  @Test func whatIsBelowTheLevelIsNotWritten() {
    #expect(log({ $0.debug("quiet") }).isEmpty)
    #expect(!log({ $0.debug("quiet") }, level: .debug).isEmpty)
  }
}
