internal import Crypto
import Foundation

/// A library's open file. What is checked here by descriptor is loaded by that same descriptor: a file that is put
/// in its place in between changes nothing.
struct LibraryFile: ~Copyable {
  let descriptor: Int32
  let path: String
  /// SHA-256 in hexadecimal.
  let digest: String

  /// Refuses links, files of other users, and files that everyone may write.
  init(path: String) throws(StrategyFault) {
    func fault(_ kind: StrategyFault.Kind, _ message: String) -> StrategyFault {
      StrategyFault(kind, strategy: path, message: message)
    }
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
      switch errno {
      case ENOENT: throw fault(.missing, "there is no such file")
      case ELOOP: throw fault(.refused, "it is a symbolic link\nMaybe install the library itself")
      default: throw fault(.refused, "it could not be opened: \(String(cString: strerror(errno)))")
      }
    }
    do throws(StrategyFault) {
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw fault(.refused, "it is not a regular file")
      }
      guard status.st_uid == 0 || status.st_uid == geteuid() else {
        throw fault(.refused, "it belongs to user \(status.st_uid)\nMaybe chown it to root")
      }
      guard status.st_mode & S_IWOTH == 0 else {
        throw fault(.refused, "everyone may write it\nMaybe chmod o-w it, and look at what it holds")
      }
      guard let digest = Self.digest(of: descriptor) else { throw fault(.refused, "it could not be read") }
      self.digest = digest
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  private static func digest(of descriptor: Int32) -> String? {
    var hash = SHA256()
    var offset: off_t = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = pread(descriptor, &buffer, buffer.count, offset)
      guard count >= 0 else { return nil }
      if count == 0 { break }
      hash.update(data: buffer[..<count])
      offset += off_t(count)
    }
    return hash.finalize().map { String(format: "%02x", $0) }.joined()
  }
}
