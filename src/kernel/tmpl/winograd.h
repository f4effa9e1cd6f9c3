/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * winograd.h - a row of outputs of a convolution that is 5 columns wide, with 8 products where
 * direct summation has 20
 *
 * This file is compiled once for each instruction set, whose vec_*.h has the v_* operations and the
 * shapes of tiles, WINOGRAD_*.  struct evk_winograd (kernel.h) has the sizes and the weights.
 *
 * Four neighbouring outputs y of a row, a tile, read 8 neighbouring inputs d.  With the points
 * a = 0, 1, -1, 2, -2, 1/2, -1/2 and infinity, Winograd's F(4, 5) along the row is
 *
 *   y = A' ((G g) (B' d)),  for each kernel row and each input channel,
 *
 * where g are the 5 weights, the inner product is one for each point, and the matrices are those of
 * Lavin & Gray, "Fast algorithms for convolutional neural networks", CVPR 2016, for these points.
 * The products of a point are summed over kernel rows and input channels, in this order, from zero
 * and with fused multiply-adds; A' follows once for all of them.  winograd_gradient.h has the
 * gradient.
 *
 * The sums of a tile and a point are the same terms in the same order in every tile and vector, so
 * every instruction set gives the same bits.
 */
enum { POINTS = EVK_WINOGRAD_POINTS, OUTS = EVK_WINOGRAD_OUTPUTS };

/* ---- the transforms ------------------------------------------------------------------------- */

/* v = B' d: what 8 inputs are at the points. */
static inline __attribute__((always_inline)) void at_points(const vec d[POINTS], vec v[POINTS])
{
    const vec even1 = v_fma(v_set1(-4.25f), d[4], v_add(d[2], d[6]));
    const vec odd1 = v_fma(v_set1(-4.25f), d[3], v_add(d[1], d[5]));
    const vec even2 = v_fma(v_set1(0.25f), d[2], v_fma(v_set1(-1.25f), d[4], d[6]));
    const vec odd2 = v_fma(v_set1(0.25f), d[1], v_fma(v_set1(-1.25f), d[3], d[5]));
    const vec even3 = v_fma(v_set1(4), d[2], v_fma(v_set1(-5), d[4], d[6]));
    const vec odd3 = v_fma(v_set1(4), d[1], v_fma(v_set1(-5), d[3], d[5]));

    v[0] = v_fma(v_set1(5.25f), v_sub(d[4], d[2]), v_sub(d[0], d[6]));
    v[1] = v_add(even1, odd1);
    v[2] = v_sub(even1, odd1);
    v[3] = v_fma(v_set1(2), odd2, even2);
    v[4] = v_fma(v_set1(-2), odd2, even2);
    v[5] = v_fma(v_set1(0.5f), odd3, even3);
    v[6] = v_fma(v_set1(-0.5f), odd3, even3);
    v[7] = v_fma(v_set1(5.25f), v_sub(d[3], d[5]), v_sub(d[7], d[1]));
}

/* y = A' v: four outputs from the sums at the points. */
static inline __attribute__((always_inline)) void to_outputs(const vec v[POINTS], vec y[OUTS])
{
    const vec even1 = v_add(v[1], v[2]), odd1 = v_sub(v[1], v[2]);
    const vec even2 = v_add(v[3], v[4]), odd2 = v_sub(v[3], v[4]);
    const vec even3 = v_add(v[5], v[6]), odd3 = v_sub(v[5], v[6]);

    y[0] = v_add(v_add(v[0], even1), v_add(even2, even3));
    y[1] = v_fma(v_set1(0.5f), odd3, v_fma(v_set1(2), odd2, odd1));
    y[2] = v_fma(v_set1(0.25f), even3, v_fma(v_set1(4), even2, even1));
    y[3] = v_fma(v_set1(0.125f), odd3, v_fma(v_set1(8), odd2, v_add(odd1, v[7])));
}

/* ---- forward -------------------------------------------------------------------------------- */

