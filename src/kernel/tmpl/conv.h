/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conv.h - rows of outputs of a convolution
 *
 * This file is compiled once for each instruction set, whose vec_*.h has the v_* operations and the
 * shapes of tiles, CONV_*.  struct evk_conv (kernel.h) has the sizes and the weights.
 *
 *   sum[i][j] = sum over kernel rows r of
 *               (sum over taps q of x[i step + r row_step + at[q]] w[r][q][j])
 *   y[i][j]   = sum scale[j] + shift[j], and with relu max(that, 0)
 *
 * where j is an output channel, and q counts the taps of all pieces of a kernel row.
 *
 * The sum over a kernel row starts from zero and uses fused multiply-adds; then
 * the sums of the rows are added in order.  So every shape of tile gives the same bits, and the
 * rounding error is half that of one long sum.  A tile is some outputs by some
 * vectors of channels; the sums of a kernel row for a whole tile are in registers.
 *
 * signs (width, room / 16), unless NULL, gets a bit for each channel of each
 * output: whether y > 0.  That is all that the gradient of a ReLU needs of y, in
 * a 32nd of the bytes.  Bits of channels beyond o have no meaning.
 */

/*
 * The totals of a tile over the kernel rows.  They stay in memory while a row is
 * summed, since the registers are needed for the sums of that row.  The empty asm
 * statements below keep the compiler from moving the totals into registers.
 */
struct totals {
    _Alignas(64) float of[CONV_SUMS * VL];
};

/* Declare the totals as set, though they get their values from the first add_totals. */
static inline __attribute__((always_inline)) void begin_totals(struct totals *t)
{
    __asm__ volatile("" : "=m"(*t));
}

/*
 * Add count vectors of sums to the totals; where first is true, set the totals to the sums instead.
 */
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

