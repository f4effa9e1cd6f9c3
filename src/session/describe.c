/* SPDX-License-Identifier: GPL-3.0-or-later */
/* describe.c - dataset_description.json of a session */
#include "session/describe.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/param_json.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"

static void put_colour(struct evk_json_writer *w, evk_json *o, const char *key,
                       const unsigned char rgb[3])
{
    evk_json *a = evk_json_put_array(w, o, key);

    for (int c = 0; c < 3; c++)
        evk_json_put_int(w, a, NULL, rgb[c]);
}

/* ---- sources --------------------------------------------------------------------------------- */

/* Puts parts of a text with tabs between them as members; keys end with NULL. */
static void put_parts(struct evk_json_writer *w, evk_json *list, const char *text,
                      const char *const *keys)
{
    evk_json *one = evk_json_put_object(w, list, NULL);

    for (int i = 0; keys[i]; i++) {
        const size_t n = strcspn(text, "\t");
        struct evk_str part = EVK_STR_INIT;

        evk_str_add(&part, text, n);
        evk_json_put_text(w, one, keys[i], part.data);
        evk_str_release(&part);
        text += n + (text[n] == '\t');
    }
}

void evk_rig_describe_sources(struct evk_json_writer *w, evk_json *object,
                              const struct evk_rig_chosen *chosen)
{
    const struct evk_gathering *g = chosen->g;
    static const char *const veto[] = {"Set", "StimulusID", "Reason", NULL};
    static const char *const unit[] = {"Neuron", "Name", NULL};
    evk_json *list = evk_json_put_array(w, object, "Sets");

    for (size_t i = 0; i < g->set_count; i++) {
        evk_json *one = evk_json_put_object(w, list, NULL);

        evk_json_put_text(w, one, "Name", g->names.names[i]);
        evk_json_put_text(w, one, "ManifestSHA256", g->hashes.names[i]);
    }
    list = evk_json_put_array(w, object, "Vetoes");
    for (size_t i = 0; i < chosen->vetoes->count; i++)
        put_parts(w, list, chosen->vetoes->names[i], veto);
    if (!chosen->units)
        return;
    list = evk_json_put_array(w, object, "Units");
    for (size_t i = 0; i < chosen->units->count; i++)
        put_parts(w, list, chosen->units->names[i], unit);
}

/* ---- options, times and the screen ----------------------------------------------------------- */

/* Files of options are described by their names: the session does not depend on where they are. */
static void put_options(struct evk_json_writer *w, evk_json *session,
                        const struct evk_rig_options *o)
{
    struct evk_rig_options named = *o;

    if (o->display)
        named.display = evk_base_name(o->display);
    if (o->catch_image)
        named.catch_image = evk_base_name(o->catch_image);
    evk_params_put(w, evk_json_put_object(w, session, "Options"), evk_rig_options_params(), &named);
}

static void put_times(struct evk_json_writer *w, evk_json *session, const struct evk_rig_plan *p)
{
    static const char *const keys[] = {"OnS", "OffS", "OverheadS"};
    const int64_t ticks[] = {p->clock.on, p->clock.off, p->clock.overhead};
    evk_json *frames;

    for (int i = 0; i < 3; i++)
        evk_json_put_real(w, session, keys[i], (double)ticks[i] / p->clock.rate);
    if (!p->has_display)
        return;
    frames = evk_json_put_object(w, session, "Frames");
    evk_json_put_int(w, frames, "On", p->clock.on);
    evk_json_put_int(w, frames, "Off", p->clock.off);
    evk_json_put_int(w, frames, "Overhead", p->clock.overhead);
}

static void put_backgrounds(struct evk_json_writer *w, evk_json *session,
                            const struct evk_rig_plan *p)
{
    unsigned char in_files[3];

    for (int c = 0; c < 3; c++)
        in_files[c] = p->show.linearise ? p->display.transfer.inverse[c][p->show.background[c]]
                                        : p->show.background[c];
    put_colour(w, session, "Background", p->show.background);
    put_colour(w, session, "BackgroundInFiles", in_files);
}