/*
 * winograd_input: the points v (8, c, room of tiles) of all tiles of a row of inputs x, which lies
 * in phases: x (c, 4, room of tiles + EVK_PAD) has column 4 t + i of a channel at place t of its
 * phase i, and zeros beyond the row.
 */
static void winograd_input(const struct evk_winograd *g, const float *x, float *v)
{
    const int64_t phase = g->tiles_room + EVK_PAD;

    for (int64_t c = 0; c < g->c; c++, x += OUTS * phase)
        for (int64_t t = 0; t < g->tiles_room; t += VL) {
            vec d[POINTS], p[POINTS];

            UNROLL
            for (int i = 0; i < POINTS; i++)
                d[i] = v_load(x + i % OUTS * phase + i / OUTS + t);
            at_points(d, p);
            UNROLL
            for (int i = 0; i < POINTS; i++)
                v_store(v + (i * g->c + c) * g->tiles_room + t, p[i]);
        }
}

/* What a call of winograd_row works on. */
struct winograd_out {
    const struct evk_winograd *g;
    const float *const *v; /* (rows) the points of each input row */
    float *y;
    uint16_t *signs; /* NULL: they are not wanted */
};

/* Stores the outputs of tile t in vector v of channels from j on, which has `part` channels. */
static inline __attribute__((always_inline)) void winograd_store(const struct winograd_out *out,
                                                                 const vec m[POINTS], int64_t t,
                                                                 int64_t j, int64_t part)
{
    const struct evk_winograd *g = out->g;
    const vec scale = v_load(g->scale + j), shift = v_load(g->shift + j), zero = v_set1(0.0f);
    const int64_t left = g->width - OUTS * t, groups = g->room / EVK_PAD;
    float *to = out->y + OUTS * t * g->y_step + j;
    vec y[OUTS];

    to_outputs(m, y);
    UNROLL
    for (int i = 0; i < OUTS; i++) {
        y[i] = v_fma(y[i], scale, shift);
        y[i] = g->relu ? v_max(y[i], zero) : y[i];
        if (i >= left)
            break;
        if (part >= VL)
            v_store(to + i * g->y_step, y[i]);
        else
            v_store_part(to + i * g->y_step, part, y[i]);
        if (out->signs)
            v_signs(out->signs + (OUTS * t + i) * groups + j / EVK_PAD, j % EVK_PAD, y[i]);
    }
}

/* Loads the sums of a tile and a vector of channels at the points. */
static inline __attribute__((always_inline)) void winograd_sums(const float *sums, vec m[POINTS])
{
    UNROLL
    for (int p = 0; p < POINTS; p++)
        m[p] = v_load(sums + p * WINOGRAD_SUMS * VL);
}

/* Does as winograd_store for whole tiles of whole vectors, rectified and with signs. */
static inline __attribute__((always_inline)) void winograd_store_whole(
    const struct winograd_out *out, int tiles, int vecs, int64_t t, int64_t j, const float *sums)
{
    const struct evk_winograd *g = out->g;
    const int64_t step = g->y_step, groups = g->room / EVK_PAD;

    for (int v = 0; v < vecs; v++, j += VL, sums += VL) {
        const vec scale = v_load(g->scale + j), shift = v_load(g->shift + j), zero = v_set1(0.0f);
        float *to = out->y + OUTS * t * step + j;
        uint16_t *signs = out->signs + OUTS * t * groups + j / EVK_PAD;

        for (int i = 0; i < tiles; i++) {
            vec m[POINTS], y[OUTS];

            winograd_sums(sums + i * vecs * VL, m);
            to_outputs(m, y);
            UNROLL
            for (int q = 0; q < OUTS; q++, to += step, signs += groups) {
                y[q] = v_max(v_fma(y[q], scale, shift), zero);
                v_store(to, y[q]);
                v_signs(signs, j % EVK_PAD, y[q]);
            }
        }
    }
}

/*
 * Stores the outputs of `tiles` tiles from t on, of vecs vectors of channels from j on, from their
 * sums (8, WINOGRAD_SUMS VL).  This function stands alone, as the other transforms after products do:
 * in one function, the constants of a transform would take registers from the sums.
 */
