/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ex.c - display_ex.mat and display_ex.xml: images and conditions of Ex, of the Smith laboratory
 *
 * The MAT-file has the variable mov, whose cell k is the image with stim_code k.  Condition k shows
 * it, and Ex sends 32768 + k.  In a changed session, condition k shows the k-th of the codes that
 * remain.  Ex shuffles the conditions of a repeat itself.  Its numbers are whole,
 * without leading zeros, which would be octal; y is up.  It stretches to a square what has a width,
 * and so only square images have one.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "export/format.h"
#include "export/rest.h"
#include "export/where.h"
#include "format/mat.h"
#include "session/folder/image_file.h"

static const char images_name[] = "display_ex.mat", conditions_name[] = "display_ex.xml";

/* ---- the images ------------------------------------------------------------------------------- */

static evk_status read_image(struct evk_pixels *out, const struct evk_rig_session *s,
                             const struct evk_rig_image *image, evk_error *err)
{
    struct evk_bytes file;
    char sha256[EVK_SHA256_TEXT];
    evk_status status;

    EVK_TRY(evk_rig_image_read(&s->folder, image->code, &file, out, err));
    status = evk_sha256_text(file.data, file.size, sha256, err);
    evk_bytes_release(&file);
    if (!status && strcmp(sha256, image->sha256) != 0)
        status = evk_fail(err, EVK_EFORMAT,
                          "stimuli/%s: the file has changed since the session was made",
                          image->filename);
    if (status)
        evk_pixels_release(out);
    return status;
}

static evk_status add_image(struct evk_mat *mat, const struct evk_rig_session *s,
                            const struct evk_rig_image *image, evk_error *err)
{
    struct evk_pixels pixels;
    evk_status status;

    EVK_TRY(read_image(&pixels, s, image, err));
    status = evk_mat_add(mat, &pixels, err);
    if (status)
        (void)evk_wrap(err, status, "stimuli/%s", image->filename);
    evk_pixels_release(&pixels);
    return status;
}

static evk_status put_images(struct evk_export_files *out, const struct evk_rig_session *s,
                             evk_error *err)
{
    const struct evk_rig_image *image = &s->image[0];
    struct evk_mat mat;
    evk_status status =
        evk_mat_begin(&mat, "mov", s->images, image->height_px, image->width_px, err);

    if (status)
        return evk_wrap(err, status, "%s: use --canvas patch, or fewer images", images_name);
    for (int64_t i = 0; i < s->images && !status; i++)
        status = add_image(&mat, s, &s->image[i], err);
    if (status) {
        evk_bytes_release(&mat.file);
        return status;
    }
    out->file[out->count].name = images_name;
    out->file[out->count++].bytes = mat.file;
    return EVK_OK;
}

/* ---- the conditions --------------------------------------------------------------------------- */

static void put_number(struct evk_str *out, const char *name, int64_t value)
{
    evk_str_printf(out, "    <%s>%lld</%s>\n", name, (long long)value, name);
}

static void put_point(struct evk_str *out, const char *x, const char *y, struct evk_where at)
{
    put_number(out, x, (int64_t)floor(at.right));
    put_number(out, y, (int64_t)floor(at.up));
}

/* Does every image remain? */
static bool is_whole(const bool *remains, int64_t images)
{
    for (int64_t i = 0; i < images; i++)
        if (!remains[i])
            return false;
    return true;
}

/* Appends the codes that remain, as an expression of MATLAB: "1:9", or "[1:4 7 9:12]". */
static void put_codes(struct evk_str *out, const bool *remains, int64_t images)
{
    const bool whole = is_whole(remains, images);
    const char *before = whole ? "" : "[";

    for (int64_t i = 0, end; i < images; i = end + 1) {
        for (end = i; end < images && remains[end]; end++)
            ;
        if (end == i)
            continue;
        evk_str_printf(out, "%s%lld", before, (long long)i + 1);
        if (whole || end > i + 1)
            evk_str_printf(out, ":%lld", (long long)end);
        before = " ";
    }
    evk_str_puts(out, whole ? "" : "]");
}

