/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vec_avx512.h - vector vocabulary for 16 floats; _part touches the first n (1 to 16) only */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>

typedef __m512 vec;
#define VL 16
/* 6 x 4 sums, 4 columns of b and 1 broadcast: 29 of 32 registers. */
#define GEMM_ROWS 6
#define GEMM_VECS 4

static inline __mmask16 v_mask(int64_t n)
{
    return (__mmask16)((1u << n) - 1);
}

/* clang-format off */
static inline vec  v_load(const float *p)                   { return _mm512_loadu_ps(p); }
static inline vec  v_load_part(const float *p, int64_t n)   { return _mm512_maskz_loadu_ps(v_mask(n), p); }
static inline void v_store(float *p, vec a)                 { _mm512_storeu_ps(p, a); }
static inline void v_store_part(float *p, int64_t n, vec a) { _mm512_mask_storeu_ps(p, v_mask(n), a); }
static inline vec  v_set1(float a)                          { return _mm512_set1_ps(a); }
static inline vec  v_fma(vec a, vec b, vec c)               { return _mm512_fmadd_ps(a, b, c); }
/* clang-format on */
