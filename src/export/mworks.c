/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mworks.c - display_mworks.mwel: a stimulus group and lists of MWorks
 *
 * MWorks writes the file_hash of each image that it shows into its data, which is the SHA-1 of the
 * file.  An image fits into a square of x_size degrees and keeps its ratio, so that x_size is that
 * of its longer side.
 */
#include "export/format.h"
#include "export/rest.h"
#include "export/where.h"

extern const char
    evk_text_display_mworks_mwel[]; /* comments, which the Makefile puts into the library */

static void put_number(struct evk_str *out, const char *name, double value)
{
    evk_str_printf(out, "var session_%s = ", name);
    evk_str_fixed(out, value);
    evk_str_puts(out, "\n");
}

static void put_screen(struct evk_str *out, const struct evk_rig_session *s)
{
    put_number(out, "screen_width_cm", s->screen_width_cm);
    put_number(out, "screen_height_cm",
               s->screen_width_cm * (double)s->screen_height_px / (double)s->screen_width_px);
    put_number(out, "screen_distance_cm", s->distance_cm);
    put_number(out, "background_red", s->background[0] / 255.0);
    put_number(out, "background_green", s->background[1] / 255.0);
    put_number(out, "background_blue", s->background[2] / 255.0);
    evk_str_printf(out, "var session_on_time = %.0fus\nvar session_off_time = %.0fus\n",
                   s->on_s * 1e6, s->off_s * 1e6);
    put_number(out, "fixation_x", evk_where_fixation(s).right / evk_degree_mworks(s));
    put_number(out, "fixation_y", evk_where_fixation(s).up / evk_degree_mworks(s));
}

static void put_image(struct evk_str *out, const struct evk_rig_session *s,
                      const struct evk_rig_image *image)
{
    const int64_t longer = image->width_px > image->height_px ? image->width_px : image->height_px;
    const double pixels = evk_degree_mworks(s);
    const struct evk_where at = evk_where(s, image);

    evk_str_printf(out,
                   "    image_file session_image_%lld (\n        path = 'stimuli/%s'\n"
                   "        x_size = ",
                   (long long)image->code, image->filename);
    evk_str_fixed(out, (double)longer / pixels);
    evk_str_puts(out, "\n        x_position = ");
    evk_str_fixed(out, at.right / pixels);
    evk_str_puts(out, "\n        y_position = ");
    evk_str_fixed(out, at.up / pixels);
    evk_str_puts(out, "\n        )\n");
}

static void put_group(struct evk_str *out, const struct evk_rig_session *s)
{
    evk_str_puts(out, "\nstimulus_group session_images {\n");
    for (int64_t i = 0; i < s->images; i++)
        put_image(out, s, &s->image[i]);
    evk_str_puts(out, "}\n\nvar session_file_hash = [\n");
    for (int64_t i = 0; i < s->images; i++)
        evk_str_printf(out, "    '%s'%s\n", s->image[i].sha1, i + 1 < s->images ? "," : "");
    evk_str_puts(out, "    ]\n");
}

/* Appends a list with a whole number for each presentation that remains. */
static void put_list(struct evk_str *out, const char *name, const struct evk_rig_session *s,
                     int64_t (*value)(const struct evk_rig_trial *t))
{
    enum { A_LINE = 20 };
    const int64_t first = evk_rest_first(s);

    evk_str_printf(out, "var %s = [", name);
    for (int64_t i = first; i < s->trials; i++)
        evk_str_printf(out, "%s%lld%s", (i - first) % A_LINE ? " " : "\n    ",
                       (long long)value(&s->trial[i]), i + 1 < s->trials ? "," : "");
    evk_str_puts(out, "\n    ]\n");
}

static int64_t index_of(const struct evk_rig_trial *t)
{
    return t->code - 1;
}

static int64_t trial_of(const struct evk_rig_trial *t)
{
    return t->trial;
}

static int64_t catch_of(const struct evk_rig_trial *t)
{
    return t->is_catch;
}

evk_status evk_export_mworks(const struct evk_rig_session *s, struct evk_export_files *out,
                             evk_error *err)
{
    static const char name[] = "display_mworks.mwel";
    struct evk_str text = EVK_STR_INIT;

    EVK_TRY(evk_need_screen(s, name, "sizes in degrees of MWorks", err));
    evk_str_puts(&text, evk_text_display_mworks_mwel);
    put_screen(&text, s);
    put_group(&text, s);
    put_list(&text, "session_order", s, index_of);
    put_list(&text, "session_trial", s, trial_of);
    put_list(&text, "session_is_catch", s, catch_of);
    return evk_export_take(out, name, &text, err);
}
