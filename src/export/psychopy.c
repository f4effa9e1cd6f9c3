/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * psychopy.c - display_psychopy.csv: conditions that PsychoPy's importConditions reads
 *
 * A TrialHandler with method "sequential" and nReps 1 shows the session in its order, or what remains
 * of it.  PsychoPy takes a cell for a number where it can, evaluates one in brackets, and makes n/a to
 * None: no text here is any of that.  The place of an image is that of its centre from the centre of the screen,
 * in pixels, y up, as PsychoPy's units "pix" have it.
 */
#include "export/format.h"
#include "export/rest.h"
#include "export/where.h"

static void put_row(struct evk_str *out, const struct evk_rig_session *s,
                    const struct evk_rig_trial *t)
{
    const struct evk_rig_image *image = &s->image[t->code - 1];
    const struct evk_where at = evk_where(s, image);

    evk_str_printf(out,
                   "%s,stimuli/%s,%lld,%s,%lld,%lld,%lld,%lld,%lld,%.6f,%.6f,%s,%s,%.1f,%.1f\n",
                   image->stimulus_id, image->filename, (long long)t->code, image->role,
                   (long long)image->width_px, (long long)image->height_px, (long long)t->block,
                   (long long)t->trial, (long long)t->position, t->onset_s, t->duration_s,
                   t->is_blank ? "true" : "false", t->is_catch ? "true" : "false", at.right, at.up);
}

evk_status evk_export_psychopy(const struct evk_rig_session *s, struct evk_export_files *out,
                               evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;

    evk_str_puts(&text,
                 "stim_id,image_path,stim_code,set_type,size_px,height_px,block,trial,position,"
                 "onset_s,duration_s,is_blank,is_catch,x_px,y_px\n");
    for (int64_t i = evk_rest_first(s); i < s->trials; i++)
        put_row(&text, s, &s->trial[i]);
    return evk_export_take(out, "display_psychopy.csv", &text, err);
}
