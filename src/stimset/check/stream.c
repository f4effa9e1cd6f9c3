/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream.c - the rows of a set that make/stream.h made: cells that all such rows have, repeated images */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"

evk_status evk_verify_stream_cells(struct evk_verification *v, const struct evk_row *row,
                                   struct evk_row *truth, evk_error *err)
{
    static const char *const columns[] = {"stimulus_id", "filename",  "type",
                                          "set_type",    "method",    "seed",
                                          "n_steps",     "source_id", "gaudiness"};

    truth->n_steps = 0;
    truth->type = "image";
    evk_row_give_code(truth, row->stim_code);
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        EVK_TRY(evk_verify_cell(v, row, truth, columns[i], err));
    return evk_verify_caption(v, row, truth, err);
}

static int repeats_by_pixels(const void *a, const void *b)
{
    const struct evk_row *const *x = a, *const *y = b;
    const int order = strcmp((*x)->pixel_sha256, (*y)->pixel_sha256);

    if (order)
        return order;
    return (*x)->stim_code < (*y)->stim_code ? -1 : 1;
}

static evk_status check_repeat(struct evk_verification *v, const struct evk_row *row,
                               const struct evk_row *first, evk_error *err)
{
    struct evk_row truth = *row;

    truth.duplicate_of[0] = '\0';
    truth.duplicate_rms = (double)NAN;
    if (first != row) {
        snprintf(truth.duplicate_of, sizeof(truth.duplicate_of), "%s", first->stimulus_id);
        truth.duplicate_rms = 0;
    }
    EVK_TRY(evk_verify_cell(v, row, &truth, "duplicate_of", err));
    return evk_verify_cell(v, row, &truth, "duplicate_rms", err);
}

/* The hashes in the rows were compared with the files before. */
evk_status evk_verify_repeats(struct evk_verification *v, evk_error *err)
{
    const struct evk_row **sorted;
    const struct evk_row *first = NULL;
    evk_status s = EVK_OK;
    int64_t n = 0;

    EVK_TRY(evk_alloc(&sorted, v->all.count, sizeof(*sorted), "rows", err));
    for (int64_t i = 0; i < v->all.count; i++)
        if (v->all.list[i].row.present)
            sorted[n++] = &v->all.list[i].row;
    if (n)
        qsort(sorted, (size_t)n, sizeof(*sorted), repeats_by_pixels);
    for (int64_t i = 0; i < n && !s; i++) {
        if (!first || strcmp(first->pixel_sha256, sorted[i]->pixel_sha256) != 0)
            first = sorted[i];
        s = check_repeat(v, sorted[i], first, err);
    }
    free(sorted);
    return s;
}
