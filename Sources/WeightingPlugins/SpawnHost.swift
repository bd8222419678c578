import Foundation
import StrategyFrames

/// Starts a host with its two descriptors in place; nothing else of this process reaches it.
///
/// Standard input and output are /dev/null; standard error is a socket that never blocks, so that a library that floods it
/// loses its words, not its time.
func spawnHost(
  at host: String, library: Int32, strategy: String
) throws(StrategyFault) -> (process: pid_t, socket: Int32, complaints: Int32) {
  func fault(_ what: String, _ error: Int32) -> StrategyFault {
    StrategyFault(.missing, strategy: strategy, message: "\(what): \(String(cString: strerror(error)))")
  }
  var pair: [Int32] = [-1, -1]
  let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
  guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { throw fault("no socket for its process", errno) }
  var words: [Int32] = [-1, -1]
  guard socketpair(AF_UNIX, kind | Int32(SOCK_NONBLOCK.rawValue), 0, &words) == 0 else {
    let error = errno
    for descriptor in pair { close(descriptor) }
    throw fault("no second socket for its process", error)
  }
  _ = fcntl(pair[0], F_SETFL, O_NONBLOCK)

  // Above all target numbers, so that no copy into place overwrites one that is still needed.
  let sources = [pair[1], library, words[1]].map { fcntl($0, F_DUPFD_CLOEXEC, 10) }
  close(pair[1])
  close(words[1])
  defer { for descriptor in sources where descriptor >= 0 { close(descriptor) } }

  var process: pid_t = 0
  let status = sources.contains(-1) ? EMFILE : spawn(host, sources: sources, process: &process)
  guard status == 0 else {
    close(pair[0])
    close(words[0])
    throw fault("its process could not be started from \(host)", status)
  }
  return (process, pair[0], words[0])
}

private func spawn(_ host: String, sources: [Int32], process: inout pid_t) -> Int32 {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
  posix_spawn_file_actions_adddup2(&actions, sources[2], STDERR_FILENO)
  posix_spawn_file_actions_adddup2(&actions, sources[0], HostDescriptors.frames)
  posix_spawn_file_actions_adddup2(&actions, sources[1], HostDescriptors.library)

  // Signals as a new process has them, whatever this one ignores; a group of its own, out of a terminal's Ctrl-C.
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var none = sigset_t()
  sigemptyset(&none)
  var all = sigset_t()
  sigfillset(&all)
  posix_spawnattr_setsigmask(&attributes, &none)
  posix_spawnattr_setsigdefault(&attributes, &all)
  posix_spawnattr_setpgroup(&attributes, 0)
  posix_spawnattr_setflags(
    &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

  // The dynamic linker's path alone, where this process needed one to start; the host clears it.
  var environment = ["SWIFT_BACKTRACE=enable=no"]
  if let path = getenv("LD_LIBRARY_PATH") { environment.append("LD_LIBRARY_PATH=" + String(cString: path)) }
  let arguments = [strdup(host), nil]
  let variables = environment.map { strdup($0) } + [nil]
  defer { for text in arguments + variables { free(text) } }
  return posix_spawn(&process, host, &actions, &attributes, arguments, variables)
}
