import Testing
import Tokens

@Suite struct TokenLibraryTests {
  private static let packages = """
    Package: libjwt-dev
    Status: install ok installed
    Version: 1.10.2-1+deb12u1

    Package: libjwt0
    Status: install ok installed
    Architecture: amd64
    Version: 1.10.2-1

    Package: libjwt2
    Status: deinstall ok config-files
    Version: 1.17.0-1
    """

  @Test func theLoadedOneIsSoundAndSaysWhereItIs() throws {
    let library = TokenLibrary.loaded
    #expect(library.file.contains("/libjwt.so") && library.version != "unknown", "\(library)")
    try library.demandSound()
  }

  @Test func aComparisonThatTellsOfTheSignatureIsRefused() {
    let old = TokenLibrary(file: "/usr/lib/libjwt.so.0.5.1", packages: Self.packages) { $0 != "jwt_strcmp" }
    #expect(old.version == "1.10.2-1")
    #expect(throws: TokenLibraryError.self) { try old.demandSound() }
    #expect(old.fault?.contains("CVE-2024-25189") == true && old.fault?.contains("1.10.2-1 ") == true)
  }

  @Test func withoutARecordTheFileTellsTheVersion() {
    #expect(TokenLibrary(file: "/opt/lib/libjwt.so.2.11.0", packages: "") { _ in true }.version == "2.11.0")
    #expect(TokenLibrary(file: "libjwt", packages: "") { _ in true }.version == "unknown")
  }
}
