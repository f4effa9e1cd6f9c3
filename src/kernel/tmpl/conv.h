/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conv.h - one row of outputs of a convolution, and its gradient.  Template: wants the v_*
 * vocabulary and the CONV_* tile shapes.
 *
 *   sum[i][j] = sum over kernel rows r of
 *               (sum over taps q of x[i step + r row_step + at[q]] w[r][q][j])
 *   y[i][j]   = sum scale[j] + shift[j], and with relu max(that, 0)
 *
 * Each kernel row is a sum of its own, from zero, fused, and the rows are added
 * in order: the same bits for every tile shape, and half the rounding error of
 * one long sum.  A tile of outputs x vectors of channels has the sums of a row in
 * registers.
 *
 * signs (width, room / 16), where not NULL, gets a bit a channel: whether y > 0.
 * On the way back that is all a ReLU asks, in a 32nd of the bytes.  Bits beyond
 * o are anything.
 */

/*
 * Totals rest in memory while a kernel row is summed, or there would be half as
 * many sums: in one line each, and the compiler must not think of registers for
 * them.
 */
struct totals {
    _Alignas(64) float of[CONV_SUMS * VL];
};

static inline __attribute__((always_inline)) void begin_totals(struct totals *t)
{
    __asm__ volatile("" : "=m"(*t));
}

static inline __attribute__((always_inline)) void add_totals(const int count, const vec sum[],
                                                             bool first, struct totals *t)
{
    const vec zero = v_set1(0.0f);

    __asm__ volatile("" : "+m"(*t));
    if (first) {
        UNROLL
        for (int i = 0; i < count; i++)
            v_store(t->of + i * VL, v_add(sum[i], zero));
    } else {
        UNROLL
        for (int i = 0; i < count; i++)
            v_store(t->of + i * VL, v_add(sum[i], v_load(t->of + i * VL)));
    }
    __asm__ volatile("" : "+m"(*t));
}

/* Totals of outs outputs, scaled and rectified, on their way to y; tail as in conv_tile. */
static inline __attribute__((always_inline)) void store_totals(const struct evk_conv *c,
                                                               const int outs, const int vecs,
                                                               int64_t tail, int64_t j,
                                                               const struct totals *totals,
                                                               float *y, uint16_t *signs)
{
    const vec zero = v_set1(0.0f);
    vec t[CONV_SUMS];

    UNROLL
    for (int v = 0; v < vecs; v++) {
        const vec scale = v_load(c->scale + j + v * VL), shift = v_load(c->shift + j + v * VL);

        UNROLL
        for (int i = v; i < outs * vecs; i += vecs)
            t[i] = v_fma(v_load(totals->of + i * VL), scale, shift);
    }
    if (c->relu) {
        UNROLL
        for (int i = 0; i < outs * vecs; i++)
            t[i] = v_max(t[i], zero);
    }
    UNROLL
    for (int o = 0; o < outs; o++, y += c->y_step) {
        UNROLL
        for (int v = 0; v + 1 < vecs; v++)
            v_store(y + v * VL, t[o * vecs + v]);
        v_store_part(y + (vecs - 1) * VL, tail, t[o * vecs + vecs - 1]);
    }
    if (!signs)
        return;
    UNROLL
    for (int o = 0; o < outs; o++, signs += c->room / EVK_PAD) {
        UNROLL
        for (int v = 0; v < vecs; v++)
            v_signs(signs + (j + v * VL) / EVK_PAD, (j + v * VL) % EVK_PAD, t[o * vecs + v]);
    }
}

/* tail: channels in the last vector, 1 to VL. outs and vecs are constants once inlined. */
static inline __attribute__((always_inline)) void conv_tile(const struct evk_conv *c,
                                                            const int outs, const int vecs,
                                                            int64_t tail, const float *x, int64_t j,
                                                            float *y, uint16_t *signs)
{
    const vec zero = v_set1(0.0f);
    const int64_t step = c->step, room = c->room, taps = c->pieces * c->taps;
    const float *w = c->w + j;
    struct totals totals;

    begin_totals(&totals);
    for (int64_t r = 0; r < c->rows; r++) {
        const float *from[POINTERS(CONV_SUMS)];
        vec sum[CONV_SUMS];

        UNROLL
        for (int i = 0; i < outs * vecs; i++)
            sum[i] = zero;
        point(from, outs, x + r * c->row_step, step);
        for (int64_t q = 0; q < taps; q++, w += room) {
            const int64_t at = c->at[q];
            vec k[CONV_VECS];

            UNROLL
            for (int v = 0; v < vecs; v++)
                k[v] = v_keep(v_load(w + v * VL));
            UNROLL
            for (int o = 0; o < outs; o++) {
                const vec a = v_set1(*(AT(from, o, step) + at));

                UNROLL
                for (int v = 0; v < vecs; v++)
                    sum[o * vecs + v] = v_fma(a, k[v], sum[o * vecs + v]);
            }
        }
        add_totals(outs * vecs, sum, r == 0, &totals);
    }
    store_totals(c, outs, vecs, tail, j, &totals, y, signs);
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
    if (i < c->width && c->width >= outs) { /* some once more: cheaper than one by one */
        i = c->width - outs;
        conv_tile(c, outs, vecs, tail, x + i * c->step, j, y + i * c->y_step + j,
                  signs ? signs + i * groups : NULL);
        return;
    }
    for (; i < c->width; i++)
        conv_tile(c, 1, vecs, tail, x + i * c->step, j, y + i * c->y_step + j,
                  signs ? signs + i * groups : NULL);
}