static __attribute__((noinline)) void winograd_finish(const struct winograd_out *out, int tiles,
                                                      int vecs, int64_t t, int64_t j,
                                                      const float *sums)
{
    const struct evk_winograd *g = out->g;

    if (g->relu && out->signs && OUTS * (t + tiles) <= g->width && j + vecs * VL <= g->o) {
        winograd_store_whole(out, tiles, vecs, t, j, sums);
        return;
    }
    for (int i = 0; i < tiles; i++)
        for (int v = 0; v < vecs; v++, sums += VL) {
            vec m[POINTS];

            winograd_sums(sums, m);
            winograd_store(out, m, t + i, j + v * VL, g->o - j - v * VL);
        }
}

/* Computes `tiles` tiles from t on, for vecs vectors of channels from j on. */
static inline __attribute__((always_inline)) void winograd_tiles(const struct winograd_out *out,
                                                                 const int tiles, const int vecs,
                                                                 int64_t t, int64_t j)
{
    const struct evk_winograd *g = out->g;
    const float *u = g->u + j;
    _Alignas(64) float sums[POINTS][WINOGRAD_SUMS * VL];

    for (int p = 0; p < POINTS; p++) {
        vec sum[WINOGRAD_SUMS];

        UNROLL
        for (int i = 0; i < tiles * vecs; i++)
            sum[i] = v_set1(0.0f);
        for (int64_t r = 0; r < g->rows; r++) {
            const float *from = out->v[r] + p * g->c * g->tiles_room + t;

            for (int64_t c = 0; c < g->c; c++, u += g->room, from += g->tiles_room) {
                vec k[WINOGRAD_VECS];

                UNROLL
                for (int v = 0; v < vecs; v++)
                    k[v] = v_keep(v_load(u + v * VL));
                UNROLL
                for (int i = 0; i < tiles; i++) {
                    const vec a = v_set1(from[i]);

                    UNROLL
                    for (int v = 0; v < vecs; v++)
                        sum[i * vecs + v] = v_fma(a, k[v], sum[i * vecs + v]);
                }
            }
        }
        UNROLL
        for (int i = 0; i < tiles * vecs; i++)
            v_store(sums[p] + i * VL, sum[i]);
    }
    winograd_finish(out, tiles, vecs, t, j, sums[0]);
}

/* Computes all tiles of the row, for vecs vectors of channels from j on. */
static inline __attribute__((always_inline)) void winograd_panel(const struct winograd_out *out,
                                                                 const int tiles, const int vecs,
                                                                 int64_t j)
{
    const int64_t all = out->g->tiles;
    int64_t t = 0;

    for (; t + tiles <= all; t += tiles)
        winograd_tiles(out, tiles, vecs, t, j);
    if (t < all && all >= tiles) /* the last tiles overlap those before them */
        winograd_tiles(out, tiles, vecs, all - tiles, j);
    else
        for (; t < all; t++)
            winograd_tiles(out, 1, vecs, t, j);
}

/* Does as winograd_finish for `few` channels, whose vectors hold tiles. */
static __attribute__((noinline)) void winograd_finish_few(const struct winograd_out *out, int few,
                                                          int vecs, int64_t t, int64_t j,
                                                          const float *sums)
{
    const struct evk_winograd *g = out->g;

    for (int f = 0; f < few; f++)
        for (int v = 0; v < vecs; v++, sums += VL) {
            const vec scale = v_set1(g->scale[j + f]), shift = v_set1(g->shift[j + f]);
            const int64_t first = OUTS * (t + v * VL), left = g->width - first;
            float *to = out->y + first * g->y_step + j + f;
            _Alignas(64) float y[OUTS][VL];
            vec m[POINTS], o[OUTS];

            UNROLL
            for (int p = 0; p < POINTS; p++)
                m[p] = v_load(sums + p * WINOGRAD_SUMS * VL);
            to_outputs(m, o);
            UNROLL
            for (int i = 0; i < OUTS; i++) {
                o[i] = v_fma(o[i], scale, shift);
                v_store(y[i], g->relu ? v_max(o[i], v_set1(0.0f)) : o[i]);
            }
            for (int64_t i = 0; i < OUTS * VL && i < left; i++, to += g->y_step)
                *to = y[i % OUTS][i / OUTS];
        }
}

