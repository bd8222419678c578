#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int sandbox_close_descriptors(int first) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0) return 0;
#endif
    // Linux before 5.9.
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -errno;
    for (int descriptor = first; descriptor < (int)limit.rlim_cur; descriptor++) close(descriptor);
    return 0;
}

static timer_t deadline;

int sandbox_make_deadline(void) {
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
    return timer_create(CLOCK_MONOTONIC, &event, &deadline) == 0 ? 0 : -errno;
}

int sandbox_arm_deadline(int64_t milliseconds) {
    struct itimerspec when = {.it_value = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000}};
    return timer_settime(deadline, 0, &when, NULL) == 0 ? 0 : -errno;
}

static int limit_to(int resource, rlim_t value) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return -errno;
    // Where a lower limit is already in force, that one stays.
    if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < value) value = limit.rlim_max;
    limit.rlim_cur = limit.rlim_max = value;
    return setrlimit(resource, &limit) == 0 ? 0 : -errno;
}

int sandbox_limit(uint64_t bytes, uint64_t seconds) {
    const struct { int resource; rlim_t value; } limits[] = {
        {RLIMIT_AS, bytes}, {RLIMIT_CPU, seconds}, {RLIMIT_CORE, 0}, {RLIMIT_FSIZE, 0}, {RLIMIT_NOFILE, 16},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        int status = limit_to(limits[i].resource, limits[i].value);
        if (status != 0) return status;
    }
    if (geteuid() != 0) {
        int status = limit_to(RLIMIT_NPROC, 0);
        if (status != 0) return status;
    }

    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}};
    if (syscall(SYS_capset, &header, none) != 0) return -errno;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : -errno;
}
