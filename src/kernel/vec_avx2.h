/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vec_avx2.h - vector vocabulary for 8 floats; _part touches the first n (1 to 8) only */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>

typedef __m256 vec;
#define VL 8
/* 6 x 2 sums, 2 columns of b and 1 broadcast: 15 of 16 registers. */
#define GEMM_ROWS 6
#define GEMM_VECS 2

static inline __m256i v_mask(int64_t n)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/* clang-format off */
static inline vec  v_load(const float *p)                   { return _mm256_loadu_ps(p); }
static inline vec  v_load_part(const float *p, int64_t n)   { return _mm256_maskload_ps(p, v_mask(n)); }
static inline void v_store(float *p, vec a)                 { _mm256_storeu_ps(p, a); }
static inline void v_store_part(float *p, int64_t n, vec a) { _mm256_maskstore_ps(p, v_mask(n), a); }
static inline vec  v_set1(float a)                          { return _mm256_set1_ps(a); }
static inline vec  v_fma(vec a, vec b, vec c)               { return _mm256_fmadd_ps(a, b, c); }
/* clang-format on */
