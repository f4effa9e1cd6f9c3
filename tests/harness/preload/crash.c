/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * crash.c - a library to preload, which lets a program die, or find the disk full, at a chosen call
 *
 * It counts the calls that change files: openat for writing, write to such a file, truncation,
 * fsync, renameat, unlinkat, mkdirat, mkdir, rmdir, and close of a file that was open for writing.
 * All files of a set are opened by openat, and so is its log.  The environment says what happens:
 *
 *   CRASH_AT=N     something happens at call N, counted from 1
 *   CRASH_HOW=     kill: the program dies before the call, or, in a write, after half of the bytes
 *                  a number: the call fails with this errno; a write has written half of the bytes
 *                  a number and "+": the call and all later calls fail so, except unlink and close
 *   CRASH_COUNT=F  the number of calls is appended to the file F when the program ends
 *
 * With "kill", calls that do not change files (fsync, close) are not counted: dying before one of
 * these leaves the same files as dying before the next call.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 1024 };

static atomic_long calls;
static atomic_bool written[FILES]; /* for each file descriptor: is it open for writing? */
static long at;
static int error;   /* 0: die */
static bool onward; /* not only that call */

/* Returns the C library's definition of a function, which this library's stands before. */
static void *next(const char *name)
{
    void *f = dlsym(RTLD_NEXT, name);

    if (!f)
        abort();
    return f;
}

/* ISO C has no cast from an object to a function; POSIX does it this way. */
#define NEXT(f, name)                     \
    do {                                  \
        void *found_ = next(name);        \
        memcpy(&(f), &found_, sizeof(f)); \
    } while (0)

__attribute__((constructor)) static void begin(void)
{
    const char *n = getenv("CRASH_AT"), *how = getenv("CRASH_HOW");

    at = n ? atol(n) : 0;
    error = how ? atoi(how) : 0;
    onward = how && strchr(how, '+');
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("CRASH_COUNT");
    FILE *f;

    if (!path)
        return;
    at = 0;
    f = fopen(path, "a");
    if (f) {
        fprintf(f, "%ld\n", (long)atomic_load(&calls));
        fclose(f);
    }
}

static void die(void)
{
    raise(SIGKILL);
}

/* Count a call; returns whether it has to fail.  Does not return where the program has to die. */
static bool fails(bool changes)
{
    long n;

    if (error == 0 && !changes)
        return false;
    n = atomic_fetch_add(&calls, 1) + 1;
    if (at == 0 || n < at || (n > at && !onward))
        return false;
    if (error == 0)
        die();
    errno = error;
    return true;
}

static bool is_written(int fd)
{
    return fd >= 0 && fd < FILES && atomic_load(&written[fd]);
}

static int opened(int fd, int flags)
{
    if (fd >= 0 && fd < FILES)
        atomic_store(&written[fd], (flags & O_ACCMODE) != O_RDONLY);
    return fd;
}

static int open_as(const char *name, int folder, const char *path, int flags, mode_t mode)
{
    int (*real)(int, const char *, int, ...);

    NEXT(real, name);
    if ((flags & O_ACCMODE) != O_RDONLY && fails(true))
        return -1;
    return opened(real(folder, path, flags, mode), flags);
}

static mode_t mode_of(int flags, va_list ap)
{
    return flags & O_CREAT ? va_arg(ap, mode_t) : 0;
}

int openat(int folder, const char *path, int flags, ...)
{
    va_list ap;
    mode_t mode;

    va_start(ap, flags);
    mode = mode_of(flags, ap);
    va_end(ap);
    return open_as("openat", folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...)
{
    va_list ap;
    mode_t mode;

    va_start(ap, flags);
    mode = mode_of(flags, ap);
    va_end(ap);
    return open_as("openat64", folder, path, flags, mode);
}

ssize_t write(int fd, const void *data, size_t size)
{
    ssize_t (*real)(int, const void *, size_t);

    NEXT(real, "write");
    if (is_written(fd)) {
        const long n = atomic_load(&calls) + 1;

        /* A full disk, or a kill, may leave a part of the bytes written. */
        if (at && n == at && size > 1)
            (void)!real(fd, data, size / 2);
        if (fails(true))
            return -1;
    }
    return real(fd, data, size);
}

int ftruncate(int fd, off_t size)
{
    int (*real)(int, off_t);

    NEXT(real, "ftruncate");
    return fails(true) ? -1 : real(fd, size);
}

/*
 * fsync does nothing where it does not have to fail: it would take most of the tests' time, and
 * files survive the death of a process without it.
 */
int fsync(int fd)
{
    (void)fd;
    return fails(false) ? -1 : 0;
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    int (*real)(int, const char *, int, const char *);

    NEXT(real, "renameat");
    return fails(true) ? -1 : real(from_folder, from, to_folder, to);
}

int unlinkat(int folder, const char *path, int flags)
{
    int (*real)(int, const char *, int);

    NEXT(real, "unlinkat");
    /* Files can be removed from a full disk. */
    if (onward && at && atomic_load(&calls) >= at)
        return real(folder, path, flags);
    return fails(true) ? -1 : real(folder, path, flags);
}

static int make_folder(const char *name, int folder, const char *path, mode_t mode)
{
    int (*real)(int, const char *, mode_t);

    NEXT(real, name);
    return fails(true) ? -1 : real(folder, path, mode);
}

int mkdirat(int folder, const char *path, mode_t mode)
{
    return make_folder("mkdirat", folder, path, mode);
}

/* The folder of the set itself is made with mkdir. */
int mkdir(const char *path, mode_t mode)
{
    return make_folder("mkdirat", AT_FDCWD, path, mode);
}

int rmdir(const char *path)
{
    int (*real)(const char *);

    NEXT(real, "rmdir");
    return fails(true) ? -1 : real(path);
}

/* close fails after it has closed the file, as where only then the disk is found to be full. */
int close(int fd)
{
    int (*real)(int);
    bool failing = false;

    NEXT(real, "close");
    if (is_written(fd)) {
        atomic_store(&written[fd], false);
        failing = !(onward && at && atomic_load(&calls) >= at) && fails(false);
    }
    if (failing) {
        real(fd);
        errno = error;
        return -1;
    }
    return real(fd);
}
