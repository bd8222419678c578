// The walls a process builds around itself before it runs code that it does not trust, on Linux.
//
// Each call returns 0 or more on success and -errno on failure; none can be undone, and all hold for every library
// loaded later, constructors included. Call them in the order below, from a process with one thread.
#ifndef HORARIUM_SANDBOX_H
#define HORARIUM_SANDBOX_H
#include <stddef.h>
#include <stdint.h>

// Closes every descriptor from `first` on.
int sandbox_close_descriptors(int first);

// A timer that sends SIGKILL, which nothing can block. Armed with 0 it is off.
int sandbox_make_deadline(void);
int sandbox_arm_deadline(int64_t milliseconds);

// No gain of rights through exec, no rights of root (capabilities), no core dump, no file written, 16 descriptors,
// no further process where the user is not root, `bytes` of address space, `seconds` of processor time.
int sandbox_limit(uint64_t bytes, uint64_t seconds);

// Leaves of the file system only reading below `paths` and reading of the open file `descriptor` (or -1); of the
// network, nothing, as far as the kernel's Landlock knows of it. Paths that do not exist are skipped.
// Returns Landlock's version, 0 where the kernel has none: then only file permissions and the next call protect.
int sandbox_restrict_files(const char *const *paths, size_t count, int descriptor);

// Leaves the system calls that computing, reading and loading a library take. All others fail with ENOSYS: sockets,
// processes and threads, exec, ptrace, signals to other processes, changes of limits. Returns 1, or 0 where the
// kernel has no seccomp filters.
int sandbox_restrict_calls(void);

#endif
