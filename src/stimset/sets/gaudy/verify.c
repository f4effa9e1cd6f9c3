/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.c - verify the rows of a set of transformed images against its options and each other */
#include <math.h>
#include <string.h>

#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/record/caption.h"
#include "stimset/record/set_file.h"
#include "stimset/sets/gaudy/gaudy.h"

/*
 * Returns the number of rows that the options ask for.  An image that could not be read was not
 * chosen.
 */
static int64_t count_rows(const struct evk_verification *v)
{
    const evk_json *set = evk_json_get(v->description, "StimulusSet");
    const int64_t images = evk_verify_count_images(v);
    const int64_t asked = evk_verify_option(v, "keep", 0) + evk_verify_option(v, "random", 0);
    const int64_t most = asked && asked < images ? asked : images;
    int64_t chosen = most;

    if (asked && evk_json_int(evk_json_get(set, "Chosen"), &chosen) && chosen > most)
        chosen = most;
    return chosen * (evk_description_flag(v->description, "with-originals") + 1);
}

/* How rows were made, by the description. */
struct transformed {
    struct evk_source source;
    const char *text;             /* the transform as the options have it */
    bool pairs;                   /* is each original followed by its transform? */
    struct evk_row_line original; /* the original's row, when the second row of a pair is read */
};

/*
 * Compare a row with the transform of the original before it, which is made again.  Files that are
 * JPEG are not exact and are not compared.
 */
static evk_status check_pair(struct evk_verification *v, const struct transformed *t,
                             const struct evk_row *original, const struct evk_row *row,
                             evk_error *err)
{
    struct evk_row truth = *row;
    struct evk_pixels x, y;
    evk_status s;

    if (strstr(row->filename, ".jpg") || !original->present || !row->present || !row->source_file ||
        evk_set_file_get_image(v->folder, original, NULL, &x, NULL))
        return EVK_OK; /* there is nothing to compare, or a file was reported already */
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
        evk_report_finding(v, "%s: %s is not what %s makes of %s", EVK_SET_TABLE, row->stimulus_id,
                           t->text, original->stimulus_id);
    EVK_TRY(evk_verify_cell(v, original, &truth, "gaudiness", err));
    return evk_verify_cell(v, row, &truth, "gaudiness", err);
}

static evk_status gaudy_check_row(struct evk_verification *v, void *arg, const struct evk_row *row,
                                  evk_error *err)
{
    struct transformed *t = arg;
    const bool is_original = t->pairs && row->stim_code % 2 == 1,
               is_second = t->pairs && !is_original;
    struct evk_described_model model;
    struct evk_row truth = *row;

    if (is_second)
        EVK_TRY(evk_set_rows_get(&v->rows, row->stim_code - 2, &t->original, err));
    truth.set_type = is_original ? "natural" : "gaudy";
    truth.method = is_original ? "original" : t->text;
    truth.seed = !is_original && evk_transform_is_random(t->source.transform) ? t->source.seed
                                                                              : EVK_INT_MISSING;
    truth.source_id = is_second ? t->original.row.stimulus_id : NULL;
    if (row->set_type)
        evk_caption_transformed(&truth, t->text, is_original);
    EVK_TRY(evk_verify_stream_cells(v, row, &truth, err));
    if (evk_description_model_at(v->description, 0, &model)) {
        truth.model_sha256 = model.sha256;
        truth.target_model = model.name;
        EVK_TRY(evk_verify_cell(v, row, &truth, "model_sha256", err));
        EVK_TRY(evk_verify_cell(v, row, &truth, "target_model", err));
    }
    return is_second ? check_pair(v, t, &t->original.row, row, err) : EVK_OK;
}

/*
 * Set t->pairs: rows come in pairs of an original and its transform where the first row is an
 * original.
 */
static evk_status find_pairs(struct evk_verification *v, struct transformed *t, evk_error *err)
{
    if (!v->rows.count)
        return EVK_OK;
    EVK_TRY(evk_set_rows_get(&v->rows, 0, &t->original, err));
    t->pairs = t->original.row.method && strcmp(t->original.row.method, "original") == 0;
    return EVK_OK;
}

static evk_status check_all(struct evk_verification *v, evk_error *err)
{
    struct evk_transform *transform = NULL;
    struct transformed t = {.text = NULL};
    evk_error why = {EVK_OK, ""};
    evk_status s;

    if (evk_description_gaudy(v->description, &t.source, &t.text, &why) ||
        evk_transform_open(&transform, t.text, &why)) {
        evk_report_finding(v, "%s: %s", EVK_SET_DESCRIPTION, why.msg);
        return EVK_OK;
    }
    t.source.transform = transform;
    s = find_pairs(v, &t, err);
    if (!s)
        s = evk_verify_each(v, gaudy_check_row, &t, err);
    evk_row_line_release(&t.original);
    evk_transform_close(transform);
    return s;
}

evk_status evk_gaudy_verify_rows(struct evk_verification *v, evk_error *err)
{
    evk_verify_total(v, count_rows(v));
    EVK_TRY(check_all(v, err));
    return evk_verify_repeats(v, err);
}
