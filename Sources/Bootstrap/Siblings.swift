import Foundation

/// The programs and libraries that lie beside the running executable.
public struct Siblings: Sendable {
  /// Absolute, with links resolved.
  public let folder: String
  /// The running executable itself.
  public let executable: String

  public init() {
    let path =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    self.init(executable: URL(fileURLWithPath: path).standardizedFileURL.path)
  }

  public init(executable: String) {
    self.executable = executable
    self.folder = (executable as NSString).deletingLastPathComponent
  }

  public func path(of name: String) -> String { folder + "/" + name }

  /// The first folder named `relative` in the executable's folder or one of the six above it.
  public func nearest(_ relative: String) -> String? {
    var current = folder
    for _ in 0..<7 {
      let candidate = current == "/" ? "/" + relative : current + "/" + relative
      if FileManager.default.fileExists(atPath: candidate) { return candidate }
      if current == "/" || current.isEmpty { return nil }
      current = (current as NSString).deletingLastPathComponent
    }
    return nil
  }
}
