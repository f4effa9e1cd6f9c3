/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_series.c - verify images at lower contrasts: their rows, that their pixels are exactly
 * those of their source at that contrast, and that each image has all of them
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "stimset/controls/series.h"
#include "stimset/record/caption.h"
#include "stimset/record/set_file.h"
#include "stimset/sets/maximize/series.h"
#include "stimset/sets/maximize/verify.h"

/* Is this one of the contrasts of the options?  Returns its index, -1 where it is not. */
static int find_level(const struct evk_contrasts *c, double level)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->level[i] >= level && c->level[i] <= level)
            return (int)i;
    return -1;
}

/* Make the image from the file of its source, and hash its pixels; "" where that fails. */
static void hash_again(const struct evk_verification *v, const struct evk_row *row,
                       const evk_recipe *recipe, char hash[EVK_SHA256_TEXT])
{
    struct evk_pixels made;

    hash[0] = '\0';
    if (evk_series_again(v->folder, &v->all, recipe, row, &made, NULL))
        return;
    if (evk_sha256_text(made.data, (size_t)(made.height * made.width * made.channels), hash, NULL))
        hash[0] = '\0';
    evk_pixels_release(&made);
}

/* Compare the pixels with those of the source at that contrast, where the window is known. */
static void check_pixels(struct evk_verification *v, const struct evk_row *row,
                         const struct evk_row *of, const evk_recipe *recipe)
{
    char hash[EVK_SHA256_TEXT], contrast[EVK_REAL_TEXT];

    if (v->not_seen[0] || !row->present || !of->present || !evk_verify_has_images(v))
        return;
    hash_again(v, row, recipe, hash);
    if (strcmp(hash, row->pixel_sha256) != 0)
        evk_report_finding(v, "stimuli/%s: its pixels are not those of %s at a contrast of %s",
                           row->filename, of->stimulus_id,
                           evk_format_real(row->contrast, contrast));
}

/* Fill in the cells of an image of a series that follow from those of its source. */
static void fill_truth(struct evk_row *truth, const struct evk_row *of, const evk_recipe *recipe)
{
    truth->set_type = of->set_type;
    truth->method = truth->stopped = NULL;
    truth->n_steps = EVK_INT_MISSING;
    truth->seed = recipe->seed;
    truth->start = of->start;
    memcpy(truth->objective, of->objective, sizeof(truth->objective));
    memcpy(truth->dropped, of->dropped, sizeof(truth->dropped));
    truth->source_file = of->source_file;
    truth->response_source = of->response_pred;
    truth->trace_sha256[0] = '\0';
}

static void check_contrast(struct evk_verification *v, const struct evk_row *row,
                           const struct evk_row *of, const evk_recipe *recipe)
{
    struct evk_contrasts contrasts;

    if (evk_contrasts_parse(&contrasts, recipe->contrasts, NULL) ||
        find_level(&contrasts, row->contrast) < 0)
        evk_report_finding(v, "%s: contrast of %s is none of the contrasts in %s", EVK_SET_TABLE,
                           row->stimulus_id, EVK_SET_DESCRIPTION);
    else
        check_pixels(v, row, of, recipe);
}

evk_status evk_maximize_verify_series(struct evk_verification *v, const struct evk_row *row,
                                      const evk_recipe *recipe, evk_error *err)
{
    static const char *const known[] = {
        "stimulus_id", "filename",     "type",         "set_type", "seed",
        "start",       "target_model", "objective",    "method",   "n_steps",
        "stopped",     "source_file",  "trace_sha256", "dropped",  "response_source",
        NULL};
    const struct evk_row *of = evk_series_source(&v->all, row);
    struct evk_row truth = *row, worded = *row;

    if (!of) {
        evk_report_finding(v,
                           "%s: %s is made from %s as a control of %s, which is no image of its "
                           "neuron, or not that one",
                           EVK_SET_TABLE, row->stimulus_id, row->source_id ? row->source_id : "n/a",
                           row->control_of ? row->control_of : "n/a");
        return EVK_OK;
    }
    fill_truth(&truth, of, recipe);
    check_contrast(v, row, of, recipe);
    evk_caption_series(&worded);
    EVK_TRY(evk_verify_caption(v, row, &worded, err));
    return evk_verify_known(v, row, &truth, known, err);
}

/* ---- does each image have its series? -------------------------------------------------------- */

/* Count the images at each contrast that each row is the source of: (rows, EVK_CONTRASTS_MAX). */
static void count_series(const struct evk_verification *v, const struct evk_contrasts *contrasts,
                         int32_t *has)
{
    for (int64_t i = 0; i < v->all.count; i++) {
        const struct evk_row *row = &v->all.list[i].row;
        const struct evk_row *of =
            evk_row_is_series(row) ? evk_stimuli_find(&v->all, row->source_id) : NULL;
        const int level = of ? find_level(contrasts, row->contrast) : -1;

        if (level >= 0)
            has[(of->stim_code - 1) * EVK_CONTRASTS_MAX + level]++;
    }
}

static void check_count(struct evk_verification *v, const struct evk_row *row, double level,
                        int32_t has)
{
    char text[EVK_REAL_TEXT];

    if (has != 1)
        evk_report_finding(v, "%s: %s has %d images at a contrast of %s, expected 1", EVK_SET_TABLE,
                           row->stimulus_id, (int)has, evk_format_real(level, text));
}

/* Has a row a series: is it that of an image, or of a control natural? */
static bool has_series(const struct evk_row *row)
{
    return !row->control || strcmp(row->control, "natural") == 0;
}

evk_status evk_maximize_verify_has_series(struct evk_verification *v, const evk_recipe *recipe,
                                          evk_error *err)
{
    struct evk_contrasts contrasts;
    int32_t *has;

    if (evk_contrasts_parse(&contrasts, recipe->contrasts, NULL) || !contrasts.count)
        return EVK_OK;
    EVK_TRY(evk_alloc(&has, v->all.count * EVK_CONTRASTS_MAX, sizeof(*has), "contrasts", err));
    count_series(v, &contrasts, has);
    for (int64_t i = 0; i < v->all.count; i++)
        for (size_t k = 0; k < contrasts.count; k++)
            if (v->all.list[i].row.present && has_series(&v->all.list[i].row))
                check_count(v, &v->all.list[i].row, contrasts.level[k],
                            has[i * EVK_CONTRASTS_MAX + (int64_t)k]);
    free(has);
    return EVK_OK;
}