/*
 * A few channels left over, of outputs whose patches begin side by side (step
 * 1): vectors run over outputs, so that 49 channels cost little more than 48,
 * and not 64.  The same sums, in the same order.
 */
static inline __attribute__((always_inline)) void few_tile(const struct evk_conv *c, const int few,
                                                           const int vecs, const float *x,
                                                           int64_t j, struct totals *totals)
{
    const vec zero = v_set1(0.0f);
    const int64_t taps = c->pieces * c->taps;
    const float *w = c->w + j;

    begin_totals(totals);
    for (int64_t r = 0; r < c->rows; r++) {
        vec sum[CONV_SUMS];

        UNROLL
        for (int i = 0; i < few * vecs; i++)
            sum[i] = zero;
        for (int64_t q = 0; q < taps; q++, w += c->room) {
            const float *tap = x + r * c->row_step + c->at[q];
            vec a[CONV_SUMS];

            UNROLL
            for (int v = 0; v < vecs; v++)
                a[v] = v_keep(v_load(tap + v * VL));
            UNROLL
            for (int f = 0; f < few; f++) {
                const vec k = v_set1(w[f]);

                UNROLL
                for (int v = 0; v < vecs; v++)
                    sum[f * vecs + v] = v_fma(a[v], k, sum[f * vecs + v]);
            }
        }
        add_totals(few * vecs, sum, r == 0, totals);
    }
}

/* Scaled, and from (few, outputs) to (outputs, few). */
static inline __attribute__((always_inline)) void few_store(const struct evk_conv *c, const int few,
                                                            const int vecs, int64_t j,
                                                            struct totals *totals, float *y)
{
    const vec zero = v_set1(0.0f);

    UNROLL
    for (int f = 0; f < few; f++) {
        const vec scale = v_set1(c->scale[j + f]), shift = v_set1(c->shift[j + f]);

        UNROLL
        for (int v = 0; v < vecs; v++) {
            float *at = totals->of + (f * vecs + v) * VL;
            const vec t = v_fma(v_load(at), scale, shift);

            v_store(at, c->relu ? v_max(t, zero) : t);
        }
    }
    for (int64_t i = 0; i < vecs * VL; i++, y += c->y_step)
        for (int f = 0; f < few; f++)
            y[f] = totals->of[f * vecs * VL + i];
}

/* Signs come last: who loads what has only just been stored in pieces waits for it. */
static inline __attribute__((always_inline)) void few_panel(const struct evk_conv *c, const int few,
                                                            const int vecs, const float *x,
                                                            int64_t j, float *y, uint16_t *signs)
{
    const int64_t outs = vecs * VL, groups = c->room / EVK_PAD;

    for (int64_t i = 0; i < c->width; i += outs) {
        struct totals totals;

        if (i + outs > c->width) /* some once more */
            i = c->width - outs;
        few_tile(c, few, vecs, x + i, j, &totals);
        few_store(c, few, vecs, j, &totals, y + i * c->y_step + j);
    }
    for (int64_t i = 0; i < c->width && signs; i++)
        v_signs(signs + i * groups + j / EVK_PAD, j % EVK_PAD,
                v_load_part(y + i * c->y_step + j, few));
}

/* The last few channels of a row, where they are few enough and its outputs lie for it; else 0. */
static int64_t few_channels(const struct evk_conv *c)
{
    const int64_t few = c->o % VL;

    return few <= CONV_FEW && c->step == 1 && c->width >= VL ? few : 0;
}

static void conv_few(const struct evk_conv *c, int64_t few, const float *x, float *y,
                     uint16_t *signs)
{
    const int64_t j = c->o - few;

    switch (few) {
#define FEW(n)                                                 \
    case n:                                                    \
        if (c->width >= CONV_FEW_VECS(n) * VL)                 \
            few_panel(c, n, CONV_FEW_VECS(n), x, j, y, signs); \
        else                                                   \
            few_panel(c, n, 1, x, j, y, signs);                \
        break;
        CONV_FEW_CASES
#undef FEW
    }
}

/* Vectors of the next panel, of so many: 3 where an even number stays, since 2 do better than 1. */
static int64_t conv_vecs(int64_t left)
{
    return CONV_VECS >= 3 && left % 2 == 1 && left >= 3 ? 3 : left >= 2 ? 2 : 1;
}

static void conv_row(const struct evk_conv *c, const float *x, float *y, uint16_t *signs)
{
    const int64_t few = few_channels(c), end = c->o - few;
    int64_t vecs;

    for (int64_t j = 0; j < end; j += vecs * VL) {
        const int64_t left = end - j, tail = (left - 1) % VL + 1;

        vecs = conv_vecs((left + VL - 1) / VL);
        if (vecs == 3)
            conv_panel(c, CONV_TILE(3), CONV_VECS, left <= 3 * VL ? tail : VL, x, j, y, signs);
        else if (vecs == 2)
            conv_panel(c, CONV_TILE(2), 2, left <= 2 * VL ? tail : VL, x, j, y, signs);
        else
            conv_panel(c, CONV_TILE(1), 1, left <= VL ? tail : VL, x, j, y, signs);
    }
    conv_few(c, few, x, y, signs);
}

/*
 * conv_row_gradient: the adjoint of the sum.  For every output the sums over
 * its channels, one a tap, fused and in order, are added to x's gradient, where
 * the patches of neighbours overlap, or, where they do not, take its place:
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
                v_store(to, c->overwrite ? sum[o][v] : v_add(sum[o][v], v_load(to)));
            else if (left > 0)
                v_store_part(to, left,
                             c->overwrite ? sum[o][v] : v_add(sum[o][v], v_load_part(to, left)));
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
