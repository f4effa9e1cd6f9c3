/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.h - the options of a session, as texts and as the numbers that they stand for */
#ifndef EVK_SESSION_OPTIONS_H
#define EVK_SESSION_OPTIONS_H

#include "base/json.h"
#include "base/names.h"
#include "evoke/session.h"
#include "session/order/clock.h"
#include "session/screen/show.h"

/* The fields are the parameters of evk_rig_options_params. */
struct evk_rig_options {
    int64_t repeats, blanks, per_trial, seed, photodiode_px;
    const char *catch_trials;        /* "5%" or "12" */
    const char *catch_image;         /* a file; NULL: catch trials show the blank */
    const char *on, *off, *overhead; /* "100ms" or "0.1s" */
    double minutes;
    const char *display;       /* a file; NULL: there is no screen */
    double degrees, edge;      /* NAN: not given */
    const char *at, *fixation; /* "2,-3" */
    const char *canvas, *resize, *photodiode;
    bool linearise;
    struct evk_names owned; /* copies of texts */
};

/* The options read: what they stand for. */
struct evk_rig_plan {
    const struct evk_rig_options *options; /* borrowed */
    double catch_share;                    /* of all trials; 0: catch_trials says how many */
    int64_t catch_trials;
    char catch_sha256[EVK_SHA256_TEXT]; /* of the file of catch_image; "" where it was not read */
    double times[3]; /* on, off and overhead, in seconds, as they were asked for */
    struct evk_trial_clock clock;
    bool has_display;
    struct evk_display display; /* owned; of has_display only */
    struct evk_place_ask place;
    struct evk_show show;
};

/*
 * Read options; the caller releases *out, also after a failure.  screen: the display of a session
 * that exists; NULL: the file that the options name.  EVK_EINVAL: an option is not valid.
 */
evk_status evk_rig_plan_read(struct evk_rig_plan *out, const struct evk_rig_options *options,
                             const evk_json *screen, evk_error *err);
void evk_rig_plan_release(struct evk_rig_plan *p);

/* Returns how many catch trials there are beside so many other ones. */
int64_t evk_rig_plan_catch(const struct evk_rig_plan *p, int64_t others);

#endif /* EVK_SESSION_OPTIONS_H */
