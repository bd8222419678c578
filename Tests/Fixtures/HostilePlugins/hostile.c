// A strategy library that does one bad thing: -DBEHAVIOR="name" says which. Never part of the product.
//
// What must be impossible is tried, and reported through the weights: 7 where the wall stood, 666 where it did not.
#define _GNU_SOURCE
#include "weighting_plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int is(const char *name) { return strcmp(BEHAVIOR, name) == 0; }

extern char **environ;
static uint32_t term_count;
static int held_at_load = 1;

// ---- What the walls must stop ----------------------------------------------------------------
static void *nothing(void *argument) { return argument; }

static int can_open(const char *path, int flags) {
    int descriptor = open(path, flags, 0600);
    if (descriptor >= 0) close(descriptor);
    return descriptor >= 0;
}

static int breaks_out(void) {
    if (is("read-passwd")) return can_open("/etc/passwd", O_RDONLY);
    if (is("read-parent-memory") || is("read-parent-environment")) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/%s", getppid(), is("read-parent-memory") ? "mem" : "environ");
        return can_open(path, O_RDONLY);
    }
    if (is("write-file")) return can_open("/tmp/horarium-hostile", O_WRONLY | O_CREAT);
    if (is("list-folder")) return can_open("/etc", O_RDONLY | O_DIRECTORY);
    if (is("connect")) return socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
    if (is("environment")) return environ != NULL && environ[0] != NULL;
    if (is("descriptors")) {
        for (int descriptor = 5; descriptor < 1024; descriptor++)
            if (fcntl(descriptor, F_GETFD) >= 0) return 1;
        return 0;
    }
    if (is("fork")) {
        pid_t child = fork();
        if (child == 0) _exit(0);
        return child > 0;
    }
    if (is("thread")) {
        pthread_t thread;
        return pthread_create(&thread, NULL, nothing, NULL) == 0;
    }
    if (is("exec")) {
        char *arguments[] = {"/bin/true", NULL};
        return execv(arguments[0], arguments) == 0;
    }
    if (is("kill-parent")) return kill(getppid(), 0) == 0;
    if (is("ptrace")) return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
    if (is("raise-limits")) {
        struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
        return setrlimit(RLIMIT_AS, &limit) == 0;
    }
    if (is("allocate")) {
        for (int i = 0; i < 64; i++) { // 64 × 256 MB
            void *memory = mmap(NULL, 256 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (memory == MAP_FAILED) return 0;
        }
        return 1;
    }
    return 0;
}

// ---- What ends or confuses its own process ---------------------------------------------------
static int recurse(int depth) {
    volatile char room[4096];
    room[0] = (char)depth;
    return recurse(depth + 1) + room[0];
}

static void misbehave(void) {
    if (is("segfault")) *(volatile int *)8 = 1;
    if (is("abort")) abort();
    if (is("trap")) __builtin_trap();
    if (is("exit")) exit(0);
    if (is("overflow-stack")) recurse(0);
    if (is("loop")) for (volatile int i = 0;; i++) {}
    if (is("sleep")) {
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_BLOCK, &all, NULL);
        for (;;) sleep(1000);
    }
    if (is("close-descriptors"))
        for (int descriptor = 0; descriptor < 16; descriptor++) close(descriptor);
    if (is("close-and-linger")) {
        close(3);
        for (;;) sleep(1000);
    }
    if (is("flood"))
        for (int i = 0; i < 20000; i++) {
            printf("line %d of very many\n", i);
            fprintf(stderr, "line %d of very many\n", i);
        }
    if (is("forge-garbage")) {
        const char garbage[] = "\x05\0\0\0HELLO";
        if (write(3, garbage, sizeof garbage) < 0) return;
    }
    if (is("forge-length")) {
        const unsigned char length[] = {255, 255, 255, 127};
        if (write(3, length, sizeof length) < 0) return;
    }
    if (is("drip"))
        for (int i = 0; i < 1000; i++) {
            // A frame of 200 bytes, a byte every 20 ms.
            const unsigned char byte = i == 0 ? 200 : 0;
            if (write(3, &byte, 1) < 0) return;
            usleep(20000);
        }
}

static ttw_status choose_weights(ttw_strategy_t *strategy, const ttw_solution_t *best, int32_t *weights,
                                 ttw_error_t *error) {
    static int32_t calls = 0;
    (void)strategy, (void)best;
    if (is("fail")) {
        snprintf(error->message, sizeof error->message, "out of ideas");
        return TTW_FAILED;
    }
    if (is("endless-message")) {
        memset(error->message, 'x', sizeof error->message);
        return TTW_FAILED;
    }
    misbehave();
    int32_t weight = breaks_out() || !held_at_load ? 666 : 7;
    if (is("negative")) weight = -1;
    if (is("too-large")) weight = TTW_WEIGHT_MAX + 1;
    if (is("all-zero")) weight = 0;
    if (is("unsteady")) weight = ++calls;
    for (uint32_t i = 0; i < term_count; i++) weights[i] = weight;
    if (is("wild-write")) memset(weights - (1 << 18), 0xab, 2 << 20);
    return TTW_OK;
}

