/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.c - is a session as it was made? */
#include "session/verify.h"

#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/num.h"
#include "session/replay.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"

bool evk_rig_session_is(const char *folder)
{
    struct evk_dir dir;
    evk_json *description = NULL;
    bool is = false;

    if (!evk_fs_is_folder(folder) || evk_dir_open(&dir, folder, NULL))
        return false;
    if (!evk_description_read(&dir, &description, NULL))
        is = evk_json_get(description, "Session") != NULL;
    evk_json_free(description);
    evk_dir_close(&dir);
    return is;
}

/* ---- images ---------------------------------------------------------------------------------- */

/* Compares a cell of the row of an image with what was measured. */
static void compare_cell(struct evk_rig_verification *r, int64_t i, const char *column,
                         const char *measured)
{
    const struct evk_table *t = &r->session.stimuli;
    const char *cell = evk_table_cell(t, (size_t)i, evk_table_find(t, column));

    if (cell && strcmp(cell, measured) == 0)
        return;
    evk_report_finding(&r->v, "%s: %s of %s is %s, its image has %s", EVK_SET_TABLE, column,
                       r->session.image[i].stimulus_id, cell ? cell : "missing", measured);
}

static void compare_row(struct evk_rig_verification *r, int64_t i, const struct evk_row *row)
{
    const struct {
        const char *column;
        double value;
    } numbers[] = {{"width_px", (double)row->width_px}, {"height_px", (double)row->height_px},
                   {"gray_mean", row->gray_mean},       {"gray_sd", row->gray_sd},
                   {"rms_contrast", row->rms_contrast}, {"bytes", (double)row->bytes}};
    char text[EVK_REAL_TEXT];

    for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++)
        compare_cell(r, i, numbers[k].column, evk_format_real(numbers[k].value, text));
    compare_cell(r, i, "sha256", row->sha256);
    compare_cell(r, i, "pixel_sha256", row->pixel_sha256);
    compare_cell(r, i, "sha1", row->sha1);
}

static evk_status check_image(struct evk_rig_verification *r, int64_t i, evk_error *err)
{
    struct evk_row row = evk_row_new();
    struct evk_pixels pixels;
    struct evk_bytes file;
    char name[EVK_RIG_NAME];
    evk_error why = {EVK_OK, ""};
    evk_status s = evk_rig_image_read(r->v.folder, i + 1, &file, &pixels, &why);

    evk_rig_image_name(i + 1, name);
    if (!evk_manifest_find(&r->v.manifest, name))
        evk_report_finding(&r->v, "%s: is the image of row %lld, and %s does not list it", name,
                           (long long)i + 1, EVK_SET_MANIFEST);
    if (s == EVK_ENOMEM)
        return evk_fail(err, s, "%s", why.msg);
    if (s) {
        if (evk_set_file_has(r->v.folder, name)) /* otherwise it was told that it is missing */
            evk_report_finding(&r->v, "%s", why.msg);
        return EVK_OK;
    }
    r->v.sum.images++;
    s = evk_row_measure(&row, &file, &pixels, err);
    evk_pixels_release(&pixels);
    evk_bytes_release(&file);
    if (!s)
        compare_row(r, i, &row);
    return s;
}

evk_status evk_rig_verify_images(struct evk_rig_verification *r, evk_error *err)
{
    for (int64_t i = 0; i < r->session.images; i++)
        EVK_TRY(check_image(r, i, err));
    return EVK_OK;
}

/* ---- orders ---------------------------------------------------------------------------------- */

/* Makes every order again, and compares it with its file. */
static evk_status check_orders(struct evk_rig_verification *r, evk_error *err)
{
    for (int64_t k = 0; k < evk_rig_replay_count(&r->session); k++) {
        struct evk_str text = EVK_STR_INIT;
        evk_error why = {EVK_OK, ""};
        char name[EVK_RIG_TRIALS_NAME];
        evk_status s = evk_rig_replay(&r->session, &r->plan, k, &text, &why);

        evk_rig_trials_name(k + 1, name);
        if (s == EVK_ENOMEM)
            s = evk_fail(err, s, "%s", why.msg);
        else if (s)
            evk_report_finding(&r->v, "%s: its order cannot be made again: %s", name, why.msg);
        else
            s = evk_rig_verify_text(r, name, &text, err);
        evk_str_release(&text);
        if (s == EVK_ENOMEM)
            return s;
    }
    return EVK_OK;
}

/* ---- all ------------------------------------------------------------------------------------- */

/* The file of --catch-image may be gone; its hash is in the description. */
static void take_catch_hash(struct evk_rig_verification *r)
{
    const char *hash = evk_json_text(evk_json_get(r->session.options, "CatchImageSHA256"));

    if (hash && strlen(hash) == EVK_SHA256_TEXT - 1)
        memcpy(r->plan.catch_sha256, hash, EVK_SHA256_TEXT);
}

static evk_status open_session(struct evk_rig_verification *r, evk_error *err)
{
    const evk_json *screen;

    EVK_TRY(evk_rig_session_open(&r->session, r->v.folder->path, err));
    EVK_TRY(evk_rig_described_options(&r->options, r->session.options, err));
    screen = evk_json_get(r->session.options, "Display");
    if (!screen != !r->options.display) /* the file that the option names is not to be read again */
        return evk_fail(err, EVK_EFORMAT, "%s: Session has %s", EVK_SET_DESCRIPTION,
                        screen ? "a Display that no option names"
                               : "an option that names a display, and no Display");
    EVK_TRY(evk_rig_plan_read(&r->plan, &r->options, screen, err));
    take_catch_hash(r);
    return EVK_OK;
}

static evk_status verify(struct evk_rig_verification *r, const evk_rig_source *source,
                         evk_error *err)
{
    evk_error why = {EVK_OK, ""};

    EVK_TRY(evk_verify_files(&r->v, err));
    if (open_session(r, &why)) {
        evk_report_finding(&r->v, "%s", why.msg);
        return EVK_OK;
    }
    EVK_TRY(evk_rig_verify_images(r, err));
    if (strcmp(evk_description_version(r->session.description), evk_version()) != 0) {
        if (r->v.how->remark)
            r->v.how->remark(r->v.how->arg,
                             "orders and texts checked by hash only (another version of evoke "
                             "made them)");
        return EVK_OK;
    }
    EVK_TRY(evk_rig_verify_texts(r, err));
    EVK_TRY(evk_rig_verify_rows(r, err));
    EVK_TRY(check_orders(r, err));
    return source && source->set_count ? evk_rig_verify_from(r, source, err) : EVK_OK;
}

evk_status evk_rig_session_verify(const char *folder, const evk_rig_source *source,
                                  const evk_verify *how, evk_verified *out, evk_error *err)
{
    EVK_ENTER();
    struct evk_dir dir;
    struct evk_rig_verification r = {.v = {.folder = &dir, .how = how}};
    evk_status s;

    if (!evk_rig_session_is(folder))
        return evk_fail(err, EVK_EINVAL, "%s: is no session", folder);
    EVK_TRY(evk_dir_open(&dir, folder, err));
    s = verify(&r, source, err);
    if (!s)
        *out = r.v.sum;
    evk_manifest_release(&r.v.manifest);
    evk_rig_plan_release(&r.plan);
    evk_rig_session_close(&r.session);
    evk_dir_close(&dir);
    return s;
}
