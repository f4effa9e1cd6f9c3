/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isa_avx2.c - the kernels, compiled for AVX2 and FMA: vectors of 8 floats */
#if !defined(__AVX2__) || !defined(__FMA__)
#error "isa_avx2.c needs -mavx2 -mfma"
#endif
#define ISA avx2
#include "kernel/vec_avx2.h"

#include "kernel/tmpl/table.h"
