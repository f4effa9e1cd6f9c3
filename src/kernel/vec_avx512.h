/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vec_avx512.h - the v_* operations on vectors of 16 floats; v_*_part touches only the first n (1
 * to 16)
 */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>

typedef __m512 vec;
#define VL 16
/*
 * The tile of conv.h: sums in registers, vectors of weights, and outputs for that many vectors.  21
 * sums, 3 vectors and a broadcast value take 25 of the 32 registers; and a row of 112, 56 or 28
 * outputs is a whole number of tiles.
 */
#define CONV_SUMS       21
#define CONV_VECS       3
#define CONV_TILE(vecs) ((vecs) == 1 ? 14 : 7)
/*
 * For few_tile of conv.h: the most channels that are left over to it, and the vectors of outputs
 * for each number of channels.  There are enough sums at a time to hide the latency of a
 * multiply-add; 7 vectors are a row of 112 outputs.
 */
#define CONV_FEW         10
#define CONV_FEW_VECS(n) ((n) == 1 ? 7 : (n) == 2 ? 4 : (n) < 6 ? 12 / (n) : 1)
#define CONV_FEW_CASES   FEW(1) FEW(2) FEW(3) FEW(4) FEW(5) FEW(6) FEW(7) FEW(8) FEW(9) FEW(10)
/*
 * For gradient_tile of conv.h: 5 x 5 sums, 5 vectors of weights and a broadcast value: 31
 * registers.
 */
#define CONV_GRADIENT_VECS 5
/*
 * For taps.h: 14 sums and a vector of weights; the multiply-add itself loads x.  A row of 112, 56
 * or 28 sums is a whole number of tiles.
 */
#define TAPS_TILE 14
/* For windows.h: 14 sums, 5 vectors of weights and a vector of x. */
#define WINDOWS_TILE 14
/*
 * For winograd.h: sums in registers, vectors of channels, tiles for that many vectors, the most
 * channels that are left over, each with 2 vectors of tiles, and the tiles and vectors of the
 * gradient.  28 tiles are a row of 112 outputs.
 */
#define WINOGRAD_SUMS            28
#define WINOGRAD_VECS            3
#define WINOGRAD_TILES(vecs)     ((vecs) == 3 ? 7 : 14)
#define WINOGRAD_FEW             10
#define WINOGRAD_FEW_CASES       FEW(1) FEW(2) FEW(3) FEW(4) FEW(5) FEW(6) FEW(7) FEW(8) FEW(9) FEW(10)
#define WINOGRAD_GRADIENT_TILES  7
#define WINOGRAD_GRADIENT_POINTS 2
#define WINOGRAD_GRADIENT_VECS   1

/* Vectors of doubles, and the tile of panel.h: 24 sums, 3 vectors and a broadcast value. */
typedef __m512d dvec;
#define DVL        8
#define PANEL_ROWS 8
#define PANEL_VECS 3

static inline __mmask16 v_mask(int64_t n)
{
    return (__mmask16)((1u << n) - 1);
}

/*
 * Keep a value in a register from here on.  Otherwise the compiler may load the value again for
 * each use.
 */
static inline vec v_keep(vec a)
{
    __asm__("" : "+v"(a));
    return a;
}

/*
 * Store one bit for each value: whether it is positive.  signs has the 16 bits of a group of 16
 * channels; `first` is the channel within the group that the first value belongs to.
 */
static inline void v_signs(uint16_t *signs, int64_t first, vec a)
{
    (void)first;
    *signs = (uint16_t)_mm512_cmp_ps_mask(a, _mm512_setzero_ps(), _CMP_GT_OQ);
}

/*
 * Returns the values whose bits in signs are set, with 0 in place of the others; first: as in
 * v_signs.
 */
static inline vec v_select(const uint16_t *signs, int64_t first, vec a)
{
    (void)first;
    return _mm512_maskz_mov_ps((__mmask16)*signs, a);
}

/* Returns the value of a where x is negative, otherwise that of b. */
static inline vec v_negative(vec x, vec a, vec b)
{
    return _mm512_mask_mov_ps(b, _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ), a);
}

/*
 * Returns the floats that result when the low bits of a are moved to where a float has its
 * exponent.
 */
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
static inline vec  v_sub(vec a, vec b)                      { return _mm512_sub_ps(a, b); }
static inline vec  v_max(vec a, vec b)                      { return _mm512_max_ps(a, b); }
static inline vec  v_min(vec a, vec b)                      { return _mm512_min_ps(a, b); }
static inline vec  v_mul(vec a, vec b)                      { return _mm512_mul_ps(a, b); }
static inline dvec d_load(const double *p)                  { return _mm512_loadu_pd(p); }
static inline void d_store(double *p, dvec a)               { _mm512_storeu_pd(p, a); }
static inline dvec d_set1(double a)                         { return _mm512_set1_pd(a); }
static inline dvec d_fma(dvec a, dvec b, dvec c)            { return _mm512_fmadd_pd(a, b, c); }
/* clang-format on */