/*
 * Computes `few` channels from j on, which do not fill a vector, for vecs vectors of tiles from t
 * on: here a vector holds one channel of VL tiles.
 */
static inline __attribute__((always_inline)) void winograd_few_tiles(const struct winograd_out *out,
                                                                     const int few, const int vecs,
                                                                     int64_t t, int64_t j)
{
    const struct evk_winograd *g = out->g;
    const float *u = g->u + j;
    _Alignas(64) float sums[POINTS][WINOGRAD_SUMS * VL];

    for (int p = 0; p < POINTS; p++) {
        vec sum[WINOGRAD_SUMS];

        UNROLL
        for (int i = 0; i < few * vecs; i++)
            sum[i] = v_set1(0.0f);
        for (int64_t r = 0; r < g->rows; r++) {
            const float *from = out->v[r] + p * g->c * g->tiles_room + t;

            for (int64_t c = 0; c < g->c; c++, u += g->room, from += g->tiles_room) {
                vec a[2];

                UNROLL
                for (int v = 0; v < vecs; v++)
                    a[v] = v_keep(v_load(from + v * VL));
                UNROLL
                for (int f = 0; f < few; f++) {
                    const vec k = v_set1(u[f]);

                    UNROLL
                    for (int v = 0; v < vecs; v++)
                        sum[f * vecs + v] = v_fma(a[v], k, sum[f * vecs + v]);
                }
            }
        }
        UNROLL
        for (int i = 0; i < few * vecs; i++)
            v_store(sums[p] + i * VL, sum[i]);
    }
    winograd_finish_few(out, few, vecs, t, j, sums[0]);
}

/* Computes `few` channels from j on of the whole row. */
static inline __attribute__((always_inline)) void winograd_few(const struct winograd_out *out,
                                                               const int few, int64_t j)
{
    const struct evk_winograd *g = out->g;
    const int64_t groups = g->room / EVK_PAD;
    int64_t t = 0;

    for (; t + 2 * VL <= g->tiles_room; t += 2 * VL)
        winograd_few_tiles(out, few, 2, t, j);
    for (; t < g->tiles_room; t += VL)
        winograd_few_tiles(out, few, 1, t, j);
    for (int64_t i = 0; i < g->width && out->signs; i++)
        v_signs(out->signs + i * groups + j / EVK_PAD, j % EVK_PAD,
                v_load_part(out->y + i * g->y_step + j, few));
}

/*
 * winograd_row: the row of outputs whose kernel rows read v[0] to v[rows - 1], each the points of a
 * row of inputs: scaled, shifted and rectified, and their signs, as conv.h has them.
 */
static void winograd_row(const struct evk_winograd *g, const float *const *v, float *y,
                         uint16_t *signs)
{
    const struct winograd_out out = {g, v, y, signs};
    const int64_t few = g->o % VL <= WINOGRAD_FEW ? g->o % VL : 0;
    int64_t j = 0;

    while (j < g->o - few) {
        const int64_t vecs = (g->o - few - j + VL - 1) / VL;

        if (WINOGRAD_VECS > 2 && vecs != 2 && vecs != 4 && vecs > 2) {
            winograd_panel(&out, WINOGRAD_TILES(WINOGRAD_VECS), WINOGRAD_VECS, j);
            j += WINOGRAD_VECS * VL;
        } else if (vecs >= 2) {
            winograd_panel(&out, WINOGRAD_TILES(2), 2, j);
            j += 2 * VL;
        } else {
            winograd_panel(&out, WINOGRAD_TILES(1), 1, j);
            j += VL;
        }
    }
    switch (few) {
#define FEW(n)                             \
    case n:                                \
        winograd_few(&out, n, g->o - few); \
        break;
        WINOGRAD_FEW_CASES
#undef FEW
    }
}
