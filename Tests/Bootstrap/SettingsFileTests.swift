import Bootstrap
import Testing

@Suite struct SettingsFileTests {
  @Test func whatOpsRunWritesIsRead() {
    let file = SettingsFile(
      path: "env",
      text: """
        export HORARIUM_POSTGRES=host=/tmp/a\\ b\\ port=5432\\ user=horarium_app
        export HORARIUM_REDIS=unix:/tmp/redis.sock

        # a comment
        HORARIUM_LOG_LEVEL='info'
        """)
    #expect(
      file.values == [
        "HORARIUM_POSTGRES": "host=/tmp/a b port=5432 user=horarium_app", "HORARIUM_REDIS": "unix:/tmp/redis.sock",
        "HORARIUM_LOG_LEVEL": "info",
      ])
    #expect(file.unreadLines.isEmpty)
  }

  @Test(arguments: [
    "export PATH=/bin", "HORARIUM_REDIS=$(cat secret)", "HORARIUM_REDIS=a; rm -rf x", "HORARIUM_REDIS=a b",
    "HORARIUM_REDIS='it'\\''s'", "HORARIUM_REDIS=a\\", "HORARIUM_redis=a", "source other",
  ])
  func whatIsNoPlainAssignmentIsNamedAndNotGuessed(_ line: String) {
    let file = SettingsFile(path: "env", text: "\n" + line)
    #expect(file.values.isEmpty)
    #expect(file.unreadLines == [2])
  }
}
