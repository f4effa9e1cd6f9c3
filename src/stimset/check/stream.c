/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream.c - rows whose images are no neuron's, against the options and each other */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"
#include "stimset/inputs/source.h"
#include "stimset/check/verify.h"

static int by_pixels(const void *a, const void *b)
{
    const struct evk_row *const *x = a, *const *y = b;
    const int order = strcmp((*x)->pixel_sha256, (*y)->pixel_sha256);

    if (order)
        return order;
    return (*x)->stim_code < (*y)->stim_code ? -1 : 1;
}

static evk_status check_twin(struct evk_verification *v, const struct evk_row *row,
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

/* By the hashes in the rows, which were compared with the files. */
static evk_status check_twins(struct evk_verification *v, evk_error *err)
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
        qsort(sorted, (size_t)n, sizeof(*sorted), by_pixels);
    for (int64_t i = 0; i < n && !s; i++) {
        if (!first || strcmp(first->pixel_sha256, sorted[i]->pixel_sha256) != 0)
            first = sorted[i];
        s = check_twin(v, sorted[i], first, err);
    }
    free(sorted);
    return s;
}

static evk_status check_cells(struct evk_verification *v, const struct evk_row *row,
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
    return EVK_OK;
}

static evk_status check_leaves(struct evk_verification *v, const struct evk_row *row,
                               evk_error *err)
{
    struct evk_row truth = *row;

    truth.set_type = "natural";
    truth.method = "leaves";
    truth.seed = EVK_INT_MISSING;
    (void)evk_description_int(v->description, "seed", &truth.seed);
    return check_cells(v, row, &truth, err);
}

static evk_status check_matched(struct evk_verification *v, const struct evk_row *row,
                                evk_error *err)
{
    struct evk_row truth = *row;

    truth.set_type = "control";
    truth.method = "match";
    truth.seed = EVK_INT_MISSING;
    truth.source_id = NULL;
    return check_cells(v, row, &truth, err);
}

/* ---- transformed images ------------------------------------------------------------------- */

struct transformed {
    struct evk_source source;
    const char *text;
    bool pairs; /* each image is followed by what is made of it */
};

/* What the transform makes of the original's file is the next one; JPEG files are not exact. */
static evk_status check_pair(struct evk_verification *v, const struct transformed *t,
                             const struct evk_row *original, const struct evk_row *row,
                             evk_error *err)
{
    struct evk_row truth = *row;
    struct evk_pixels x, y;
    evk_status s;

    if (strstr(row->filename, ".jpg") || !original->present || !row->present || !row->source_file ||
        evk_set_file_get_image(v->folder, original, NULL, &x, NULL))
        return EVK_OK; /* found already */
    s = evk_source_transform(&t->source, row->source_file, &x, &y, err);
    if (!s) {
        s = evk_sha256_text(y.data, (size_t)(y.height * y.width * y.channels), truth.pixel_sha256,
                            err);
        truth.gaudiness = evk_gaudiness(&x);
        evk_pixels_release(&y);
    }
    evk_pixels_release(&x);
    EVK_TRY(s);
    if (strcmp(truth.pixel_sha256, row->pixel_sha256) != 0)
        evk_report_finding(v, "%s: %s is not what %s makes of %s", EVK_SET_TABLE, row->stimulus_id, t->text,
                 original->stimulus_id);
    EVK_TRY(evk_verify_cell(v, original, &truth, "gaudiness", err));
    return evk_verify_cell(v, row, &truth, "gaudiness", err);
}

static evk_status check_transformed(struct evk_verification *v, const struct transformed *t,
                                    int64_t i, evk_error *err)
{
    const struct evk_row *row = &v->all.list[i].row;
    const bool original = t->pairs && i % 2 == 0;
    struct evk_described_model model;
    struct evk_row truth = *row;

    truth.set_type = original ? "natural" : "gaudy";
    truth.method = original ? "original" : t->text;
    truth.seed = !original && evk_transform_is_random(t->source.transform) ? t->source.seed
                                                                           : EVK_INT_MISSING;
    truth.source_id = t->pairs && !original ? v->all.list[i - 1].row.stimulus_id : NULL;
    EVK_TRY(check_cells(v, row, &truth, err));
    if (evk_description_model_at(v->description, 0, &model)) {
        truth.model_sha256 = model.sha256;
        truth.target_model = model.name;
        EVK_TRY(evk_verify_cell(v, row, &truth, "model_sha256", err));
        EVK_TRY(evk_verify_cell(v, row, &truth, "target_model", err));
    }
    return t->pairs && !original ? check_pair(v, t, &v->all.list[i - 1].row, row, err) : EVK_OK;
}

static evk_status check_all_transformed(struct evk_verification *v, evk_error *err)
{
    struct evk_transform *transform = NULL;
    struct transformed t = {.text = NULL};
    evk_error why = {EVK_OK, ""};
    evk_status s = EVK_OK;

    if (evk_description_gaudy(v->description, &t.source, &t.text, &why) ||
        evk_transform_open(&transform, t.text, &why)) {
        evk_report_finding(v, "%s: %s", EVK_SET_DESCRIPTION, why.msg);
        return EVK_OK;
    }
    t.source.transform = transform;
    t.pairs = v->all.count && v->all.list[0].row.method &&
              strcmp(v->all.list[0].row.method, "original") == 0;
    for (int64_t i = 0; i < v->all.count && !s; i++)
        s = check_transformed(v, &t, i, err);
    evk_transform_close(transform);
    return s;
}

evk_status evk_verify_stream(struct evk_verification *v, evk_error *err)
{
    const char *method = evk_description_method(v->description);
    const bool matched = strcmp(method, "match") == 0;

    if (strcmp(method, "transform") == 0)
        EVK_TRY(check_all_transformed(v, err));
    else
        for (int64_t i = 0; i < v->all.count; i++)
            EVK_TRY((matched ? check_matched : check_leaves)(v, &v->all.list[i].row, err));
    return check_twins(v, err);
}
