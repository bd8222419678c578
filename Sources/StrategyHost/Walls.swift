internal import CSandbox
import Glibc
import StrategyFrames

/// Restricts this process for good, and says behind which walls it now stands.
///
/// What the kernel lacks is left out and missing from the list; what fails is an error.
func buildWalls() throws -> [String] {
  func check(_ status: Int32, _ what: String) throws -> Int32 {
    if status < 0 { throw HostRefusal(message: "could not \(what): \(String(cString: strerror(-status)))") }
    return status
  }
  // All that was inherited by accident from a process with many connections.
  _ = try check(sandbox_close_descriptors(HostDescriptors.firstUnused), "close other descriptors")
  clearenv()
  _ = try check(sandbox_make_deadline(), "make the deadline's timer")

  let folders = librarySources()
  // The Swift runtime alone maps about 100 MB.
  _ = try check(sandbox_limit(1 << 30, 60), "limit itself")
  var walls = ["limits"]

  let paths = folders.map { UnsafePointer(strdup($0)) }
  defer { for path in paths { free(UnsafeMutablePointer(mutating: path)) } }
  let version = try check(
    sandbox_restrict_files(paths, paths.count, HostDescriptors.library), "restrict its view of files")
  if version > 0 { walls.append("landlock \(version)") }

  if try check(sandbox_restrict_calls(), "restrict its system calls") == 1 { walls.append("seccomp") }
  return walls
}

/// Where libraries come from: the system's folders, and those this program's own libraries were mapped from, such
/// as the Swift runtime's.
private func librarySources() -> Set<String> {
  var folders: Set<String> = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache"]
  guard let maps = fopen("/proc/self/maps", "r") else { return folders }
  defer { fclose(maps) }
  var line: UnsafeMutablePointer<CChar>?
  var capacity = 0
  defer { free(line) }
  while getline(&line, &capacity, maps) > 0, let text = line.map({ String(cString: $0) }) {
    guard let slash = text.firstIndex(of: "/"), let end = text.lastIndex(of: "/"), slash < end,
      text[end...].contains(".so")
    else { continue }
    folders.insert(String(text[slash..<end]))
  }
  return folders
}
