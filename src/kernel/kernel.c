/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kernel.c - the instruction sets that this build has kernels for, and which of them to use */
#include "kernel/kernel.h"

#include <stdlib.h>
#include <string.h>

extern const struct evk_kernels evk_kernels_scalar;
#ifdef EVK_ARCH_X86_64
extern const struct evk_kernels evk_kernels_avx2;
extern const struct evk_kernels evk_kernels_avx512;
#endif

static bool always(void)
{
    return true;
}

#ifdef EVK_ARCH_X86_64
static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f");
}
#endif

/*
 * The tables of this build, slowest first.  A new instruction set is a row here and a file isa_*.c.
 */
static const struct {
    const struct evk_kernels *kernels;
    bool (*usable)(void);
} isa_table[] = {
    {&evk_kernels_scalar, always},
#ifdef EVK_ARCH_X86_64
    {&evk_kernels_avx2, has_avx2},
    {&evk_kernels_avx512, has_avx512},
#endif
};

#define ISA_COUNT ((int)(sizeof(isa_table) / sizeof(isa_table[0])))

const struct evk_kernels *evk_kernels_at(int i)
{
    return i >= 0 && i < ISA_COUNT ? isa_table[i].kernels : NULL;
}

bool evk_kernels_usable(const struct evk_kernels *k)
{
    for (int i = 0; i < ISA_COUNT; i++)
        if (isa_table[i].kernels == k)
            return isa_table[i].usable();
    return false;
}

const struct evk_kernels *evk_kernels_best(const char **wanted)
{
    const char *want = getenv("EVOKE_ISA");

    *wanted = want;
    for (int i = ISA_COUNT - 1; i >= 0; i--) {
        if (want && strcmp(want, isa_table[i].kernels->isa) != 0)
            continue;
        if (isa_table[i].usable())
            return isa_table[i].kernels;
    }
    return NULL;
}
