/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.c - the report of a call: how many images each neuron has, and which is the best */
#include "stimset/make/report.h"
#include "stimset/score/select.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/record/flags.h"
#include "stimset/record/set_file.h"

struct evk_set_report {
    evk_neuron_report *neurons; /* (count); owned */
    struct evk_str *texts;      /* (count, TEXTS) that neurons point into; owned */
    size_t count;
    int64_t made;          /* images that the call made */
    evk_image_list *start; /* owned; NULL: no ascent started from a file */
};

/* The texts of a neuron: model, neuron, best_file and failure of its report. */
enum { MODEL, NEURON, FILE_NAME, FAILURE, TEXTS };

static void count_image(evk_neuron_report *n, const struct evk_row *row)
{
    n->images++;
    n->natural_is_better &= row->beats_natural && strcmp(row->beats_natural, "false") == 0;
    n->saturated += row->saturated;
    n->flat += evk_flag_is_raised(EVK_FLAG_FLAT, row);
    n->no_gain += evk_flag_is_raised(EVK_FLAG_NO_GAIN, row);
    n->extrapolates += evk_flag_is_raised(EVK_FLAG_EXTRAPOLATES, row);
    n->duplicates += row->duplicate_of[0] != '\0';
    if (row->restarts != EVK_INT_MISSING) /* missing of natural images */
        n->restarts += row->restarts;
}

static void count_dropped(evk_neuron_report *n, const struct evk_row *row)
{
    const bool late = strcmp(row->dropped, EVK_DROPPED_LATE) == 0;

    n->late += late;
    n->dropped += !late;
    n->alike += strncmp(row->dropped, "like", 4) == 0;
}

static void count_failure(evk_neuron_report *n, const char *why, struct evk_str *text)
{
    n->failed++;
    if (text->size == 0)
        evk_str_puts(text, why ? why : "the gradient is zero at every start that was tried");
}

static void take_best(evk_neuron_report *n, const struct evk_row *row)
{
    n->best_response = row->objective_pred;
    n->best_start = row->start == EVK_INT_MISSING ? -1 : row->start;
    n->own_z = row->own_z;
    n->natural_z = row->natural_z;
    n->heldout_z = row->heldout_z;
    n->channel_sd = evk_row_seen_sd(row);
}

/* Sum up the wanted rows of one neuron, which are first to first + rows - 1. */
static evk_status summarise(evk_neuron_report *n, struct evk_str texts[TEXTS],
                            const struct evk_built *b, int64_t first, int64_t rows, bool minimize,
                            evk_error *err)
{
    const double missing = (double)NAN;
    double merit = missing;
    const struct evk_row *row = &b->all.list[b->place[first]].row, *best = NULL;
    char name[EVK_IMAGE_NAME];

    *n = (evk_neuron_report){.best_start = -1,
                             .best_response = missing,
                             .own_z = missing,
                             .natural_z = missing,
                             .heldout_z = missing,
                             .channel_sd = missing,
                             .natural_is_better = true};
    evk_str_puts(&texts[NEURON], row->target_output);
    evk_str_puts(&texts[MODEL], row->target_model);
    for (int64_t i = first; i < first + rows; i++) {
        row = &b->all.list[b->place[i]].row;
        if (row->dropped[0]) {
            count_dropped(n, row);
            continue;
        }
        if (!row->present) {
            n->dead += row->dead;
            count_failure(n, b->failure[b->place[i]], &texts[FAILURE]);
            continue;
        }
        count_image(n, row);
        if (!evk_is_better(minimize, evk_row_merit(row), merit))
            continue;
        merit = evk_row_merit(row);
        take_best(n, row);
        best = row;
    }
    n->natural_is_better &= n->images > 0;
    if (best) {
        evk_set_file_image_name(best, name);
        evk_str_puts(&texts[FILE_NAME], name);
    }
    for (int t = 0; t < TEXTS; t++)
        EVK_TRY(evk_str_check(&texts[t], err));
    n->model = texts[MODEL].data;
    n->neuron = texts[NEURON].data;
    n->best_file = texts[FILE_NAME].size ? texts[FILE_NAME].data : NULL;
    n->failure = texts[FAILURE].size ? texts[FAILURE].data : NULL;
    return EVK_OK;
}

/* Returns how many of the wanted rows (count) from `first` on are of the neuron of that row. */
static int64_t rows_of_neuron(const struct evk_built *b, int64_t first, int64_t count)
{
    const struct evk_row *of = &b->all.list[b->place[first]].row;
    int64_t end = first;

    for (; end < count; end++) {
        const struct evk_row *row = &b->all.list[b->place[end]].row;

        if (strcmp(row->target_model, of->target_model) != 0 ||
            strcmp(row->target_output, of->target_output) != 0)
            break;
    }
    return end - first;
}

evk_status evk_set_report_new(evk_set_report **out, const struct evk_built *built, int64_t neurons,
                              int64_t count, bool minimize, evk_error *err)
{
    int64_t first = 0;
    evk_set_report *r;
    evk_status s;

    EVK_TRY(evk_alloc(&r, 1, sizeof(*r), "a report", err));
    s = evk_alloc(&r->neurons, neurons, sizeof(*r->neurons), "a report", err);
    if (!s)
        s = evk_alloc(&r->texts, neurons * TEXTS, sizeof(*r->texts), "a report", err);
    if (!s) {
        r->count = (size_t)neurons;
        for (int64_t i = 0; i < neurons * TEXTS; i++)
            r->texts[i] = (struct evk_str)EVK_STR_INIT;
    }
    for (int64_t i = 0; i < neurons && !s; i++) {
        const int64_t rows = rows_of_neuron(built, first, count);

        s = summarise(&r->neurons[i], &r->texts[i * TEXTS], built, first, rows, minimize, err);
        first += rows;
    }
    r->made = built->made;
    if (s)
        evk_set_report_free(r);
    else
        *out = r;
    return s;
}

void evk_set_report_take_start(evk_set_report *report, evk_image_list *start)
{
    report->start = start;
}

const evk_image_list *evk_set_report_start(const evk_set_report *report)
{
    return report->start;
}

size_t evk_set_report_count(const evk_set_report *report)
{
    return report->count;
}

int64_t evk_set_report_made(const evk_set_report *report)
{
    return report->made;
}

const evk_neuron_report *evk_set_report_neuron(const evk_set_report *report, size_t i)
{
    return &report->neurons[i];
}

void evk_set_report_free(evk_set_report *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->count * TEXTS; i++)
        evk_str_release(&r->texts[i]);
    free(r->texts);
    free(r->neurons);
    evk_image_list_free(r->start);
    free(r);
}
