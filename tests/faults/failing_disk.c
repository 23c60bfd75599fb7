/* A disk that fails when it is told to, for one folder: preloaded before the C library.

   Counts what changes files below the folder (and flushes of them). At the operation that was armed
   it fails once, fails for a while, ends the process before it, or ends it with half of it done.
   Built and driven by failing_disk.py. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { FAIL = 0, KILL = 1, TEAR = 2 };

static char folder[PATH_MAX];
static size_t folder_length;
static char is_ours[4096];
static long count, armed_at = -1, armed_for;
static int armed_kind, armed_error;

void disk_arm(const char *path, long at, long how_long, int kind, int error) {
    strncpy(folder, path, sizeof folder - 1);
    folder_length = strlen(folder);
    count = 0;
    armed_at = at;
    armed_for = how_long;
    armed_kind = kind;
    armed_error = error;
}

long disk_count(void) { return count; }

static int below(const char *path) {
    return folder_length && path && strncmp(path, folder, folder_length) == 0;
}

static int ours(int fd) { return fd >= 0 && fd < (int)sizeof is_ours && is_ours[fd]; }

static void note(int fd, const char *path) {
    if (fd >= 0 && fd < (int)sizeof is_ours) is_ours[fd] = below(path);
}

/* 0: go on; 1: fail with errno; 2: do half of it and end the process. */
static int turn(void) {
    long number = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
    if (armed_at < 0 || number < armed_at || number >= armed_at + armed_for) return 0;
    if (armed_kind == KILL) _exit(137);
    if (armed_kind == TEAR) return 2;
    errno = armed_error;
    return 1;
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define OPEN(name)                                              \
    int name(const char *path, int flags, ...) {                \
        REAL(name);                                             \
        mode_t mode = 0;                                        \
        if (flags & (O_CREAT | O_TMPFILE)) {                    \
            va_list rest;                                       \
            va_start(rest, flags);                              \
            mode = va_arg(rest, mode_t);                        \
            va_end(rest);                                       \
        }                                                       \
        if (below(path) && (flags & O_CREAT)) {                 \
            int what = turn();                                  \
            if (what == 1) return -1;                           \
            if (what == 2) _exit(137);                          \
        }                                                       \
        int fd = real(path, flags, mode);                       \
        note(fd, path);                                         \
        return fd;                                              \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    REAL(close);
    if (fd >= 0 && fd < (int)sizeof is_ours) is_ours[fd] = 0;
    return real(fd);
}

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    if (ours(fd)) {
        int what = turn();
        if (what == 1) return -1;
        if (what == 2) {
            real(fd, data, size / 2);
            _exit(137);
        }
    }
    return real(fd, data, size);
}

#define PWRITE(name, type)                                           \
    ssize_t name(int fd, const void *data, size_t size, type at) {   \
        REAL(name);                                                  \
        if (ours(fd)) {                                              \
            int what = turn();                                       \
            if (what == 1) return -1;                                \
            if (what == 2) {                                         \
                real(fd, data, size / 2, at);                        \
                _exit(137);                                          \
            }                                                        \
        }                                                            \
        return real(fd, data, size, at);                             \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define ON_FD(name, parameters, arguments)              \
    int name parameters {                               \
        REAL(name);                                     \
        if (ours(fd)) {                                 \
            int what = turn();                          \
            if (what == 1) return -1;                   \
            if (what == 2) _exit(137);                  \
        }                                               \
        return real arguments;                          \
    }
ON_FD(fsync, (int fd), (fd))
ON_FD(fdatasync, (int fd), (fd))
ON_FD(ftruncate, (int fd, off_t size), (fd, size))
ON_FD(ftruncate64, (int fd, off64_t size), (fd, size))

#define ON_PATH(name, parameters, arguments)            \
    int name parameters {                               \
        REAL(name);                                     \
        if (below(path)) {                              \
            int what = turn();                          \
            if (what == 1) return -1;                   \
            if (what == 2) _exit(137);                  \
        }                                               \
        return real arguments;                          \
    }
ON_PATH(unlink, (const char *path), (path))
ON_PATH(mkdir, (const char *path, mode_t mode), (path, mode))
ON_PATH(rename, (const char *path, const char *to), (path, to))
