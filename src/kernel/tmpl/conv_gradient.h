/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conv_gradient.h - the gradient of a row of outputs of a convolution, added patch by patch
 *
 * This file is compiled once for each instruction set, whose vec_*.h has the v_* operations and the
 * shapes of tiles, CONV_*.  struct evk_conv (kernel.h) has the sizes and the weights.
 */

/*
 * conv_row_gradient: the gradient gx with respect to x, from gy (width, o).  For each output i and
 * each tap q of its patch there is a sum over the output's channels, in order and with fused
 * multiply-adds:
 *
 *   gx[i step + offset of tap q] += sum over j of gy[i][j] wt[j][q]
 *
 * The sum is added, since the patches of neighbouring outputs overlap; where they do not, it is
 * stored (overwrite).
 *
 * A tile has SPREAD outputs that are a fifth of the row from each other, so that none of them loads
 * a float of gx that the output before has only just stored.  The order in which patches are added
 * decides the last bit of gx, and must not depend on the size of a vector.  So taps are cut into
 * segments of EVK_PAD, and segments into groups of GROUP; one group is added for all outputs, tile
 * by tile, before the next, and a tile is added segment by segment.
 */
enum { SPREAD = 5, GROUP = 5, SEGMENT_VECS = EVK_PAD / VL };

/* A group of segments of taps. */
struct group {
    int64_t segments;    /* number of segments in the group, up to GROUP */
    int64_t at[GROUP];   /* floats of gx from the start of an output's patch to each segment */
    int64_t part[GROUP]; /* taps in each segment, up to EVK_PAD */
    const float *w;      /* weights of the group for channel 0; those for channel j: w + j patch */
    int64_t patch;       /* floats of wt for one channel */
};

/*
 * Compute and add vectors u0 to u0 + vecs - 1 of the group, for outs outputs that are `spacing`
 * outputs from each other.
 */
static inline __attribute__((always_inline)) void gradient_tile(const struct evk_conv *c,
                                                                const struct group *g,
                                                                const int outs, const int vecs,
                                                                int64_t u0, int64_t spacing,
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
            const vec a = v_set1(gy[o * spacing * c->y_step + q]);

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
        for (int o = 0; o < outs; o++, to += spacing * c->step)
            if (left >= VL)
                v_store(to, c->overwrite ? sum[o][v] : v_add(sum[o][v], v_load(to)));
            else if (left > 0)
                v_store_part(to, left,
                             c->overwrite ? sum[o][v] : v_add(sum[o][v], v_load_part(to, left)));
    }
}

/* Compute and add all vectors of the group, for outs outputs. */
static inline __attribute__((always_inline)) void gradient_outputs(const struct evk_conv *c,
                                                                   const struct group *g,
                                                                   const int outs, int64_t spacing,
                                                                   const float *gy, float *gx)
{
    const int64_t units = g->segments * SEGMENT_VECS;
    int64_t u = 0;

    for (; u + CONV_GRADIENT_VECS <= units; u += CONV_GRADIENT_VECS)
        gradient_tile(c, g, outs, CONV_GRADIENT_VECS, u, spacing, gy, gx);
    if (CONV_GRADIENT_VECS > 4 && units - u == 4)
        gradient_tile(c, g, outs, 4, u, spacing, gy, gx);
    else if (CONV_GRADIENT_VECS > 3 && units - u == 3)
        gradient_tile(c, g, outs, 3, u, spacing, gy, gx);
    else if (CONV_GRADIENT_VECS > 2 && units - u == 2)
        gradient_tile(c, g, outs, 2, u, spacing, gy, gx);
    else if (units - u == 1)
        gradient_tile(c, g, outs, 1, u, spacing, gy, gx);
}

/* Set g to the group of segments first to first + GROUP - 1 of a patch, or fewer at its end. */
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

/*
 * Compute the gradient of a row, by the formula in the comment on conv_row_gradient before struct
 * group.
 */
static void conv_row_gradient(const struct evk_conv *c, const float *gy, float *gx)
{
    const int64_t fifth = c->width / SPREAD;
    const int64_t spacing = fifth * c->step >= c->taps ? fifth : 0; /* 0: patches would overlap */
    struct group g;

    for (int64_t s = 0; find_group(c, s, &g), g.segments > 0; s += GROUP) {
        for (int64_t i = 0; i < spacing; i++)
            gradient_outputs(c, &g, SPREAD, spacing, gy + i * c->y_step, gx + i * c->step);
        for (int64_t i = spacing * SPREAD; i < c->width; i++)
            gradient_outputs(c, &g, 1, 0, gy + i * c->y_step, gx + i * c->step);
    }
}
