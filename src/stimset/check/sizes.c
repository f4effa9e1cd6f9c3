/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sizes.c - sizes of images and formats of files, compared with those that the description says */
#include <string.h>

#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"

/*
 * Reads the size that the options height and width say; a side stays 0 where the options do not
 * say.
 */
static void read_options(const struct evk_verification *v, struct evk_size *size)
{
    (void)evk_description_int(v->description, "height", &size->height);
    (void)evk_description_int(v->description, "width", &size->width);
}

/*
 * Reads the size of the images that the row's model sees; *size stays as it is where the model is
 * unknown.
 */
static void read_model(const struct evk_verification *v, const struct evk_row *row,
                       struct evk_size *size)
{
    struct evk_described_model m;
    bool found = false;

    for (size_t i = 0; evk_description_model_at(v->description, i, &m) && !found; i++) {
        found = evk_verify_is_of(&m, row);
        if (found)
            *size = (struct evk_size){m.options.height, m.options.width, 0};
    }
}

/* Reports a side of another length than `want`; 0: any length will do. */
static void check_side(struct evk_verification *v, const struct evk_row *row, const char *column,
                       int64_t found, int64_t want)
{
    if (want && found != want)
        evk_report_finding(v, "%s: %s of %s is %lld, but %s says %lld", EVK_SET_TABLE, column,
                           row->stimulus_id, (long long)found, EVK_SET_DESCRIPTION,
                           (long long)want);
}

static void check_format(struct evk_verification *v, const struct evk_row *row)
{
    static const char *const jpeg[] = {".jpg", NULL};
    const bool want = evk_description_flag(v->description, "jpeg");

    if (evk_ends_in(row->filename, jpeg) != want)
        evk_report_finding(v, "%s: filename of %s is %s, expected a %s file", EVK_SET_TABLE,
                           row->stimulus_id, row->filename, want ? "JPEG" : "PNG");
}

static evk_status sizes_check_row(struct evk_verification *v, void *arg, const struct evk_row *row,
                                  evk_error *err)
{
    struct evk_size size = {0, 0, 0};

    (void)arg;
    (void)err;
    if (!row->present)
        return EVK_OK;
    if (v->kind->streamed)
        read_options(v, &size);
    else
        read_model(v, row, &size);
    check_side(v, row, "height_px", row->height_px, size.height);
    check_side(v, row, "width_px", row->width_px, size.width);
    check_format(v, row);
    return EVK_OK;
}

evk_status evk_verify_sizes(struct evk_verification *v, evk_error *err)
{
    return evk_verify_each(v, sizes_check_row, NULL, err);
}
