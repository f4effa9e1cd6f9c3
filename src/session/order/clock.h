/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clock.h - when each presentation of a session begins, in whole frames of the screen
 *
 * A presentation is shown for `on` and followed by `off` without an image; after the last one of a
 * trial, and its `off`, `overhead` follows, until the next trial shows its first image.
 */
#ifndef EVK_SESSION_ORDER_CLOCK_H
#define EVK_SESSION_ORDER_CLOCK_H

#include "session/order/order.h"

/* Times in ticks, of which there are `rate` a second: frames of a screen, or microseconds. */
struct evk_trial_clock {
    double rate;
    int64_t on, off, overhead;
};

/*
 * Round three times, in seconds, to whole frames of a screen, halves up; refresh_hz 0: there is no
 * screen, and times are rounded to microseconds.  EVK_EINVAL: on is less than half a frame,
 * or a time is negative or more than an hour.
 */
evk_status evk_trial_clock_make(struct evk_trial_clock *out, double on_s, double off_s,
                                double overhead_s, double refresh_hz, evk_error *err);

/* Returns the ticks from the onset of the first presentation to the onset of presentation i. */
int64_t evk_trial_clock_onset(const struct evk_trial_clock *c, const struct evk_order *o,
                              int64_t i);

/* Returns the seconds from the first onset to the end of the last presentation; 0 of none. */
double evk_trial_clock_seconds(const struct evk_trial_clock *c, const struct evk_order *o);

/*
 * Returns the seconds of a session that has so many presentations in trials of per_trial, without
 * making its order.
 */
double evk_trial_clock_estimate(const struct evk_trial_clock *c, int64_t presentations,
                                int64_t per_trial);

#endif /* EVK_SESSION_ORDER_CLOCK_H */
