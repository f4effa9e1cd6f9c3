/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vec_avx2.h - the v_* operations on vectors of 8 floats; v_*_part touches only the first n (1 to
 * 8)
 */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>

typedef __m256 vec;
#define VL 8
/*
 * The tile of conv.h: sums in registers, vectors of weights, and outputs for that many vectors.  12
 * sums, 2 vectors and a broadcast value take 15 of the 16 registers.
 */
#define CONV_SUMS       12
#define CONV_VECS       2
#define CONV_TILE(vecs) ((vecs) == 1 ? 8 : 6)
/*
 * For few_tile of conv.h: the most channels that are left over to it, and the vectors of outputs
 * for each number of channels.
 */
#define CONV_FEW         5
#define CONV_FEW_VECS(n) ((n) == 1 ? 7 : 10 / (n))
#define CONV_FEW_CASES   FEW(1) FEW(2) FEW(3) FEW(4) FEW(5)
/*
 * For gradient_tile of conv.h: 5 x 2 sums, 2 vectors of weights and a broadcast value: 13
 * registers.
 */
#define CONV_GRADIENT_VECS 2
/* For taps.h: 14 sums and a vector of weights are 15 registers; the multiply-add itself loads x. */
#define TAPS_TILE 14
/* For windows.h: 8 sums, 5 vectors of weights and a vector of x. */
#define WINDOWS_TILE 8
/* For winograd.h: 12 sums, 2 vectors and a broadcast value; vec_avx512.h says what these mean. */
#define WINOGRAD_SUMS            12
#define WINOGRAD_VECS            2
#define WINOGRAD_TILES(vecs)     ((vecs) == 1 ? 7 : 6)
#define WINOGRAD_FEW             5
#define WINOGRAD_FEW_CASES       FEW(1) FEW(2) FEW(3) FEW(4) FEW(5)
#define WINOGRAD_GRADIENT_TILES  6
#define WINOGRAD_GRADIENT_POINTS 1
#define WINOGRAD_GRADIENT_VECS   2

/* Vectors of doubles, and the tile of panel.h: 12 sums, 2 vectors and a broadcast value. */
typedef __m256d dvec;
#define DVL        4
#define PANEL_ROWS 6
#define PANEL_VECS 2

static inline __m256i v_mask(int64_t n)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/*
 * Keep a value in a register from here on.  Otherwise the compiler may load the value again for
 * each use.
 */
static inline vec v_keep(vec a)
{
    __asm__("" : "+x"(a));
    return a;
}

/*
 * Store one bit for each value: whether it is positive.  signs has the 16 bits of a group of 16
 * channels; `first` is the channel within the group that the first value belongs to.
 */
static inline void v_signs(uint16_t *signs, int64_t first, vec a)
{
    const int bits = _mm256_movemask_ps(_mm256_cmp_ps(a, _mm256_setzero_ps(), _CMP_GT_OQ));

    ((uint8_t *)signs)[first / 8] = (uint8_t)bits;
}

/*
 * Returns the values whose bits in signs are set, with 0 in place of the others; first: as in
 * v_signs.
 */
static inline vec v_select(const uint16_t *signs, int64_t first, vec a)
{
    const __m256i bit = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    const __m256i bits = _mm256_set1_epi32(((const uint8_t *)signs)[first / 8]);
    const __m256i set = _mm256_cmpeq_epi32(_mm256_and_si256(bits, bit), bit);

    return _mm256_and_ps(a, _mm256_castsi256_ps(set));
}

/* Returns the value of a where x is negative, otherwise that of b. */
static inline vec v_negative(vec x, vec a, vec b)
{
    return _mm256_blendv_ps(b, a, _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_LT_OQ));
}

/*
 * Returns the floats that result when the low bits of a are moved to where a float has its
 * exponent.
 */
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
static inline vec  v_sub(vec a, vec b)                      { return _mm256_sub_ps(a, b); }
static inline vec  v_max(vec a, vec b)                      { return _mm256_max_ps(a, b); }
static inline vec  v_min(vec a, vec b)                      { return _mm256_min_ps(a, b); }
static inline vec  v_mul(vec a, vec b)                      { return _mm256_mul_ps(a, b); }
static inline dvec d_load(const double *p)                  { return _mm256_loadu_pd(p); }
static inline void d_store(double *p, dvec a)               { _mm256_storeu_pd(p, a); }
static inline dvec d_set1(double a)                         { return _mm256_set1_pd(a); }
static inline dvec d_fma(dvec a, dvec b, dvec c)            { return _mm256_fmadd_pd(a, b, c); }
/* clang-format on */
