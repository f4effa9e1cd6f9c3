/* SPDX-License-Identifier: GPL-3.0-or-later */
/* events.c - a template for the events file of a recording, as BIDS has it, and its sidecar */
#include "session/folder/events.h"

static const struct column {
    const char *name, *title, *units, *description;
} columns[] = {
    {"onset", "Onset", "s",
     "When the image appears, from the first one on: planned. Replace it by the time in the "
     "recording."},
    {"duration", "Duration", "s", "For how long the image is shown."},
    {"trial_type", "Kind of image", NULL,
     "The role of the image in its set, such as max, natural or control; blank; catch."},
    {"stim_file", "Image file", NULL, "The file that is shown, relative to the folder stimuli."},
    {"stim_code", "Code of the image", NULL,
     "The number of the image in the session: its row in stimuli/stimuli.tsv, from 1."},
    {"block", "Block", NULL, "The number of the block, from 1."},
    {"trial", "Trial", NULL, "The number of the trial, from 1."},
    {"position", "Position", NULL, "The place of the presentation in its trial, from 1."},
    {"is_catch", "Catch trial", NULL, "Does the presentation belong to a catch trial?"},
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static void put_pair(struct evk_json_writer *w, evk_json *parent, const char *key, double x,
                     double y)
{
    evk_json *pair = evk_json_put_array(w, parent, key);

    evk_json_put_real(w, pair, NULL, x);
    evk_json_put_real(w, pair, NULL, y);
}

static void put_screen(struct evk_json_writer *w, const struct evk_events_screen *s)
{
    evk_json *shown = evk_json_put_object(w, w->root, "StimulusPresentation");
    const double width_m = s->width_cm / 100;
    evk_json *pixels;

    if (s->width_px == 0)
        return;
    evk_json_put_real(w, shown, "ScreenDistance", s->distance_cm / 100);
    evk_json_put_real(w, shown, "ScreenRefreshRate", s->refresh_hz);
    pixels = evk_json_put_array(w, shown, "ScreenResolution");
    evk_json_put_int(w, pixels, NULL, s->width_px);
    evk_json_put_int(w, pixels, NULL, s->height_px);
    put_pair(w, shown, "ScreenSize", width_m, width_m * (double)s->height_px / (double)s->width_px);
}

static void put_column(struct evk_json_writer *w, const struct column *c)
{
    evk_json *object = evk_json_put_object(w, w->root, c->name);

    evk_json_put_text(w, object, "LongName", c->title);
    evk_json_put_text(w, object, "Description", c->description);
    if (c->units)
        evk_json_put_text(w, object, "Units", c->units);
}

evk_status evk_events_put_json(struct evk_str *out, const struct evk_events_screen *screen,
                               evk_error *err)
{
    struct evk_json_writer w;
    evk_status s;

    evk_json_writer_init(&w);
    put_screen(&w, screen);
    for (int i = 0; i < COLUMNS; i++)
        put_column(&w, &columns[i]);
    s = evk_json_write(&w, out, err);
    evk_json_writer_release(&w);
    return s;
}

evk_status evk_events_put(struct evk_str *out, const struct evk_rig_trial *trials, int64_t count,
                          const struct evk_rig_image *images, evk_error *err)
{
    for (int i = 0; i < COLUMNS; i++)
        evk_str_printf(out, "%s%s", i ? "\t" : "", columns[i].name);
    evk_str_puts(out, "\n");
    for (int64_t i = 0; i < count; i++) {
        const struct evk_rig_trial *t = &trials[i];
        const struct evk_rig_image *image = &images[t->code - 1];

        evk_str_printf(out, "%.6f\t%.6f\t%s\t%s\t%lld\t%lld\t%lld\t%lld\t%s\n", t->onset_s,
                       t->duration_s, image->role, image->filename, (long long)t->code,
                       (long long)t->block, (long long)t->trial, (long long)t->position,
                       t->is_catch ? "true" : "false");
    }
    return evk_str_check(out, err);
}
