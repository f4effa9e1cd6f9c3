/* SPDX-License-Identifier: GPL-3.0-or-later */
/* product.c - products of matrices, in panels that stay in the processor's cache */
#include "linalg/product.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"

/*
 * A round multiplies TERMS terms of all columns, so that threads seldom wait for each other; within
 * it the kernel sees AT_ONCE terms, which stay in the cache.
 */
enum { TERMS = 1024, AT_ONCE = 128, SQUARE = EVK_PANEL * EVK_PANEL };

/* A product, and the terms of it that are being added. */
struct product {
    const struct evk_kernels *k;
    const struct evk_operand *a, *b;
    int64_t first, terms;        /* of a and b, of this round */
    int64_t across, down;        /* panels of b, and of a */
    double *panels_a, *panels_b; /* (panels, TERMS, EVK_PANEL) */
    double *c;
};

evk_status evk_linalg_kernels(const struct evk_kernels **k, evk_error *err)
{
    const char *wanted;

    *k = evk_kernels_best(&wanted);
    if (!*k)
        return evk_fail(err, EVK_EINVAL,
                        "EVOKE_ISA is '%s', which this build or processor does not have", wanted);
    return EVK_OK;
}

static int64_t panels_of(const struct evk_operand *o)
{
    return (o->columns + EVK_PANEL - 1) / EVK_PANEL;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void fill(const struct product *p, const struct evk_operand *o, int64_t i, double *panels)
{
    double *panel = panels + i * TERMS * EVK_PANEL;
    const int64_t width = least(EVK_PANEL, o->columns - i * EVK_PANEL);

    if (width < EVK_PANEL)
        memset(panel, 0, sizeof(double) * TERMS * EVK_PANEL);
    o->fill(o->of, p->first, p->terms, i * EVK_PANEL, width, panel);
}

static void fill_job(void *arg, int worker, int64_t i)
{
    const struct product *p = arg;

    (void)worker;
    if (i < p->down)
        fill(p, p->a, i, p->panels_a);
    else
        fill(p, p->b, i - p->down, p->panels_b);
}

/* Copies a block of c, from row i and column j on, to a square, or the square to it. */
static void copy_block(const struct product *p, int64_t i, int64_t j, double *square, bool back)
{
    const int64_t m = least(EVK_PANEL, p->a->columns - i);
    const int64_t n = least(EVK_PANEL, p->b->columns - j);

    for (int64_t r = 0; r < m; r++) {
        double *row = p->c + (i + r) * p->b->columns + j;

        memcpy(back ? row : square + r * EVK_PANEL, back ? square + r * EVK_PANEL : row,
               sizeof(double) * (size_t)n);
    }
}

/* Row i of blocks; of a symmetric product those up to the diagonal. */
static void multiply_job(void *arg, int worker, int64_t job)
{
    const struct product *p = arg;
    const bool symmetric = p->a == p->b;
    const int64_t i = symmetric ? p->down - 1 - job : job; /* long rows first */
    double square[SQUARE] = {0};

    (void)worker;
    for (int64_t j = 0; j < (symmetric ? i + 1 : p->across); j++) {
        copy_block(p, i * EVK_PANEL, j * EVK_PANEL, square, false);
        for (int64_t q = 0; q < p->terms; q += AT_ONCE)
            p->k->panels(least(AT_ONCE, p->terms - q), p->panels_a + (i * TERMS + q) * EVK_PANEL,
                         p->panels_b + (j * TERMS + q) * EVK_PANEL, square);
        copy_block(p, i * EVK_PANEL, j * EVK_PANEL, square, true);
    }
}

static void mirror(int64_t n, double *c)
{
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < i; j++)
            c[j * n + i] = c[i * n + j];
}

evk_status evk_add_product(int threads, int64_t terms, const struct evk_operand *a,
                           const struct evk_operand *b, double *c, evk_error *err)
{
    const int64_t down = panels_of(a), across = a == b ? 0 : panels_of(b);
    struct product p = {.a = a, .b = b, .across = across, .down = down, .c = c};

    EVK_TRY(evk_linalg_kernels(&p.k, err));
    EVK_TRY(evk_alloc(&p.panels_a, (down + across) * TERMS * EVK_PANEL, sizeof(double),
                      "a product of matrices", err));
    p.panels_b = p.panels_a + (a == b ? 0 : down * TERMS * EVK_PANEL);
    for (; p.first < terms; p.first += TERMS) {
        p.terms = least(TERMS, terms - p.first);
        evk_parallel_for(evk_thread_count(threads, down + across), down + across, fill_job, &p);
        evk_parallel_for(evk_thread_count(threads, down), down, multiply_job, &p);
    }
    if (a == b)
        mirror(a->columns, c);
    free(p.panels_a);
    return EVK_OK;
}

void evk_fill_dense(const void *of, int64_t term, int64_t terms, int64_t column, int64_t width,
                    double *panel)
{
    const struct evk_dense *d = of;

    for (int64_t r = 0; r < terms; r++) {
        const double *x = d->x + (term + r) * d->row + column * d->column;
        const double scale = d->scale ? d->scale[term + r] : 1;

        for (int64_t s = 0; s < width; s++)
            panel[r * EVK_PANEL + s] = scale * x[s * d->column];
    }
}
