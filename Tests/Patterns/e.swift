import Testing
@Suite struct EmptyP { @Test func empty() {} }
