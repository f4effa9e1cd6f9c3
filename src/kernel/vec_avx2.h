/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vec_avx2.h - vector vocabulary for 8 floats; _part touches the first n (1 to 8) only */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>

typedef __m256 vec;
#define VL 8
/* Sums, so many outputs for so many vectors of the kernel, those vectors and a broadcast: 15 of 16
   registers. */
#define CONV_SUMS       12
#define CONV_VECS       2
#define CONV_TILE(vecs) ((vecs) == 1 ? 8 : 6)
/* The most channels of which vectors run over outputs, and so many vectors each. */
#define CONV_FEW         5
#define CONV_FEW_VECS(n) ((n) == 1 ? 7 : 10 / (n))
#define CONV_FEW_CASES   FEW(1) FEW(2) FEW(3) FEW(4) FEW(5)
/* 5 x 2 sums, 2 vectors of the kernel and 1 broadcast: 13 registers. */
#define CONV_GRADIENT_VECS 2
/* 14 sums and a vector of w: 15 of 16 registers; x comes with the multiply-add. */
#define TAPS_TILE 14

static inline __m256i v_mask(int64_t n)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/* A register from here on: the compiler would rather load again than keep what is used often. */
static inline vec v_keep(vec a)
{
    __asm__("" : "+x"(a));
    return a;
}

/* Bits of a group of 16 channels, from the given one on: which values are positive. */
static inline void v_signs(uint16_t *signs, int64_t first, vec a)
{
    const int bits = _mm256_movemask_ps(_mm256_cmp_ps(a, _mm256_setzero_ps(), _CMP_GT_OQ));

    ((uint8_t *)signs)[first / 8] = (uint8_t)bits;
}

/* The values whose bits are set, 0 for the others. */
static inline vec v_select(const uint16_t *signs, int64_t first, vec a)
{
    const __m256i bit = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    const __m256i bits = _mm256_set1_epi32(((const uint8_t *)signs)[first / 8]);
    const __m256i set = _mm256_cmpeq_epi32(_mm256_and_si256(bits, bit), bit);

    return _mm256_and_ps(a, _mm256_castsi256_ps(set));
}

/* Where x is negative a, else b. */
static inline vec v_negative(vec x, vec a, vec b)
{
    return _mm256_blendv_ps(b, a, _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_LT_OQ));
}

/* The low bits of a as an exponent. */
static inline vec v_exponent(vec a)
{
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(a), 23));
}

/* clang-format off */
static inline vec  v_load(const float *p)                   { return _mm256_loadu_ps(p); }
static inline vec  v_load_part(const float *p, int64_t n)   { return _mm256_maskload_ps(p, v_mask(n)); }
static inline void v_store(float *p, vec a)                 { _mm256_storeu_ps(p, a); }
static inline void v_store_part(float *p, int64_t n, vec a) { _mm256_maskstore_ps(p, v_mask(n), a); }
static inline vec  v_set1(float a)                          { return _mm256_set1_ps(a); }
static inline vec  v_fma(vec a, vec b, vec c)               { return _mm256_fmadd_ps(a, b, c); }
static inline vec  v_add(vec a, vec b)                      { return _mm256_add_ps(a, b); }
static inline vec  v_max(vec a, vec b)                      { return _mm256_max_ps(a, b); }
static inline vec  v_min(vec a, vec b)                      { return _mm256_min_ps(a, b); }
static inline vec  v_mul(vec a, vec b)                      { return _mm256_mul_ps(a, b); }
/* clang-format on */
