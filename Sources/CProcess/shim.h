#pragma once
// What Swift's Glibc module leaves out of starting a child, and what a child asks of Linux about itself.
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

// Both are in glibc, but its headers show them only under _GNU_SOURCE, with which Swift's Glibc module is not built.
extern int pipe2(int descriptors[2], int flags);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

/// From now on the kernel kills this process when the *thread* that started it ends. 0, or -1 where that failed.
/// prctl is variadic, which Swift can't call.
static inline int die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }

/// This process and its children never get more rights than they have.
static inline int renounce_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

/// At most `bytes` of data memory (heap and private mappings); an allocation above it fails. No core files.
static inline int limit_data_memory(unsigned long long bytes) {
  struct rlimit data = {bytes, bytes}, core = {0, 0};
  return setrlimit(RLIMIT_CORE, &core) | setrlimit(RLIMIT_DATA, &data);
}
