/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isa_avx512.c - the kernels, compiled for AVX-512: vectors of 16 floats */
#ifndef __AVX512F__
#error "isa_avx512.c needs -mavx512f"
#endif
#define ISA avx512
#include "kernel/vec_avx512.h"

#include "kernel/tmpl/table.h"
