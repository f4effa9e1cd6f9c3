/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vec_scalar.h - the v_* operations on single floats, for machines without the other instruction
 * sets
 *
 * vec_avx512.h says what the sizes of tiles mean.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef float vec;
#define VL                 1
#define CONV_SUMS          8
#define CONV_VECS          2
#define CONV_TILE(vecs)    4
#define CONV_FEW           1
#define CONV_FEW_VECS(n)   1
#define CONV_FEW_CASES     FEW(1)
#define CONV_GRADIENT_VECS 4
#define TAPS_TILE          4
#define WINDOWS_TILE       4

#define WINOGRAD_SUMS        8
#define WINOGRAD_VECS        2
#define WINOGRAD_TILES(vecs) 4
#define WINOGRAD_FEW         0
#define WINOGRAD_FEW_CASES
#define WINOGRAD_GRADIENT_TILES  4
#define WINOGRAD_GRADIENT_POINTS 1
#define WINOGRAD_GRADIENT_VECS   2

/* Vectors of doubles, and the tile of panel.h: 4 sums. */
typedef double dvec;
#define DVL        1
#define PANEL_ROWS 2
#define PANEL_VECS 2

/*
 * Store one bit: whether the value is positive.  signs has the 16 bits of a group of 16 channels;
 * `first` is the channel within the group.
 */
static inline void v_signs(uint16_t *signs, int64_t first, vec a)
{
    const unsigned before = first == 0 ? 0 : *signs;

    *signs = (uint16_t)(before | (unsigned)(a > 0) << first);
}

/* Returns the value if its bit in signs is set, otherwise 0; first: as in v_signs. */
static inline vec v_select(const uint16_t *signs, int64_t first, vec a)
{
    return *signs >> first & 1 ? a : 0;
}

/* Returns the value of a if x is negative, otherwise that of b. */
static inline vec v_negative(vec x, vec a, vec b)
{
    return x < 0 ? a : b;
}

/*
 * Returns the float that results when the low bits of a are moved to where a float has its
 * exponent.
 */
static inline vec v_exponent(vec a)
{
    uint32_t bits;

    memcpy(&bits, &a, sizeof(bits));
    bits <<= 23;
    memcpy(&a, &bits, sizeof(bits));
    return a;
}

/* clang-format off */
static inline vec  v_keep(vec a)                           { return a; }
static inline vec  v_load(const float *p)                 { return *p; }
static inline vec  v_load_part(const float *p, int64_t n) { (void)n; return *p; }
static inline void v_store(float *p, vec a)               { *p = a; }
static inline void v_store_part(float *p, int64_t n, vec a) { (void)n; *p = a; }
static inline vec  v_set1(float a)                        { return a; }
static inline vec  v_fma(vec a, vec b, vec c)             { return fmaf(a, b, c); }
static inline vec  v_add(vec a, vec b)                      { return a + b; }
static inline vec  v_sub(vec a, vec b)                      { return a - b; }
static inline vec  v_max(vec a, vec b)                      { return a > b ? a : b; }
static inline vec  v_min(vec a, vec b)                      { return a < b ? a : b; }
static inline vec  v_mul(vec a, vec b)                      { return a * b; }
static inline dvec d_load(const double *p)                  { return *p; }
static inline void d_store(double *p, dvec a)               { *p = a; }
static inline dvec d_set1(double a)                         { return a; }
static inline dvec d_fma(dvec a, dvec b, dvec c)            { return fma(a, b, c); }
/* clang-format on */
