/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kernel.h - tables of compute kernels, one table per instruction set
 *
 * Kernels are leaf functions: they never allocate, fail, lock or start
 * threads.  Pointers need no particular alignment and never overlap unless a
 * kernel says so.
 */
#ifndef EVK_KERNEL_KERNEL_H
#define EVK_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

struct evk_kernels {
    const char *isa;
#define EVK_KERNEL(ret, name, args) ret(*name) args;
#include "kernel/kernels.def"
#undef EVK_KERNEL
};

enum { EVK_GEMM_PAD = 16 }; /* columns of gemm's b come in multiples of this */

/* Row i of the tables this build has, slowest first; NULL past the end. */
const struct evk_kernels *evk_kernels_at(int i);

/* Can the running CPU execute this table? */
bool evk_kernels_usable(const struct evk_kernels *k);

/*
 * The fastest usable table, or the one $EVOKE_ISA names.  NULL where that is
 * unknown or not usable here; *wanted is then what was asked for.
 */
const struct evk_kernels *evk_kernels_best(const char **wanted);

#endif /* EVK_KERNEL_KERNEL_H */
