/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.c - the options of a session: made, set, read and freed */
#include "session/options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/settings.h"

static const char kind[] = "a session";

#define AT(field) offsetof(struct evk_rig_options, field)

static const evk_param params[] = {
    {"repeats", "N", "show each image N times, once in each of N blocks", EVK_PARAM_INT,
     AT(repeats), 1, 10000},
    {"blanks", "N", "show N blanks in all, spread evenly; no two follow each other", EVK_PARAM_INT,
     AT(blanks), 0, 1000000},
    {"catch", "N", "show N catch trials or, of a percentage such as 5%, that share of all trials",
     EVK_PARAM_TEXT, AT(catch_trials), 0, 0},
    {"catch-image", "FILE", "show this image in catch trials, in place of the blank",
     EVK_PARAM_TEXT, AT(catch_image), 0, 0},
    {"per-trial", "N", "show N images in each trial", EVK_PARAM_INT, AT(per_trial), 1, 10000},
    {"on", "TIME", "show an image for TIME, such as 100ms or 0.1s", EVK_PARAM_TEXT, AT(on), 0, 0},
    {"off", "TIME", "show nothing for TIME after each image of a trial", EVK_PARAM_TEXT, AT(off), 0,
     0},
    {"overhead", "TIME", "wait TIME between two trials, beside the time of --off", EVK_PARAM_TEXT,
     AT(overhead), 0, 0},
    {"minutes", "M", "make no session that takes longer than M minutes", EVK_PARAM_REAL,
     AT(minutes), 1e-3, 10000},
    {"seed", "N", "seed of the random order", EVK_PARAM_INT, AT(seed), 0, 9007199254740992.0},
    {"display", "FILE", "make images for the screen that the JSON file FILE describes",
     EVK_PARAM_TEXT, AT(display), 0, 0},
    {"degrees", "D", "show images D degrees of visual angle wide: 2 d tan D/2 at the distance d",
     EVK_PARAM_OPTIONAL, AT(degrees), 1e-3, 179},
    {"at", "X,Y",
     "centre images X degrees to the right of the fixation point and Y degrees above it",
     EVK_PARAM_TEXT, AT(at), 0, 0},
    {"fixation", "X,Y",
     "the fixation point is X pixels from the left edge of the screen and Y from the upper one; "
     "default: the centre",
     EVK_PARAM_TEXT, AT(fixation), 0, 0},
    {"edge", "D",
     "show images that have no window yet through a round one, whose outermost D degrees are a "
     "raised cosine",
     EVK_PARAM_OPTIONAL, AT(edge), 0, 90},
    {"canvas", "patch|full",
     "make files of the image alone (patch), or of the whole screen with the image in place (full)",
     EVK_PARAM_TEXT, AT(canvas), 0, 0},
    {"photodiode", "CORNER",
     "paint a white square in a corner of the screen: top-left, top-right, bottom-left or "
     "bottom-right; needs --canvas full",
     EVK_PARAM_TEXT, AT(photodiode), 0, 0},
    {"photodiode-px", "N", "width of that square in pixels", EVK_PARAM_INT, AT(photodiode_px), 1,
     4096},
    {"linearise", NULL,
     "apply the inverse of the screen's transfer function (shown_as), so that luminance is "
     "proportional to the values of the images",
     EVK_PARAM_FLAG, AT(linearise), 0, 0},
    {"resize", "bicubic|nearest", "resize images by this interpolation", EVK_PARAM_TEXT, AT(resize),
     0, 0},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

const evk_param *evk_rig_options_params(void)
{
    return params;
}

evk_status evk_rig_options_new(evk_rig_options **out, evk_error *err)
{
    EVK_TRY(evk_alloc(out, 1, sizeof(**out), kind, err));
    **out = (struct evk_rig_options){.repeats = 10,
                                     .blanks = 20,
                                     .per_trial = 8,
                                     .seed = 1,
                                     .photodiode_px = 40,
                                     .catch_trials = "0",
                                     .on = "100ms",
                                     .off = "100ms",
                                     .overhead = "1.6s",
                                     .minutes = 60,
                                     .degrees = (double)NAN,
                                     .edge = (double)NAN,
                                     .at = "0,0",
                                     .canvas = "patch",
                                     .resize = "bicubic"};
    return EVK_OK;
}

void evk_rig_options_free(evk_rig_options *options)
{
    if (!options)
        return;
    evk_names_release(&options->owned);
    free(options);
}

evk_status evk_rig_options_set(evk_rig_options *options, const char *name, const char *text,
                               evk_error *err)
{
    return evk_settings_set(params, options, &options->owned, kind, name, text, err);
}

evk_status evk_rig_options_get(const evk_rig_options *options, const char *name, char **text,
                               evk_error *err)
{
    return evk_settings_get(params, options, kind, name, text, err);
}
