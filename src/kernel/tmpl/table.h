/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * table.h - compile every kernel and export the table of them
 *
 * The file that includes this one has defined ISA, the name of the instruction
 * set, and included its vec_*.h.
 */
#include "kernel/kernel.h"

#include "kernel/tmpl/blas1.h"
#include "kernel/tmpl/tile.h"

#include "kernel/tmpl/ascent.h"
#include "kernel/tmpl/conv.h"
#include "kernel/tmpl/conv3x3.h"
#include "kernel/tmpl/elu.h"
#include "kernel/tmpl/limits.h"

#include "kernel/tmpl/attack.h"
#include "kernel/tmpl/panel.h"
#include "kernel/tmpl/penalty.h"
#include "kernel/tmpl/philox.h"
#include "kernel/tmpl/pointwise.h"
#include "kernel/tmpl/pool.h"
#include "kernel/tmpl/product.h"
#include "kernel/tmpl/taps.h"
#include "kernel/tmpl/warp.h"
#include "kernel/tmpl/windows.h"
#include "kernel/tmpl/winograd.h"
#include "kernel/tmpl/winograd_gradient.h"

#define CAT_(a, b) a##b
#define CAT(a, b)  CAT_(a, b)
#define STR_(a)    #a
#define STR(a)     STR_(a)

extern const struct evk_kernels CAT(evk_kernels_, ISA);
const struct evk_kernels CAT(evk_kernels_, ISA) = {
    .isa = STR(ISA),
#define EVK_KERNEL(ret, name, args) .name = name,
#include "kernel/kernels.def"
#undef EVK_KERNEL
};