static void put_params(struct evk_str *out, const struct evk_rig_session *s, const bool *remains)
{
    const struct evk_rig_image *image = &s->image[0];
    const bool square = image->width_px == image->height_px;

    evk_str_printf(out,
                   "  <params type=\"movie\" runline=\"moviefile numframes dwell startframe "
                   "centerx centery%s\" moviefile=\"%s/%s\">\n",
                   square ? " width" : "", s->name, images_name);
    put_number(out, "numframes", 1);
    put_number(out, "dwell", (int64_t)floor(s->on_s * s->refresh_hz + 0.5));
    evk_str_puts(out, "    <startframe>");
    put_codes(out, remains, s->images);
    evk_str_puts(out, "</startframe>\n");
    put_point(out, "centerx", "centery", evk_where(s, image));
    if (square)
        put_number(out, "width", image->width_px);
    put_point(out, "fixX", "fixY", evk_where_fixation(s));
    evk_str_puts(out, "  </params>\n");
}

/* Appends the comment that says which condition shows which image. */
static void put_comment(struct evk_str *out, const struct evk_rig_session *s, const bool *remains)
{
    evk_str_puts(out, "<!-- Conditions of a session that evoke made: ");
    if (is_whole(remains, s->images))
        evk_str_puts(out, "condition k shows the image with stim_code k.\n");
    else
        evk_str_puts(out, "only the images that remain after it was changed.\n"
                          "     Condition k shows the image whose stim_code is number k of the "
                          "list startframe: Ex sends\n"
                          "     32768 + k, and the stim_code is startframe(k).\n");
    evk_str_printf(out,
                   "     Copy the folder of the session, %s, into the folder showexLocal.  Add the "
                   "parameters that your\n"
                   "     ex file lists at its top.  Ex shuffles the conditions of each repeat "
                   "itself. -->\n",
                   s->name);
}

static evk_status put_conditions(struct evk_export_files *out, const struct evk_rig_session *s,
                                 evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    bool *remains;

    EVK_TRY(evk_rest_images(&remains, s, err));
    evk_str_puts(&text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    put_comment(&text, s, remains);
    evk_str_printf(&text,
                   "<stimulus name=\"%s\" repeats=\"%lld\" ex=\"ex_activeFixation\" "
                   "bgColor=\"%d %d %d\">\n",
                   s->name, (long long)s->repeats, s->background[0], s->background[1],
                   s->background[2]);
    put_params(&text, s, remains);
    evk_str_puts(&text, "</stimulus>\n");
    free(remains);
    return evk_export_take(out, conditions_name, &text, err);
}

/* ---- what Ex cannot do ------------------------------------------------------------------------ */

/* Ex cuts its commands at spaces and commas, and XML has characters of its own. */
static evk_status check_name(const char *name, evk_error *err)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

    if (name[0] && name[0] != '.' && !name[strspn(name, letters)] && !strstr(name, "--"))
        return EVK_OK;
    return evk_fail(
        err, EVK_EINVAL,
        "%s has the name of the session's folder, '%s', expected letters, digits, '_', "
        "single '-' and, not at its beginning, '.'; copy the folder, call the copy by such a name, "
        "as 'cp -r OLD NEW' does, and export the copy",
        conditions_name, name);
}

static evk_status check_sizes(const struct evk_rig_session *s, evk_error *err)
{
    for (int64_t i = 1; i < s->images; i++)
        if (s->image[i].width_px != s->image[0].width_px ||
            s->image[i].height_px != s->image[0].height_px)
            return evk_fail(err, EVK_EINVAL,
                            "%s must have images of one size: %s has %lld x %lld pixels, and %s "
                            "has %lld x %lld",
                            images_name, s->image[0].stimulus_id, (long long)s->image[0].width_px,
                            (long long)s->image[0].height_px, s->image[i].stimulus_id,
                            (long long)s->image[i].width_px, (long long)s->image[i].height_px);
    return EVK_OK;
}

evk_status evk_export_ex(const struct evk_rig_session *s, struct evk_export_files *out,
                         evk_error *err)
{
    EVK_TRY(evk_need_screen(s, conditions_name, "durations in frames of the screen", err));
    EVK_TRY(check_name(s->name, err));
    EVK_TRY(check_sizes(s, err));
    EVK_TRY(put_images(out, s, err));
    return put_conditions(out, s, err);
}
