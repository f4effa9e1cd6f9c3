/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conv.h - one row of outputs of a convolution, and its gradient.  Template: wants the v_*
 * vocabulary and the CONV_* tile shapes.
 *
 *   sum[i][j] = sum over kernel rows r of (sum over q of x[at(r) + i step + q] w[r][q][j])
 *   y[i][j]   = sum scale[j] + shift[j], and with relu max(that, 0)
 *
 * Each kernel row is a sum of its own, from zero, fused, and the rows are added
 * in order: the same bits for every tile shape, and half the rounding error of
 * one long sum.  A tile of outputs x vectors of channels has its sums and the
 * totals of its rows in registers.
 *
 * signs (width, room / 16), where not NULL, gets a bit a channel: whether y > 0.
 * On the way back that is all a ReLU asks, in a 32nd of the bytes.  Bits beyond
 * o are anything.
 */

/* Registers have no index: a loop over them is written out. */
#define UNROLL _Pragma("GCC unroll 16")

/* tail: channels in the last vector, 1 to VL. outs and vecs are constants once inlined. */
static inline __attribute__((always_inline)) void conv_tile(const struct evk_conv *c,
                                                            const int outs, const int vecs,
                                                            int64_t tail, const float *x, int64_t j,
                                                            float *y, uint16_t *signs)
{
    const vec zero = v_set1(0.0f);
    vec total[CONV_TILE_MAX][CONV_VECS];
    const float *w = c->w + j;

    for (int o = 0; o < outs; o++)
        for (int v = 0; v < vecs; v++)
            total[o][v] = zero;
    for (int64_t r = 0; r < c->rows; r++)
        for (int64_t s = 0; s < c->pieces; s++) {
            const float *row = x + r * c->row_step + s * c->piece_step;
            vec sum[CONV_TILE_MAX][CONV_VECS];

            for (int o = 0; o < outs; o++)
                for (int v = 0; v < vecs; v++)
                    sum[o][v] = zero;
            for (int64_t q = 0; q < c->taps; q++, w += c->room) {
                vec k[CONV_VECS];

                for (int v = 0; v < vecs; v++)
                    k[v] = v_keep(v_load(w + v * VL));
                for (int o = 0; o < outs; o++) {
                    const vec a = v_set1(row[o * c->step + q]);

                    for (int v = 0; v < vecs; v++)
                        sum[o][v] = v_fma(a, k[v], sum[o][v]);
                }
            }
            for (int o = 0; o < outs; o++)
                for (int v = 0; v < vecs; v++)
                    total[o][v] = v_add(sum[o][v], total[o][v]);
        }
    UNROLL
    for (int v = 0; v < vecs; v++) {
        const vec scale = v_load(c->scale + j + v * VL), shift = v_load(c->shift + j + v * VL);

        UNROLL
        for (int o = 0; o < outs; o++) {
            float *to = y + o * c->y_step + v * VL;
            vec t = v_fma(total[o][v], scale, shift);

            if (c->relu)
                t = v_max(t, zero);
            if (signs)
                v_signs(signs + (o * c->room + j + v * VL) / EVK_PAD, (j + v * VL) % EVK_PAD, t);
            if (v + 1 < vecs)
                v_store(to, t);
            else
                v_store_part(to, tail, t);
        }
    }
}

static inline __attribute__((always_inline)) void conv_panel(const struct evk_conv *c,
                                                             const int outs, const int vecs,
                                                             int64_t tail, const float *x,
                                                             int64_t j, float *y, uint16_t *signs)
{
    const int64_t groups = c->room / EVK_PAD;
    int64_t i = 0;

    for (; i + outs <= c->width; i += outs)
        conv_tile(c, outs, vecs, tail, x + i * c->step, j, y + i * c->y_step + j,
                  signs ? signs + i * groups : NULL);
    for (; i < c->width; i++)
        conv_tile(c, 1, vecs, tail, x + i * c->step, j, y + i * c->y_step + j,
                  signs ? signs + i * groups : NULL);
}

static void conv_row(const struct evk_conv *c, const float *x, float *y, uint16_t *signs)
{
    for (int64_t j = 0; j < c->o; j += CONV_VECS * VL) {
        const int64_t left = c->o - j, vecs = (left + VL - 1) / VL;

        if (vecs >= CONV_VECS)
            conv_panel(c, CONV_TILE(CONV_VECS), CONV_VECS,
                       left < CONV_VECS * VL ? left - (CONV_VECS - 1) * VL : VL, x, j, y, signs);
        else if (CONV_VECS > 3 && vecs == 3)
            conv_panel(c, CONV_TILE(3), 3, left - 2 * VL, x, j, y, signs);
        else if (CONV_VECS > 2 && vecs == 2)
            conv_panel(c, CONV_TILE(2), 2, left - VL, x, j, y, signs);
        else
            conv_panel(c, CONV_TILE(1), 1, left, x, j, y, signs);
    }
}

