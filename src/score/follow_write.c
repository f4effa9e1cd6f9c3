/* SPDX-License-Identifier: GPL-3.0-or-later */
/* follow_write.c - comparisons of a set's stimuli as a table and as a figure */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/mem.h"
#include "base/str.h"
#include "recording/measures.h"
#include "score/figure.h"
#include "score/follow.h"

/* ---- table ---------------------------------------------------------------------------------- */

static void add_row(struct evk_str *s, const evk_contrast *c)
{
    const double numbers[] = {c->recorded, c->recorded_against, c->difference,       c->low,
                              c->high,     c->predicted,        c->predicted_against};

    evk_str_printf(s, "%s\t%s\t%s\t%s\t%s", c->unit, c->model, c->output, c->images, c->against);
    evk_str_cell(s, c->budget);
    evk_str_printf(s, "\t%s\t%s\t%zu\t%zu\t%zu", c->choice, c->paired ? "true" : "false", c->n,
                   c->n_against, c->presentations);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        evk_str_cell(s, numbers[i]);
    evk_str_printf(s, "\t%s", c->followed ? "true" : "false");
    evk_str_cell(s, c->contrast);
    evk_str_puts(s, "\n");
}

evk_status evk_follow_write(const evk_follow *follow, const char *path, evk_error *err)
{
    EVK_ENTER();
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_puts(&text,
                 "unit\tmodel\toutput\timages\tagainst\tbudget\tchoice\tpaired\tn\tn_against\t"
                 "presentations\trecorded\trecorded_against\tdifference\tlow\thigh\tpredicted\t"
                 "predicted_against\tfollowed\tcontrast\n");
    for (int64_t i = 0; i < follow->count; i++)
        add_row(&text, &follow->contrasts[i]);
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_fs_write(path, text.data, text.size, err);
    evk_str_release(&text);
    return s;
}

/* ---- figure --------------------------------------------------------------------------------- */

/* A figure that is being made. */
struct figure {
    const evk_follow *f;
    double *means;            /* (units, images) mean recorded responses; owned */
    double *x, *y;            /* (neurons, stimuli) predicted and recorded; owned */
    struct evk_panel *panels; /* (neurons) those that have a unit come first; owned */
    int64_t count;
};

/* Adds the panel of a neuron that has a unit. */
static void add_panel(struct figure *g, const struct evk_followed *n)
{
    const evk_follow *f = g->f;
    double *x = g->x + g->count * f->shown_count, *y = g->y + g->count * f->shown_count;
    struct evk_panel *p = &g->panels[g->count++];
    struct evk_line_fit line;
    int64_t count = 0;

    for (int64_t i = 0; i < f->shown_count; i++)
        if (evk_is_for(&f->shown[i], n)) {
            x[count] = f->shown[i].predicted;
            y[count++] = g->means[n->unit * f->r->images + f->shown[i].image];
        }
    line = evk_regression(x, y, count);
    *p = (struct evk_panel){.title = f->r->names.names[n->unit],
                            .x = x,
                            .y = y,
                            .n = count,
                            .slope = line.slope,
                            .offset = line.offset};
    if (isfinite(line.slope))
        snprintf(p->subtitle, sizeof(p->subtitle), "r %.2f over %lld images",
                 evk_correlation(x, y, count), (long long)count);
}

static evk_status make(struct figure *g, evk_error *err)
{
    const evk_follow *f = g->f;
    const int64_t points = f->neuron_count * f->shown_count;

    EVK_TRY(evk_alloc(&g->means, f->r->units * f->r->images, sizeof(double), "responses", err));
    EVK_TRY(evk_alloc(&g->x, points, sizeof(double), "responses", err));
    EVK_TRY(evk_alloc(&g->y, points, sizeof(double), "responses", err));
    EVK_TRY(evk_alloc(&g->panels, f->neuron_count, sizeof(*g->panels), "panels", err));
    evk_recording_means(f->r, g->means, NULL);
    for (int64_t k = 0; k < f->neuron_count; k++)
        if (f->neurons[k].unit >= 0)
            add_panel(g, &f->neurons[k]);
    return EVK_OK;
}

evk_status evk_follow_draw(const evk_follow *follow, const char *path, evk_error *err)
{
    EVK_ENTER();
    struct figure g = {.f = follow};
    evk_status s = make(&g, err);

    if (!s)
        s = evk_figure_draw(g.panels, g.count,
                            "Recorded responses (up) against predicted ones (across), by stimulus",
                            path, err);
    free(g.means);
    free(g.x);
    free(g.y);
    free(g.panels);
    return s;
}
