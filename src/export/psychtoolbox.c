/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * psychtoolbox.c - display_ptb.m: a function of MATLAB or Octave that loads textures by code
 *
 * The function itself is display_ptb.m beside this file, the same in every session.  What the
 * session lists follows as a second function.
 */
#include "base/num.h"
#include "export/format.h"
#include "export/rest.h"
#include "export/where.h"

extern const char evk_text_display_ptb_m[]; /* which the Makefile puts into the library */

static const char name[] = "display_ptb.m";

static void put_files(struct evk_str *out, const struct evk_rig_session *s)
{
    evk_str_puts(out, "    list.files = {\n");
    for (int64_t i = 0; i < s->images; i++)
        evk_str_printf(out, "'%s'\n", s->image[i].filename);
    evk_str_puts(out, "    };\n");
}

static evk_status put_image(struct evk_str *out, const struct evk_rig_session *s, int64_t i,
                            size_t column, evk_error *err)
{
    const struct evk_rig_image *image = &s->image[i];
    const char *cell = evk_table_cell(&s->stimuli, (size_t)i, column);
    int64_t bytes, left, top;

    evk_edges(s, image, &left, &top);
    if (!cell || !evk_parse_int(cell, &bytes))
        return evk_fail(err, EVK_EFORMAT,
                        "stimuli/stimuli.tsv: bytes of %s is '%s', expected a whole number",
                        image->stimulus_id, cell ? cell : "n/a");
    evk_str_printf(out, "%lld %lld %lld %lld %lld %lld %lld\n", (long long)bytes,
                   (long long)image->width_px, (long long)image->height_px, (long long)left,
                   (long long)top, (long long)(left + image->width_px),
                   (long long)(top + image->height_px));
    return EVK_OK;
}

static evk_status put_images(struct evk_str *out, const struct evk_rig_session *s, evk_error *err)
{
    const size_t column = evk_table_find(&s->stimuli, "bytes");

    evk_str_puts(out, "    % bytes, width, height, left, top, right, bottom\n"
                      "    list.images = [\n");
    for (int64_t i = 0; i < s->images; i++)
        EVK_TRY(put_image(out, s, i, column, err));
    evk_str_puts(out, "    ];\n");
    return EVK_OK;
}

static void put_trials(struct evk_str *out, const struct evk_rig_session *s)
{
    evk_str_puts(out, "    % block, trial, position, stim_code, onset_s, duration_s, is_blank, "
                      "is_catch\n    list.trials = [\n");
    for (int64_t i = evk_rest_first(s); i < s->trials; i++) {
        const struct evk_rig_trial *t = &s->trial[i];

        evk_str_printf(out, "%lld %lld %lld %lld %.6f %.6f %d %d\n", (long long)t->block,
                       (long long)t->trial, (long long)t->position, (long long)t->code, t->onset_s,
                       t->duration_s, t->is_blank, t->is_catch);
    }
    evk_str_puts(out, "    ];\n");
}

static evk_status put_list(struct evk_str *out, const struct evk_rig_session *s, evk_error *err)
{
    evk_str_printf(out,
                   "function list = listed()\n"
                   "%% What the session lists.\n"
                   "    list.screen = [%lld %lld]; %% pixels; 0: not known\n"
                   "    list.background = [%d %d %d];\n",
                   (long long)s->screen_width_px, (long long)s->screen_height_px, s->background[0],
                   s->background[1], s->background[2]);
    put_files(out, s);
    EVK_TRY(put_images(out, s, err));
    put_trials(out, s);
    evk_str_puts(out, "end\n");
    return EVK_OK;
}

evk_status evk_export_psychtoolbox(const struct evk_rig_session *s, struct evk_export_files *out,
                                   evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status status;

    evk_str_puts(&text, evk_text_display_ptb_m);
    status = put_list(&text, s, err);
    if (!status)
        return evk_export_take(out, name, &text, err);
    evk_str_release(&text);
    return status;
}
