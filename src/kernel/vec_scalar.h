/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vec_scalar.h - vector vocabulary for one float; the portable fallback */
#include <math.h>
#include <stdint.h>

typedef float vec;
#define VL        1
#define GEMM_ROWS 2
#define GEMM_VECS 4

/* clang-format off */
static inline vec  v_load(const float *p)                 { return *p; }
static inline vec  v_load_part(const float *p, int64_t n) { (void)n; return *p; }
static inline void v_store(float *p, vec a)               { *p = a; }
static inline void v_store_part(float *p, int64_t n, vec a) { (void)n; *p = a; }
static inline vec  v_set1(float a)                        { return a; }
static inline vec  v_fma(vec a, vec b, vec c)             { return fmaf(a, b, c); }
/* clang-format on */