static ttw_status configure(ttw_strategy_t *strategy, const ttw_option_t *values, uint32_t count, uint64_t seed,
                            ttw_error_t *error) {
    (void)strategy, (void)values, (void)count, (void)seed, (void)error;
    if (is("loop-in-configure")) for (volatile int i = 0;; i++) {}
    return is("refuse-options") ? TTW_INVALID_OPTION : TTW_OK;
}
static ttw_status prepare(ttw_strategy_t *strategy, const ttw_problem_t *problem, ttw_error_t *error) {
    (void)strategy, (void)error;
    term_count = problem->term_count;
    return is("refuse-problem") ? TTW_INVALID_PROBLEM : TTW_OK;
}
static void finish(ttw_strategy_t *strategy) {
    (void)strategy;
    if (is("loop-in-finish")) for (volatile int i = 0;; i++) {}
}
static void destroy(ttw_strategy_t *strategy) { (void)strategy; }
static const void *get_extension(const ttw_strategy_t *strategy, const char *id) {
    (void)strategy, (void)id;
    return NULL;
}

// ---- The library -----------------------------------------------------------------------------
__attribute__((constructor)) static void load(void) {
    if (is("segfault-in-constructor")) *(volatile int *)8 = 1;
    if (is("exit-in-constructor")) exit(0);
    if (is("loop-in-constructor")) for (volatile int i = 0;; i++) {}
    if (is("read-in-constructor")) held_at_load = !can_open("/etc/passwd", O_RDONLY);
}
__attribute__((destructor)) static void unload(void) {
    if (is("segfault-in-destructor")) *(volatile int *)8 = 1;
    if (is("loop-in-destructor")) for (volatile int i = 0;; i++) {}
}

static ttw_option_info_t options[] = {{"knob", "A number.", 0, 1, 0.5, 0}, {"knob-2", "Another.", 0, 1, 0.5, 0}};
static ttw_descriptor_t descriptor = {
    .struct_size = sizeof(ttw_descriptor_t),
    .abi = {TTW_ABI_MAJOR, TTW_ABI_MINOR},
    .id = "test.hostile", .name = "Hostile", .version = "1", .summary = "Does " BEHAVIOR ".",
    .option_count = 2, .options = options,
};
static ttw_strategy_t strategy = {sizeof(ttw_strategy_t), &descriptor, NULL, configure, prepare, choose_weights,
                                  finish, destroy, get_extension};

static ttw_strategy_t *create(const char *id, const ttw_host_t *host, ttw_error_t *error) {
    (void)id, (void)error;
    if (is("log")) host->log(host, 3, "the last thing it said"), abort();
    return is("create-nothing") ? NULL : &strategy;
}
static uint32_t count(void) { return is("many-strategies") ? 1000000 : is("no-strategies") ? 0 : 1; }
static const ttw_descriptor_t *describe(uint32_t index) {
    (void)index;
    if (is("null-descriptor")) return NULL;
    if (is("bad-id")) descriptor.id = "Not An Id";
    if (is("null-id")) descriptor.id = NULL;
    if (is("nan-option")) options[0].default_value = NAN;
    if (is("upside-down-option")) options[0].min_value = 2;
    if (is("same-options")) options[1].id = options[0].id;
    if (is("many-options")) descriptor.option_count = 1000000;
    return &descriptor;
}
static ttw_strategy_factory_t factory = {sizeof(ttw_strategy_factory_t), count, describe, create};

static ttw_status init(const char *path, ttw_error_t *error) {
    (void)path;
    if (!is("fail-in-init")) return TTW_OK;
    snprintf(error->message, sizeof error->message, "no licence\nMaybe buy one");
    return TTW_FAILED;
}
static void deinit(void) {}
static const void *get_factory(const char *id) {
    (void)id;
    if (is("short-factory")) factory.struct_size = 4;
    return is("no-factory") ? NULL : &factory;
}

#ifdef NO_ENTRY
#define ttw_plugin_entry another_name
#endif
const ttw_entry_t *ttw_plugin_entry(void) {
    static ttw_entry_t entry = {sizeof(ttw_entry_t), {TTW_ABI_MAJOR, TTW_ABI_MINOR}, init, deinit, get_factory};
    if (is("next-major")) entry.abi.major++;
    if (is("short-entry")) entry.struct_size -= 8;
    return is("null-entry") ? NULL : &entry;
}