static void put_screen(struct evk_json_writer *w, evk_json *session, const struct evk_rig_plan *p,
                       const struct evk_place *place)
{
    const struct evk_display *d = &p->display;
    evk_json *s = evk_json_put_object(w, session, "Screen"), *fixation;
    const bool given = !isnan(p->place.fixation[0]);

    evk_json_put_text(w, s, "Name", d->name);
    evk_json_put_int(w, s, "WidthPx", d->width_px);
    evk_json_put_int(w, s, "HeightPx", d->height_px);
    evk_json_put_real(w, s, "WidthCm", d->width_cm);
    evk_json_put_real(w, s, "DistanceCm", d->distance_cm);
    evk_json_put_real(w, s, "RefreshHz", d->refresh_hz);
    fixation = evk_json_put_array(w, s, "FixationPx");
    evk_json_put_real(w, fixation, NULL, given ? p->place.fixation[0] : (double)d->width_px / 2);
    evk_json_put_real(w, fixation, NULL, given ? p->place.fixation[1] : (double)d->height_px / 2);
    evk_json_put_bool(w, s, "Full", p->show.full);
    evk_json_put_int(w, s, "LeftPx", place->left);
    evk_json_put_int(w, s, "TopPx", place->top);
    evk_json_put_int(w, s, "ImageWidthPx", place->width);
    evk_json_put_int(w, s, "ImageHeightPx", place->height);
    evk_json_put_real(w, s, "SizeDeg", place->size_deg);
    evk_json_put_real(w, s, "PixelsPerDegree", place->px_per_deg);
    evk_json_put_text(w, s, "Formula", "size = 2 d tan a/2, centre = d tan x, d tan y");
    evk_json_put_text(w, s, "ShownAs", d->transfer.name);
    if (p->show.linearise)
        evk_json_put_int(w, s, "LevelsLeft", evk_transfer_levels(&d->transfer));
    evk_json_put_copy(w, session, "Display", d->json);
}

/* ---- all ------------------------------------------------------------------------------------- */

static void put_head(struct evk_json_writer *w)
{
    evk_json *all, *one;

    evk_json_writer_init(w);
    evk_json_put_text(w, w->root, "Name", "Images and order of trials of a recording session");
    evk_json_put_text(w, w->root, "BIDSVersion", "1.10.0");
    evk_json_put_text(w, w->root, "DatasetType", "derivative");
    all = evk_json_put_array(w, w->root, "GeneratedBy");
    one = evk_json_put_object(w, all, NULL);
    evk_json_put_text(w, one, "Name", "evoke");
    evk_json_put_text(w, one, "Version", evk_version());
    evk_json_put_text(w, one, "Description",
                      "gathers the images of sets as a screen shows them, and orders them in "
                      "trials");
}

void evk_rig_describe(struct evk_json_writer *w, const struct evk_rig_chosen *chosen,
                      const struct evk_rig_plan *plan, const struct evk_rig_images *images)
{
    evk_json *session;

    put_head(w);
    session = evk_json_put_object(w, w->root, "Session");
    put_options(w, session, plan->options);
    if (plan->catch_sha256[0])
        evk_json_put_text(w, session, "CatchImageSHA256", plan->catch_sha256);
    evk_rig_describe_sources(w, session, chosen);
    put_times(w, session, plan);
    put_backgrounds(w, session, plan);
    evk_describe_encoding(w, session);
    if (plan->has_display)
        put_screen(w, session, plan, &images->place);
    evk_json_put_int(w, session, "BlankCode", images->blank + 1);
    evk_json_put_int(w, session, "CatchCode", images->catch_image + 1);
}

/* A field of text that is NULL is described as "". */
static void restore_null(const char **text)
{
    if (*text && !(*text)[0])
        *text = NULL;
}

evk_status evk_rig_described_options(struct evk_rig_options *out, const evk_json *session,
                                     evk_error *err)
{
    *out = (struct evk_rig_options){.degrees = (double)NAN, .edge = (double)NAN};
    EVK_TRY(evk_params_read(evk_rig_options_params(), out, evk_json_get(session, "Options"), err));
    restore_null(&out->catch_image);
    restore_null(&out->display);
    restore_null(&out->fixation);
    restore_null(&out->photodiode);
    if (out->display && !evk_json_get(session, "Display"))
        return evk_fail(err, EVK_EFORMAT,
                        EVK_SET_DESCRIPTION ": Session has the option display, and no Display");
    if (out->catch_trials && out->on && out->off && out->overhead && out->at && out->canvas &&
        out->resize)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT, EVK_SET_DESCRIPTION ": an option of Session is missing");
}
