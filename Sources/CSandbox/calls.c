#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "The list of system calls below was made for x86_64 and aarch64."
#endif

// What computing, reading and dlopen take. Opening is here, and Landlock says what may be opened.
static const int allowed[] = {
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_lseek, SYS_close, SYS_dup, SYS_dup3, SYS_fcntl,
    SYS_ioctl, SYS_openat, SYS_fstat, SYS_newfstatat, SYS_statx, SYS_faccessat, SYS_readlinkat, SYS_getcwd,
    SYS_getdents64, SYS_ppoll,
#ifdef SYS_faccessat2
    SYS_faccessat2,
#endif
#ifdef SYS_open // aarch64 has only the …at calls
    SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_poll, SYS_dup2, SYS_arch_prctl,
#endif
    SYS_mmap, SYS_munmap, SYS_mprotect, SYS_mremap, SYS_madvise, SYS_brk, SYS_membarrier,
    SYS_futex, SYS_set_robust_list, SYS_rseq, SYS_set_tid_address, SYS_sched_yield, SYS_sched_getaffinity,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_restart_syscall,
    SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_timer_settime,
    SYS_getpid, SYS_getppid, SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getrandom, SYS_uname,
    SYS_sysinfo, SYS_getrusage, SYS_getrlimit, SYS_exit, SYS_exit_group,
};

#define ALLOWED_COUNT (sizeof allowed / sizeof *allowed)
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
// Arguments have 64 bits, loads 32; both architectures are little-endian.
#define LOAD_HIGH(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field) + 4)
#define SKIP_UNLESS(value, instructions) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (instructions))
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, (action))
// ENOSYS and not EPERM: the C library takes it as "an old kernel" and falls back instead of giving up.
#define REFUSE ANSWER(SECCOMP_RET_ERRNO | ENOSYS)

int sandbox_restrict_calls(void) {
    struct sock_filter filter[32 + 2 * ALLOWED_COUNT];
    unsigned short length = 0;
    const struct sock_filter head[] = {
        LOAD(arch), SKIP_UNLESS(ARCHITECTURE, 1), BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0), ANSWER(SECCOMP_RET_KILL_PROCESS),
        LOAD(nr),
    };
    for (size_t i = 0; i < sizeof head / sizeof *head; i++) filter[length++] = head[i];
    for (size_t i = 0; i < ALLOWED_COUNT; i++) {
        filter[length++] = (struct sock_filter)SKIP_UNLESS((unsigned)allowed[i], 1);
        filter[length++] = (struct sock_filter)ANSWER(SECCOMP_RET_ALLOW);
    }
    const unsigned self = (unsigned)getpid();
    const struct sock_filter tail[] = {
        // abort() raises its signal with tgkill: to this process only.
        SKIP_UNLESS(SYS_tgkill, 3), LOAD(args[0]), SKIP_UNLESS(self, 1), ANSWER(SECCOMP_RET_ALLOW),
        LOAD(nr),
        // Limits may be asked, not set: the third argument points to new ones.
        SKIP_UNLESS(SYS_prlimit64, 5), LOAD(args[2]), SKIP_UNLESS(0, 3), LOAD_HIGH(args[2]), SKIP_UNLESS(0, 1),
        ANSWER(SECCOMP_RET_ALLOW),
        REFUSE,
    };
    for (size_t i = 0; i < sizeof tail / sizeof *tail; i++) filter[length++] = tail[i];

    const struct sock_fprog program = {.len = length, .filter = filter};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0) return 1;
    return errno == EINVAL || errno == ENOSYS ? 0 : -errno;
}
