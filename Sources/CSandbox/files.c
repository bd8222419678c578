#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Landlock's interface, written out here since a system's headers may be older than its kernel.
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

struct ruleset {
    uint64_t files, network, scopes;
};
struct __attribute__((packed)) path_rule {
    uint64_t allowed;
    int32_t parent;
};
enum { CREATE_VERSION = 1, RULE_PATH_BENEATH = 1 };

#define READ_FILE (1ull << 2)
#define READ_FOLDER (1ull << 3)
#define FILES_V1 ((1ull << 13) - 1)
#define REFER_V2 (1ull << 13)
#define TRUNCATE_V3 (1ull << 14)
#define NETWORK_V4 3ull // bind and connect of TCP
#define IOCTL_V5 (1ull << 15)
#define SCOPES_V6 3ull // abstract sockets and signals of other processes

static int allow(int ruleset, int descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return -errno;
    struct path_rule rule = {.allowed = READ_FILE, .parent = descriptor};
    if (S_ISDIR(status.st_mode)) rule.allowed |= READ_FOLDER;
    return syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) == 0 ? 0 : -errno;
}

static int allow_path(int ruleset, const char *path) {
    int descriptor = open(path, O_PATH | O_CLOEXEC);
    if (descriptor < 0) return errno == ENOENT || errno == EACCES ? 0 : -errno;
    int result = allow(ruleset, descriptor);
    close(descriptor);
    return result;
}

int sandbox_restrict_files(const char *const *paths, size_t count, int descriptor) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);
    if (version < 0) return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -errno;

    struct ruleset rights = {.files = FILES_V1};
    size_t size = sizeof rights.files;
    if (version >= 2) rights.files |= REFER_V2;
    if (version >= 3) rights.files |= TRUNCATE_V3;
    if (version >= 4) rights.network = NETWORK_V4, size = 2 * sizeof rights.files;
    if (version >= 5) rights.files |= IOCTL_V5;
    if (version >= 6) rights.scopes = SCOPES_V6, size = sizeof rights;

    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rights, size, 0);
    if (ruleset < 0) return -errno;
    int result = descriptor >= 0 ? allow(ruleset, descriptor) : 0;
    for (size_t i = 0; i < count && result == 0; i++) result = allow_path(ruleset, paths[i]);
    if (result == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) result = -errno;
    close(ruleset);
    return result == 0 ? (int)version : result;
}
