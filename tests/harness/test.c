/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test.c - guarded buffers, random input, bounds, where published files are */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dir.h"

/*
 * Sanitizers call these functions for their options.  malloc returns NULL where memory runs out, as
 * tests of huge allocations expect, and a data race ends the test.
 */
EVK_API const char *__asan_default_options(void);
EVK_API const char *__tsan_default_options(void);
EVK_API const char *__tsan_default_suppressions(void);
EVK_API const char *__lsan_default_suppressions(void);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1:halt_on_error=1";
}

/*
 * ThreadSanitizer does not see the locks of libraries that were compiled without it: the C library
 * keeps the time zone, for which libzip asks, behind one, and cairo its freed patterns.
 */
const char *__tsan_default_suppressions(void)
{
    return "race:tzset_internal\n"
           "called_from_lib:libcairo.so\n";
}

/*
 * fontconfig keeps fonts that cairo asked for until the process ends, and refers to parts of them
 * by offsets, which the leak detector does not follow.  Their number does not grow as more is
 * drawn, so that they are no leak.
 */
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig.so\n";
}

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t mapped_size(int64_t n)
{
    const size_t page = page_size(), bytes = (size_t)n * sizeof(float);

    return (bytes + page - 1) / page * page + page;
}

float *guarded_floats(int64_t n)
{
    const size_t page = page_size(), size = mapped_size(n);
    char *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (base == MAP_FAILED || mprotect(base + size - page, page, PROT_NONE) != 0)
        fail_msg("no memory for %lld guarded floats", (long long)n);
    return (float *)(void *)(base + size - page) - n;
}

void guarded_free(float *p, int64_t n)
{
    const size_t size = mapped_size(n);

    munmap((char *)(p + n) - (size - page_size()), size);
}

float random_float(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (float)((int32_t)(*state >> 32) >> 7) * 0x1p-24f;
}

/* Higham (2002), section 3.1: |fl(sum) - sum| <= n u / (1 - n u) * sum |terms|. */
int trials(int n)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return n / 5;
#else
    return n;
#endif
}

double sum_bound(int64_t n, double magnitude)
{
    const double nu = (double)n * 0x1p-24;

    return nu / (1 - nu) * magnitude;
}

static char *format_path(const char *folder, const char *name)
{
    const size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);

    if (!path)
        fail_msg("no memory for a path");
    snprintf(path, size, "%s/%s", folder, name);
    return path;
}

void remove_folder(const char *path)
{
    DIR *d = opendir(path);
    struct dirent *e;

    while (d && (e = readdir(d))) {
        char *inner;
        struct stat st;

        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        inner = format_path(path, e->d_name);
        if (lstat(inner, &st) == 0 && S_ISDIR(st.st_mode))
            remove_folder(inner);
        else
            unlink(inner);
        free(inner);
    }
    if (d)
        closedir(d);
    rmdir(path);
}

char *scratch_folder(const char *name)
{
    char leaf[256], *path;

    snprintf(leaf, sizeof(leaf), "%s-%ld", name, (long)getpid());
    path = format_path("build/scratch", leaf);
    remove_folder(path);
    mkdir("build", 0777);
    mkdir("build/scratch", 0777);
    if (mkdir(path, 0777) != 0)
        fail_msg("%s: cannot be made", path);
    return path;
}

const char *path_in(const char *folder, const char *name)
{
    static char path[4][256];
    static int next;

    next = (next + 1) % 4;
    snprintf(path[next], sizeof(path[next]), "%s/%s", folder, name);
    return path[next];
}

static struct evk_dir opened[4];

static void close_all(void)
{
    for (int i = 0; i < 4; i++)
        evk_dir_close(&opened[i]);
}

const struct evk_dir *dir_at(const char *path)
{
    static int next = -1;

    if (next < 0)
        atexit(close_all);
    next = (next + 1) % 4;
    evk_dir_close(&opened[next]);
    assert_ok(evk_dir_open(&opened[next], path, err));
    return &opened[next];
}

const char *published(void)
{
    const char *set = getenv("EVOKE_PUBLISHED");
    const char *folder = set && *set ? set : "../shared/published";
    struct stat st;

    if (stat(folder, &st) == 0 && S_ISDIR(st.st_mode))
        return folder;
    printf("skipped: the published files are not at %s\n", folder);
    exit(77);
}
