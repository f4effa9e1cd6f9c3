/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hdf5_child.c - a process for libhdf5, which may crash, hang or take memory without harm to others
 */
#define _GNU_SOURCE /* pipe2, syscall */
#include "format/hdf5_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/parallel.h"
#include "format/hdf5_library.h"
#include "format/hdf5_record.h"
#include "format/hdf5_walk.h"

enum {
    SIGNALS = 65,  /* one more than the largest number of a signal */
    FILES = 1024,  /* descriptors below this are closed one by one */
    SECONDS = 5,   /* seconds of processor time; another second for each 16 MiB of the file */
    PATIENCE = 60, /* seconds of the clock beyond the processor time */
    STATM = 128,   /* bytes for the line in /proc/self/statm */
};

/* Bytes that the child may map beyond what it has at its start, and beyond copies of the file. */
static const rlim_t MEMORY = (rlim_t)1 << 29;

/* Under a sanitizer, which maps huge ranges of addresses, memory is not limited. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#else
#define SANITIZED false
#endif
#else
#define SANITIZED false
#endif

/* ---- the child ---- */

/* Lower a limit of the process (setrlimit), where it is higher. */
static void lower_limit(int what, rlim_t soft, rlim_t hard)
{
    struct rlimit now;

    if (getrlimit(what, &now) == 0) {
        now.rlim_max = hard < now.rlim_max ? hard : now.rlim_max;
        now.rlim_cur = soft < now.rlim_max ? soft : now.rlim_max;
        (void)setrlimit(what, &now);
    }
}

/* Returns how many bytes of address space this process uses; 0 where the system does not say. */
static rlim_t mapped(void)
{
    char line[STATM] = "";
    const int fd = open("/proc/self/statm", O_RDONLY);
    int64_t pages = 0;
    ssize_t n;

    if (fd < 0)
        return 0;
    n = read(fd, line, sizeof(line) - 1);
    close(fd);
    line[strcspn(line, " ")] = '\0';
    if (n <= 0 || !evk_parse_int(line, &pages) || pages < 0)
        return 0;
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* Close all files but fd; where the system has no call for all of them, those below FILES. */
static void close_others(int fd)
{
#ifdef SYS_close_range
    if ((fd == 0 || syscall(SYS_close_range, 0U, (unsigned)fd - 1, 0U) == 0) &&
        syscall(SYS_close_range, (unsigned)fd + 1, ~0U, 0U) == 0)
        return;
#endif
    for (int i = 0; i < FILES; i++)
        if (i != fd)
            close(i);
}

/*
 * Close the parent's files, end its signal handlers, forbid new files, and limit time and memory.
 * fd is the pipe, which stays open; size is that of the file in bytes.
 */
static void confine(int fd, size_t size)
{
    const rlim_t seconds = SECONDS + (size >> 24), used = SANITIZED ? 0 : mapped();

    close_others(fd);
    for (int i = 1; i < SIGNALS; i++) /* setting SIGKILL and SIGSTOP fails, and changes nothing */
        (void)signal(i, SIG_DFL);
    /*
     * ^C at a terminal reaches the child too; the parent's end closes the pipe, which ends the
     * child
     */
    (void)signal(SIGINT, SIG_IGN);
    alarm((unsigned)(PATIENCE + seconds));
    lower_limit(RLIMIT_CORE, 0, 0);
    lower_limit(RLIMIT_CPU, seconds, seconds + 1);
    lower_limit(RLIMIT_NOFILE, 0, 0);
    lower_limit(RLIMIT_FSIZE, 0, 0);
    if (used)
        lower_limit(RLIMIT_AS, used + MEMORY + 8 * (rlim_t)size, used + MEMORY + 8 * (rlim_t)size);
}

/* Do the child's work: walk through the file, send the last record, and end the process. */
static void run_child(int fd, const void *data, size_t size)
{
    struct evk_hdf5_record last = {.kind = EVK_HDF5_END};
    struct evk_hdf5_sink *sink;
    evk_error err = {EVK_OK, ""};
    sigset_t none;

    confine(fd, size);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    if (evk_alloc(&sink, 1, sizeof(*sink), "a pipe", &err))
        _exit(1);
    sink->fd = fd;
    last.status = evk_hdf5_walk(sink, data, size, &err);
    if (last.status) {
        last.kind = EVK_HDF5_FAILURE;
        last.text = strlen(err.msg);
    }
    evk_hdf5_put(sink, &last, NULL, NULL, err.msg, NULL);
    evk_hdf5_flush(sink);
    _exit(0); /* not exit(): the stdio buffers and the exit handlers are the parent's */
}

/* ---- the parent ---- */

/* What fork_child needs, and whether there is a child then. */
struct start {
    int fd; /* the child's end of the pipe */
    const void *data;
    size_t size;
    pid_t pid; /* of the child; -1: there is none, because of the error number */
    int error;
};

/*
 * Forks; arg is a struct start.  While the child is made, signals are blocked: the parent's
 * handlers must not run in it.
 */
static herr_t fork_child(hid_t list, const char *property, void *arg)
{
    struct start *s = arg;
    sigset_t all, mask;

    (void)list;
    (void)property;
    sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &mask);
    s->pid = fork();
    if (s->pid == 0)
        run_child(s->fd, s->data, s->size);
    s->error = errno;
    (void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
    return 1; /* no other property is of interest */
}

/*
 * The host may use libhdf5 itself, in other threads.  If one of them were inside the library while
 * the child is made, the child would have the library's lock, and nobody to give it back.  So the
 * parent forks inside the library, in a callback: its lock is the forking thread's then, in the
 * child too.  That lock has an inner one, which a thread takes for an instant to ask for it: the
 * process lock keeps other threads of ours from asking.
 */
static void fork_within_library(struct start *s)
{
    s->pid = -1;
    s->error = ENOMEM; /* where libhdf5 does not get as far as the callback */
    evk_process_lock_take();
    (void)H5Piterate(H5P_FILE_ACCESS, NULL, fork_child, s);
    evk_process_lock_give();
}

evk_status evk_hdf5_start(struct evk_hdf5_child *out, const void *data, size_t size, evk_error *err)
{
    struct start s = {.data = data, .size = size};
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0) /* at once: another thread may start a program meanwhile */
        return evk_fail(err, EVK_EIO, "no pipe to a process for the HDF5 library: %s",
                        strerror(errno));
    s.fd = ends[1];
    fork_within_library(&s);
    close(ends[1]);
    *out = (struct evk_hdf5_child){s.pid, ends[0]};
    if (s.pid > 0)
        return EVK_OK;
    close(ends[0]);
    return evk_fail(err, EVK_EIO, "cannot start a process for the HDF5 library: %s",
                    strerror(s.error));
}

bool evk_hdf5_finish(struct evk_hdf5_child *child, bool at_end)
{
    int how = 0;
    pid_t pid;

    close(child->fd);
    if (!at_end)
        (void)kill(child->pid, SIGKILL);
    do
        pid = waitpid(child->pid, &how, 0);
    while (pid < 0 && errno == EINTR);
    return pid > 0 && WIFSIGNALED(how) && (WTERMSIG(how) == SIGXCPU || WTERMSIG(how) == SIGALRM);
}
