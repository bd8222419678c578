internal import CProcess
import Glibc
import Synchronization

/// Starts the child with pipes on 0 and 1. It inherits no other descriptor but standard error, no signal mask, no
/// ignored signal, and leads a process group of its own, so that a Ctrl-C in the terminal does not reach it.
func spawn(_ order: ChildOrder) throws(SpawnError) -> (child: pid_t, input: Int32, output: Int32) {
  func check(_ call: String, _ code: Int32) throws(SpawnError) {
    if code != 0 { throw SpawnError(executable: order.executable, call: call, code: code) }
  }
  var input: [Int32] = [-1, -1]
  var output: [Int32] = [-1, -1]
  try check("pipe2", pipe2(&input, O_CLOEXEC) == 0 ? 0 : errno)
  var isStarted = false
  defer {
    close(input[0])
    if output[1] >= 0 { close(output[1]) }
    if !isStarted {
      close(input[1])
      if output[0] >= 0 { close(output[0]) }
    }
  }
  try check("pipe2", pipe2(&output, O_CLOEXEC) == 0 ? 0 : errno)

  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_adddup2(&actions, input[0], 0)
  posix_spawn_file_actions_adddup2(&actions, output[1], 1)
  posix_spawn_file_actions_addclosefrom_np(&actions, 3)

  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var none = sigset_t()
  var all = sigset_t()
  sigemptyset(&none)
  sigfillset(&all)
  posix_spawnattr_setsigmask(&attributes, &none)
  posix_spawnattr_setsigdefault(&attributes, &all)
  posix_spawnattr_setpgroup(&attributes, 0)
  posix_spawnattr_setflags(
    &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

  let arguments = ([order.executable] + order.arguments).map { strdup($0) } + [nil]
  let environment = order.environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
  defer { (arguments + environment).forEach { free($0) } }
  var child = pid_t()
  try check("posix_spawn", posix_spawn(&child, order.executable, &actions, &attributes, arguments, environment))
  isStarted = true
  return (child, input[1], output[0])
}

/// On this thread, writing to a pipe that nobody reads becomes an error instead of the end of the process.
func blockBrokenPipeSignal() {
  var signals = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, SIGPIPE)
  pthread_sigmask(SIG_BLOCK, &signals, nil)
}

/// Reads to the end and closes.
func readAll(_ descriptor: Int32, _ body: ([UInt8]) -> Void) {
  var buffer = [UInt8](repeating: 0, count: 64 << 10)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    if count > 0 {
      body(Array(buffer[..<count]))
    } else if count == 0 || errno != EINTR {
      break
    }
  }
  close(descriptor)
}

/// Runs `body` on a thread of its own, for calls that block.
func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  defer { pthread_attr_destroy(&attributes) }
  let box = Unmanaged.passRetained(Box(body))
  let code = pthread_create(
    &thread, &attributes,
    { argument in
      if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
      return nil
    }, box.toOpaque())
  precondition(code == 0, "No thread could be made (error \(code)). Maybe the process is at its limit of threads.")
}

/// Opens once; whoever waits goes on then.
final class Latch: Sendable {
  private let semaphore = UnsafeSemaphore()
  func open() { semaphore.post() }
  func wait() { semaphore.wait() }
}

/// A POSIX semaphore at an address that stays.
private final class UnsafeSemaphore: @unchecked Sendable {
  private let address = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
  init() { sem_init(address, 0, 0) }
  deinit {
    sem_destroy(address)
    address.deallocate()
  }
  func post() { sem_post(address) }
  func wait() { while sem_wait(address) != 0 {} }
}