/*
 * Scale the totals of outs outputs, apply the ReLU, and store them in y, with their signs.  j is
 * the first channel; tail as in conv_tile.
 */
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
    if (c->add) {
        UNROLL
        for (int o = 0; o < outs; o++) {
            const float *to = y + o * c->y_step;

            UNROLL
            for (int v = 0; v + 1 < vecs; v++)
                t[o * vecs + v] = v_add(t[o * vecs + v], v_load(to + v * VL));
            t[o * vecs + vecs - 1] =
                v_add(t[o * vecs + vecs - 1], v_load_part(to + (vecs - 1) * VL, tail));
        }
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

/* Put what y holds into the totals; tail as in conv_tile. */
static inline __attribute__((always_inline)) void load_totals(const struct evk_conv *c,
                                                              const int outs, const int vecs,
                                                              int64_t tail, const float *y,
                                                              struct totals *t)
{
    UNROLL
    for (int o = 0; o < outs; o++, y += c->y_step) {
        UNROLL
        for (int v = 0; v + 1 < vecs; v++)
            v_store(t->of + (o * vecs + v) * VL, v_load(y + v * VL));
        v_store(t->of + (o * vecs + vecs - 1) * VL, v_load_part(y + (vecs - 1) * VL, tail));
    }
}

/* Put the totals into y, as they are. */
static inline __attribute__((always_inline)) void keep_totals(const struct evk_conv *c,
                                                              const int outs, const int vecs,
                                                              int64_t tail, const struct totals *t,
                                                              float *y)
{
    UNROLL
    for (int o = 0; o < outs; o++, y += c->y_step) {
        UNROLL
        for (int v = 0; v + 1 < vecs; v++)
            v_store(y + v * VL, v_load(t->of + (o * vecs + v) * VL));
        v_store_part(y + (vecs - 1) * VL, tail, v_load(t->of + (o * vecs + vecs - 1) * VL));
    }
}

/*
 * What is computed at a time: some kernel rows of a panel.  Of most panels it is all rows.  The
 * weights of a large panel would not stay in the second cache with the image, so such a panel goes
 * by single kernel rows, and y keeps the totals between them.
 *
 * Weights that do not stay in the cache from one image to the next come from far away.  While a
 * part is computed, which reads its own weights again for each tile, those of the next part are
 * fetched: a little with each tap.
 */
enum { CONV_NEAR = 48 * 1024, CONV_LARGE = 384 * 1024 }; /* bytes */
struct part {
    int64_t first, end; /* kernel rows */
    const char *next;   /* what is fetched next for the first block of the panel; for others it lies
                           as far behind as their weights do */
    int64_t step;       /* bytes that are fetched with each tap of a tile; 0: nothing */
};

/* Returns the part that begins with kernel row `first` of the panel at channel j, of vecs vectors,
   in this number of tiles. */
static inline struct part find_part(const struct evk_conv *c, int64_t first, int64_t rows, int vecs,
                                    int64_t j, int64_t tiles)
{
    const int64_t taps = c->pieces * c->taps, size = (int64_t)sizeof(float);
    const int64_t block = c->rows * taps * EVK_PAD, end = first + rows;
    const int64_t last = end == c->rows; /* then the next part is of the next panel */
    const float *next =
        c->w + (j + last * vecs * VL) / EVK_PAD * block + (last ? 0 : end * taps * EVK_PAD);

    return (struct part){
        first, end, (const char *)next,
        tiles > 0 && block / EVK_PAD * c->room * size > CONV_NEAR ? EVK_PAD * size / tiles : 0};
}

/*
 * Compute outs outputs of the channels from j on, vecs vectors of them; the last vector has `tail`
 * channels, 1 to VL.  outs and vecs are constants once this is inlined.
 */
static inline __attribute__((always_inline)) void conv_tile(const struct evk_conv *c,
                                                            const int outs, const int vecs,
                                                            int64_t tail, struct part *part,
                                                            const float *x, int64_t j, float *y,
                                                            uint16_t *signs)
{
    const vec zero = v_set1(0.0f);
    const int64_t step = c->step, taps = c->pieces * c->taps, fetch = part->step;
    const char *next = part->next;
    const int64_t block = c->rows * taps * EVK_PAD;
    const int64_t odd = j % EVK_PAD;
    const float *w = c->w + j / EVK_PAD * block + odd + part->first * taps * EVK_PAD;
    struct totals totals;

    begin_totals(&totals);
    if (part->first > 0)
        load_totals(c, outs, vecs, tail, y, &totals);
    for (int64_t r = part->first; r < part->end; r++) {
        const float *from[POINTERS(CONV_SUMS)];
        vec sum[CONV_SUMS];

        UNROLL
        for (int i = 0; i < outs * vecs; i++)
            sum[i] = zero;
        point(from, outs, x + r * c->row_step, step);
        for (int64_t q = 0; q < taps; q++, w += EVK_PAD) {
            const int64_t at = c->at[q];
            vec k[CONV_VECS];

            if (vecs > 1) {
                UNROLL
                for (int v = 0; v * VL < vecs * VL; v += EVK_PAD / VL)
                    __builtin_prefetch(next + v * VL / EVK_PAD * block * 4, 0, 2);
                next += fetch;
            }
            UNROLL
            for (int v = 0; v < vecs; v++)
                k[v] = v_keep(
                    v_load(w + (odd + v * VL) / EVK_PAD * block + (odd + v * VL) % EVK_PAD - odd));
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
    part->next = next;
    if (part->end == c->rows)
        store_totals(c, outs, vecs, tail, j, &totals, y, signs);
    else
        keep_totals(c, outs, vecs, tail, &totals, y);
}

/*
 * Compute a part of a panel: all outputs of the row, for the channels from j on, vecs vectors of
 * them, in tiles of outs outputs.
 */
static inline __attribute__((always_inline)) void conv_panel(const struct evk_conv *c,
                                                             const int outs, const int vecs,
                                                             int64_t tail, struct part *part,
                                                             const float *x, int64_t j, float *y,
                                                             uint16_t *signs)
{
    const int64_t groups = c->room / EVK_PAD;
    int64_t i = 0;

    for (; i + outs <= c->width; i += outs)
        conv_tile(c, outs, vecs, tail, part, x + i * c->step, j, y + i * c->y_step + j,
                  signs ? signs + i * groups : NULL);
    if (i < c->width && !c->add && /* what is added must not be added twice */
        /* the last tile overlaps the one before, which is faster than single outputs */
        c->width >= outs) {
        i = c->width - outs;
        conv_tile(c, outs, vecs, tail, part, x + i * c->step, j, y + i * c->y_step + j,
                  signs ? signs + i * groups : NULL);
        return;
    }
    for (; i < c->width; i++)
        conv_tile(c, 1, vecs, tail, part, x + i * c->step, j, y + i * c->y_step + j,
                  signs ? signs + i * groups : NULL);
}

/*
 * Compute the totals of `few` channels that are left over, from j on, where the
 * patches of neighbouring outputs begin side by side (step is 1).  Here a vector holds one
 * channel of VL neighbouring outputs, so that 49 channels cost little more than
 * 48, and not as much as 64.  The sums are the same, in the same order.
 */
static inline __attribute__((always_inline)) void few_tile(const struct evk_conv *c, const int few,
                                                           const int vecs, const float *x,
                                                           int64_t j, struct totals *totals)
{
    const vec zero = v_set1(0.0f);
    const int64_t taps = c->pieces * c->taps;
    const float *w = c->w + j / EVK_PAD * c->rows * taps * EVK_PAD + j % EVK_PAD;

    begin_totals(totals);
    for (int64_t r = 0; r < c->rows; r++) {
        vec sum[CONV_SUMS];

        UNROLL
        for (int i = 0; i < few * vecs; i++)
            sum[i] = zero;
        for (int64_t q = 0; q < taps; q++, w += EVK_PAD) {
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

/* Scale the totals, apply the ReLU, and store them in y, from (few, outputs) to (outputs, few). */
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

/*
 * Compute the `few` channels from j on of all outputs.  Their signs are taken in a loop of their
 * own at the end: y is stored float by float, and loading a vector of it right away would stall.
 */
static inline __attribute__((always_inline)) void few_panel(const struct evk_conv *c, const int few,
                                                            const int vecs, const float *x,
                                                            int64_t j, float *y, uint16_t *signs)
{
    const int64_t outs = vecs * VL, groups = c->room / EVK_PAD;

    for (int64_t i = 0; i < c->width; i += outs) {
        struct totals totals;

        if (i + outs > c->width) /* the last tile computes some outputs again */
            i = c->width - outs;
        few_tile(c, few, vecs, x + i, j, &totals);
        few_store(c, few, vecs, j, &totals, y + i * c->y_step + j);
    }
    for (int64_t i = 0; i < c->width && signs; i++)
        v_signs(signs + i * groups + j / EVK_PAD, j % EVK_PAD,
                v_load_part(y + i * c->y_step + j, few));
}

/*
 * Returns how many channels at the end are left to conv_few: the channels that do not fill a
 * vector, if they are few enough and patches begin side by side; otherwise 0.
 */
static int64_t few_channels(const struct evk_conv *c)
{
    const int64_t few = c->o % VL;

    return few <= CONV_FEW && c->step == 1 && c->width >= VL ? few : 0;
}

/* Compute the last `few` channels, with the number of them as a constant. */
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

/*
 * Returns the number of vectors of the next panel, where `left` vectors are left: 3 of an odd
 * number, so that an even number is left, since panels of 2 are faster than panels of 1.
 */
static int64_t conv_vecs(int64_t left)
{
    return CONV_VECS >= 3 && left % 2 == 1 && left >= 3 ? 3 : left >= 2 ? 2 : 1;
}

/* Compute a panel of each row of m; tail as in conv_tile. */
static inline __attribute__((always_inline)) void conv_panels(const struct evk_conv *c,
                                                              const struct evk_conv_rows *m,
                                                              const int outs, const int vecs,
                                                              int64_t tail, const float *x,
                                                              int64_t j, float *y, uint16_t *signs)
{
    const int64_t tiles = m->count * (c->width < outs ? c->width : (c->width + outs - 1) / outs);
    const int64_t bytes = c->rows * c->pieces * c->taps * vecs * VL * (int64_t)sizeof(float);
    /* y must not hold what is added, nor may tiles overlap */
    const bool large = bytes > CONV_LARGE && !c->add && (c->width % outs == 0 || c->width < outs);
    const int64_t rows = large ? 1 : c->rows;

    for (int64_t r = 0; r < c->rows; r += rows) {
        struct part part = find_part(c, r, rows, vecs, j, tiles);

        for (int64_t i = 0; i < m->count; i++)
            conv_panel(c, outs, vecs, tail, &part, x + i * m->x_step, j, y + i * m->y_step,
                       signs ? signs + i * m->signs_step : NULL);
    }
}

/*
 * conv_rows: rows of outputs, by the formulas at the top of this file.  The loop over panels is
 * outside the loop over rows, so that the weights of a panel stay in the cache for all rows, even
 * if the weights of all panels do not fit there.
 */
static __attribute__((noinline)) void conv_rows(const struct evk_conv *c,
                                                const struct evk_conv_rows *m, const float *x,
                                                float *y, uint16_t *signs)
{
    const int64_t few = few_channels(c), end = c->o - few;
    int64_t vecs;

    for (int64_t j = 0; j < end; j += vecs * VL) {
        const int64_t left = end - j, tail = (left - 1) % VL + 1;

        vecs = conv_vecs((left + VL - 1) / VL);
        if (vecs == 3)
            conv_panels(c, m, CONV_TILE(3), CONV_VECS, left <= 3 * VL ? tail : VL, x, j, y, signs);
        else if (vecs == 2)
            conv_panels(c, m, CONV_TILE(2), 2, left <= 2 * VL ? tail : VL, x, j, y, signs);
        else
            conv_panels(c, m, CONV_TILE(1), 1, left <= VL ? tail : VL, x, j, y, signs);
    }
    for (int64_t i = 0; i < m->count && few > 0; i++)
        conv_few(c, few, x + i * m->x_step, y + i * m->y_step,
                 signs ? signs + i * m->signs_step : NULL);
}

/* conv_row: one row of outputs. */
static void conv_row(const struct evk_conv *c, const float *x, float *y, uint16_t *signs)
{
    const struct evk_conv_rows one = {.count = 1};

    conv_rows(c, &one, x, y, signs);
}
