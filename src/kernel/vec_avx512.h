/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vec_avx512.h - vector vocabulary for 16 floats; _part touches the first n (1 to 16) only */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>

typedef __m512 vec;
#define VL 16
/* Sums: outputs for so many vectors of the kernel.  Those vectors, a broadcast and 21 sums are 25 of
   32 registers, and rows of 112, 56 and 28 outputs are whole tiles. */
#define CONV_SUMS       21
#define CONV_VECS       3
#define CONV_TILE(vecs) ((vecs) == 1 ? 14 : 7)
/* The most channels of which vectors run over outputs, and so many vectors each, that the latency
   is hidden: 7 of them are a row of 112. */
#define CONV_FEW         10
#define CONV_FEW_VECS(n) ((n) == 1 ? 7 : (n) == 2 ? 4 : (n) < 6 ? 12 / (n) : 1)
#define CONV_FEW_CASES   FEW(1) FEW(2) FEW(3) FEW(4) FEW(5) FEW(6) FEW(7) FEW(8) FEW(9) FEW(10)
/* 5 x 5 sums, 5 vectors of the kernel and 1 broadcast: 31 registers. */
#define CONV_GRADIENT_VECS 5
/* 14 sums and a vector of w; x comes with the multiply-add.  Rows of 112, 56 and 28 are whole tiles. */
#define TAPS_TILE 14

static inline __mmask16 v_mask(int64_t n)
{
    return (__mmask16)((1u << n) - 1);
}

/* A register from here on: the compiler would rather load again than keep what is used often. */
static inline vec v_keep(vec a)
{
    __asm__("" : "+v"(a));
    return a;
}

/* Bits of a group of 16 channels, from the given one on: which values are positive. */
static inline void v_signs(uint16_t *signs, int64_t first, vec a)
{
    (void)first;
    *signs = (uint16_t)_mm512_cmp_ps_mask(a, _mm512_setzero_ps(), _CMP_GT_OQ);
}

/* The values whose bits are set, 0 for the others. */
static inline vec v_select(const uint16_t *signs, int64_t first, vec a)
{
    (void)first;
    return _mm512_maskz_mov_ps((__mmask16)*signs, a);
}

/* Where x is negative a, else b. */
static inline vec v_negative(vec x, vec a, vec b)
{
    return _mm512_mask_mov_ps(b, _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ), a);
}

/* The low bits of a as an exponent. */
static inline vec v_exponent(vec a)
{
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(a), 23));
}

/* clang-format off */
static inline vec  v_load(const float *p)                   { return _mm512_loadu_ps(p); }
static inline vec  v_load_part(const float *p, int64_t n)   { return _mm512_maskz_loadu_ps(v_mask(n), p); }
static inline void v_store(float *p, vec a)                 { _mm512_storeu_ps(p, a); }
static inline void v_store_part(float *p, int64_t n, vec a) { _mm512_mask_storeu_ps(p, v_mask(n), a); }
static inline vec  v_set1(float a)                          { return _mm512_set1_ps(a); }
static inline vec  v_fma(vec a, vec b, vec c)               { return _mm512_fmadd_ps(a, b, c); }
static inline vec  v_add(vec a, vec b)                      { return _mm512_add_ps(a, b); }
static inline vec  v_max(vec a, vec b)                      { return _mm512_max_ps(a, b); }
static inline vec  v_min(vec a, vec b)                      { return _mm512_min_ps(a, b); }
static inline vec  v_mul(vec a, vec b)                      { return _mm512_mul_ps(a, b); }
/* clang-format on */
