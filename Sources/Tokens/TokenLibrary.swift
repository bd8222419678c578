internal import Foundation
internal import Glibc

/// The libjwt that this process runs with. It tells no version of itself: its file does, the package manager's record,
/// and what it defines.
public struct TokenLibrary: Hashable, Sendable {
  /// Where it was loaded from.
  public let file: String
  /// Of Debian's package, or of the file's name: `1.10.2-1+deb12u1`, `0.5.1`.
  public let version: String
  /// Nil for a library without a fault that is known.
  public let fault: String?

  /// - Parameters:
  ///   - file: with every link followed
  ///   - packages: `/var/lib/dpkg/status`, or nothing
  ///   - defines: whether the library has a symbol
  package init(file: String, packages: String, defines: (String) -> Bool) {
    self.file = file
    let name = file.split(separator: "/").last.map(String.init) ?? file
    version = Self.packageVersion(in: packages) ?? name.components(separatedBy: ".so.").dropFirst().first ?? "unknown"
    // CVE-2024-25189: signatures were compared by strcmp, which takes the longer the more of one is right. The library's
    // own comparison is what mended it, in Debian 1.10.2-1+deb12u1.
    fault =
      defines("jwt_strcmp")
      ? nil
      : """
      libjwt \(version) tells by its time how much of a signature is right (CVE-2024-25189).
      Maybe install libjwt0 1.10.2-1+deb12u1 or later.
      """
  }

  /// The one that is loaded.
  public static let loaded: TokenLibrary = {
    // Not contentsOfFile: of this file it reads the first page.
    let maps = try? FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd()
    let lines = String(decoding: maps ?? Data(), as: UTF8.self).split(separator: "\n")
    let file = lines.lazy.compactMap { $0.split(separator: " ").last.map(String.init) }
      .first { $0.contains("/libjwt.so") }
    let packages = (try? String(contentsOfFile: "/var/lib/dpkg/status", encoding: .utf8)) ?? ""
    return TokenLibrary(file: file ?? "libjwt", packages: packages) { dlsym(nil, $0) != nil }
  }()

  /// Refuses a library with a known fault: whoever starts with it would sign people in by it.
  public func demandSound() throws(TokenLibraryError) {
    if let fault { throw TokenLibraryError(description: fault) }
  }

  private static func packageVersion(in packages: String) -> String? {
    for entry in packages.components(separatedBy: "\n\n") where entry.hasPrefix("Package: libjwt") {
      let lines = entry.split(separator: "\n")
      guard lines[0].dropFirst("Package: libjwt".count).allSatisfy(\.isNumber),
        lines.contains("Status: install ok installed")
      else { continue }
      return lines.first { $0.hasPrefix("Version: ") }.map { String($0.dropFirst("Version: ".count)) }
    }
    return nil
  }
}

public struct TokenLibraryError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
}
