import Foundation
import Glibc

/// Starts a shell in a process group of its own, silent, without this process's signal mask and descriptors.
///
/// Not Foundation's Process: it waits until all descendants have closed a socket of its, which servers never do.
func spawn(_ shell: String, _ arguments: [String], input: Int32? = nil) throws -> pid_t {
  var actions = posix_spawn_file_actions_t()
  var attributes = posix_spawnattr_t()
  var signals = sigset_t()
  posix_spawn_file_actions_init(&actions)
  posix_spawnattr_init(&attributes)
  sigemptyset(&signals)
  defer {
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
  }
  for descriptor: Int32 in 0...2 { posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0) }
  if let input { posix_spawn_file_actions_adddup2(&actions, input, 0) }
  posix_spawnattr_setsigmask(&attributes, &signals)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
  // Whoever runs the tests waits until its pipes are closed: they must not live on in the shell.
  let closing = #"for d in /proc/$$/fd/*; do d=${d##*/}; if (( d > 2 && d != 255 )); then exec {d}>&-; fi; done; "#
  let vector = (["/bin/bash", "-c", closing + shell, "bash"] + arguments).map { strdup($0) } + [nil]
  defer { for pointer in vector { free(pointer) } }
  var process = pid_t()
  let code = posix_spawn(&process, "/bin/bash", &actions, &attributes, vector, environ)
  guard code == 0 else { throw TestServicesError(message: "can't start /bin/bash: \(String(cString: strerror(code)))") }
  return process
}

func wait(for process: pid_t) throws -> Int32 {
  var status: Int32 = 0
  while waitpid(process, &status, 0) < 0 {
    guard errno == EINTR else { throw TestServicesError(message: "waitpid failed with errno \(errno)") }
  }
  return status
}
