internal import CProcess
import Glibc

/// What a process asks for itself.
public enum OwnProcess {
  /// The kernel kills this process when the thread that started it ends. Returns false where the parent is
  /// gone already: end at once then.
  public static func dieWithParent() -> Bool {
    let parent = getppid()
    return die_with_parent() == 0 && getppid() == parent
  }

  public static func renounceNewPrivileges() { _ = renounce_new_privileges() }

  /// At most this much data memory; no core files.
  public static func limitMemory(mebibytes: Int) -> Bool { limit_data_memory(UInt64(mebibytes) << 20) == 0 }

  /// The calling thread, and those that it starts, get what processors others leave, about a tenth where all are
  /// wanted. A child has inherited the standing of whichever thread started it, which may be above the ordinary.
  public static func standBack() {
    let process = Int32(PRIO_PROCESS.rawValue)
    setpriority(process, 0, min(19, max(0, getpriority(process, 0)) + 10))
  }

  /// Writing to a closed pipe or socket becomes an error instead of the end of the process.
  public static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}
