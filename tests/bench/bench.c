/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench.c - a clock, and the peak rate of this processor's multiply-adds */
#include "bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 40000, TRIES = 25 };

double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double bench_median(double *t, int n)
{
    qsort(t, (size_t)n, sizeof(*t), compare);
    return t[n / 2];
}

/*
 * Each of these functions returns how many floating-point operations it did.  It adds to 12 sums in
 * turn: 8 would hide the latency of 4 cycles at two multiply-adds a cycle.
 */

/* clang-format off */
#ifdef EVK_ARCH_X86_64
#define FMA(r, n) "vfmadd231ps %%" r "14, %%" r "15, %%" r #n "\n"
#define FMAS(r)                                                                          \
    "1:\n" FMA(r, 0) FMA(r, 1) FMA(r, 2) FMA(r, 3) FMA(r, 4) FMA(r, 5) FMA(r, 6) FMA(r, 7) \
    FMA(r, 8) FMA(r, 9) FMA(r, 10) FMA(r, 11) "dec %0\njnz 1b"
#define REGISTERS "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", \
    "xmm9", "xmm10", "xmm11"
/* clang-format on */

__attribute__((target("avx512f"))) static double work_avx512(void)
{
    long n = ROUNDS;

    __asm__ volatile(FMAS("zmm") : "+r"(n) : : REGISTERS);
    return ROUNDS * 12.0 * 32;
}

__attribute__((target("avx2,fma"))) static double work_avx2(void)
{
    long n = ROUNDS;

    __asm__ volatile(FMAS("ymm") : "+r"(n) : : REGISTERS);
    return ROUNDS * 12.0 * 16;
}
#endif

static double work_scalar(void)
{
    volatile float out;
    float sum[8] = {0};

    for (int i = 0; i < ROUNDS; i++)
        for (int j = 0; j < 8; j++)
            sum[j] = fmaf(sum[j], 0.5f, 1.0f);
    for (int j = 0; j < 8; j++)
        out = sum[j];
    (void)out;
    return ROUNDS * 8.0 * 2;
}

double bench_burst(const struct evk_kernels *k)
{
    double (*work)(void) = work_scalar, t, done;

#ifdef EVK_ARCH_X86_64
    if (strcmp(k->isa, "avx512") == 0)
        work = work_avx512;
    else if (strcmp(k->isa, "avx2") == 0)
        work = work_avx2;
#endif
    t = bench_now();
    done = work();
    return 1e-6 * done / (bench_now() - t);
}

double bench_peak(const struct evk_kernels *k)
{
    double best = 0;

    for (int i = 0; i < TRIES; i++)
        best = fmax(best, bench_burst(k));
    return best;
}