/*
 * conv_row_gradient: the adjoint of the sum.  For every output the sums over
 * its channels, one a tap, fused and in order, are added to x's gradient, where
 * the patches of neighbours overlap:
 *
 *   gx[at(r) + i step + q] += sum over j of gy[i][j] wt[j][r][q]
 *
 * The outputs of a tile lie a fifth of the row apart, so that none loads what
 * the one before has only just stored.  In which order patches are added
 * decides the last bit: it goes by groups of GROUP segments of EVK_PAD taps, and
 * in these by tiles, whatever the size of a vector; inside a tile they go
 * segment by segment.
 */
enum { SPREAD = 5, GROUP = 5, SEGMENT_VECS = EVK_PAD / VL };

/* Where the taps of a group go, relative to the output's first tap, and how many of each. */
struct group {
    int64_t segments, at[GROUP], part[GROUP];
    const float *w; /* row j begins at w + j patch */
    int64_t patch;
};

/* Vectors u0 to u0 + vecs - 1 of the group, for outs outputs apart from each other. */
static inline __attribute__((always_inline)) void gradient_tile(const struct evk_conv *c,
                                                                const struct group *g,
                                                                const int outs, const int vecs,
                                                                int64_t u0, int64_t apart,
                                                                const float *gy, float *gx)
{
    vec sum[SPREAD][CONV_GRADIENT_VECS];
    const float *w = g->w + u0 * VL;

    for (int o = 0; o < outs; o++)
        for (int v = 0; v < vecs; v++)
            sum[o][v] = v_set1(0.0f);
    for (int64_t q = 0; q < c->o; q++, w += g->patch) {
        vec k[CONV_GRADIENT_VECS];

        for (int v = 0; v < vecs; v++)
            k[v] = v_keep(v_load(w + v * VL));
        for (int o = 0; o < outs; o++) {
            const vec a = v_set1(gy[o * apart * c->y_step + q]);

            for (int v = 0; v < vecs; v++)
                sum[o][v] = v_fma(a, k[v], sum[o][v]);
        }
    }
    UNROLL
    for (int v = 0; v < vecs; v++) {
        const int64_t segment = (u0 + v) / SEGMENT_VECS, in = (u0 + v) % SEGMENT_VECS * VL;
        const int64_t left = g->part[segment] - in;
        float *to = gx + g->at[segment] + in;

        UNROLL
        for (int o = 0; o < outs; o++, to += apart * c->step)
            if (left >= VL)
                v_store(to, v_add(sum[o][v], v_load(to)));
            else if (left > 0)
                v_store_part(to, left, v_add(sum[o][v], v_load_part(to, left)));
    }
}

static inline __attribute__((always_inline)) void gradient_outputs(const struct evk_conv *c,
                                                                   const struct group *g,
                                                                   const int outs, int64_t apart,
                                                                   const float *gy, float *gx)
{
    const int64_t units = g->segments * SEGMENT_VECS;
    int64_t u = 0;

    for (; u + CONV_GRADIENT_VECS <= units; u += CONV_GRADIENT_VECS)
        gradient_tile(c, g, outs, CONV_GRADIENT_VECS, u, apart, gy, gx);
    if (CONV_GRADIENT_VECS > 4 && units - u == 4)
        gradient_tile(c, g, outs, 4, u, apart, gy, gx);
    else if (CONV_GRADIENT_VECS > 3 && units - u == 3)
        gradient_tile(c, g, outs, 3, u, apart, gy, gx);
    else if (CONV_GRADIENT_VECS > 2 && units - u == 2)
        gradient_tile(c, g, outs, 2, u, apart, gy, gx);
    else if (units - u == 1)
        gradient_tile(c, g, outs, 1, u, apart, gy, gx);
}

/* Segments first to first + GROUP - 1 of a patch, as far as there are. */
static void find_group(const struct evk_conv *c, int64_t first, struct group *g)
{
    const int64_t per_piece = c->taps_room / EVK_PAD;

    g->patch = c->rows * c->pieces * c->taps_room;
    g->w = c->wt + first * EVK_PAD;
    g->segments = 0;
    for (int64_t s = first; s < first + GROUP && s < c->rows * c->pieces * per_piece; s++) {
        const int64_t piece = s / per_piece, tap = s % per_piece * EVK_PAD;

        g->at[g->segments] =
            piece / c->pieces * c->row_step + piece % c->pieces * c->piece_step + tap;
        g->part[g->segments++] = c->taps - tap < EVK_PAD ? c->taps - tap : EVK_PAD;
    }
}

static void conv_row_gradient(const struct evk_conv *c, const float *gy, float *gx)
{
    const int64_t fifth = c->width / SPREAD;
    const int64_t apart = fifth * c->step >= c->taps ? fifth : 0;
    struct group g;

    for (int64_t s = 0; find_group(c, s, &g), g.segments > 0; s += GROUP) {
        for (int64_t i = 0; i < apart; i++)
            gradient_outputs(c, &g, SPREAD, apart, gy + i * c->y_step, gx + i * c->step);
        for (int64_t i = apart * SPREAD; i < c->width; i++)
            gradient_outputs(c, &g, 1, 0, gy + i * c->y_step, gx + i * c->step);
    }
}
