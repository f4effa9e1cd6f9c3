/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stream.c - rows of streamed sets (make/stream.h): cells that all of them have, and repeated
 * images
 */
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

/* The hash of one image's pixels as its row has it; rows.c has compared it with the file. */
struct pixels {
    char sha256[EVK_SHA256_TEXT];
    int64_t row;
};

struct repeats {
    struct pixels *list; /* (count) of rows that have an image */
    int64_t count;
    int64_t *first; /* (rows) the first row with the same pixels; -1: the row has no image */
};

static int by_pixels(const void *a, const void *b)
{
    const struct pixels *x = a, *y = b;
    const int order = strcmp(x->sha256, y->sha256);

    return order ? order : x->row < y->row ? -1 : 1;
}

static evk_status add_pixels(struct evk_verification *v, void *arg, const struct evk_row *row,
                             evk_error *err)
{
    struct repeats *r = arg;
    const int64_t i = row->stim_code - 1;

    (void)v;
    (void)err;
    r->first[i] = -1;
    if (row->present) {
        memcpy(r->list[r->count].sha256, row->pixel_sha256, EVK_SHA256_TEXT);
        r->list[r->count++].row = i;
    }
    return EVK_OK;
}

static void find_first(struct repeats *r)
{
    int64_t first = 0;

    if (r->count)
        qsort(r->list, (size_t)r->count, sizeof(*r->list), by_pixels);
    for (int64_t i = 0; i < r->count; i++) {
        if (strcmp(r->list[first].sha256, r->list[i].sha256) != 0)
            first = i;
        r->first[r->list[i].row] = r->list[first].row;
    }
}

static evk_status check_repeat(struct evk_verification *v, void *arg, const struct evk_row *row,
                               evk_error *err)
{
    const struct repeats *r = arg;
    const int64_t i = row->stim_code - 1;
    struct evk_row_line first = {.line = {.cells = NULL}};
    struct evk_row truth = *row;

    if (r->first[i] < 0)
        return EVK_OK;
    truth.duplicate_of[0] = '\0';
    truth.duplicate_rms = (double)NAN;
    if (r->first[i] != i) {
        EVK_TRY(evk_set_rows_get(&v->rows, r->first[i], &first, err));
        snprintf(truth.duplicate_of, sizeof(truth.duplicate_of), "%s", first.row.stimulus_id);
        truth.duplicate_rms = 0;
        evk_row_line_release(&first);
    }
    EVK_TRY(evk_verify_cell(v, row, &truth, "duplicate_of", err));
    return evk_verify_cell(v, row, &truth, "duplicate_rms", err);
}

evk_status evk_verify_repeats(struct evk_verification *v, evk_error *err)
{
    struct repeats r = {NULL, 0, NULL};
    evk_status s = evk_alloc(&r.list, v->rows.count, sizeof(*r.list), "rows", err);

    if (!s)
        s = evk_alloc(&r.first, v->rows.count, sizeof(*r.first), "rows", err);
    if (!s)
        s = evk_verify_each(v, add_pixels, &r, err);
    if (!s) {
        find_first(&r);
        s = evk_verify_each(v, check_repeat, &r, err);
    }
    free(r.list);
    free(r.first);
    return s;
}
