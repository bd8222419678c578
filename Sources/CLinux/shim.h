#pragma once
// Linux calls that Swift's Glibc module leaves out.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

/// Names the calling thread; at most 15 bytes are kept. prctl is variadic, which Swift can't call.
static inline void name_this_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

// In glibc from 2.36 on; declared here, for its header needs what Swift's Glibc module is not built with.
extern int pidfd_open(int process, unsigned int flags);
