/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clock.c - whole frames */
#include "session/order/clock.h"

#include <math.h>

static const double longest_s = 3600, most_hz = 1e5;

/*
 * Times and rates are decimal numbers, whose product may be a hair below a half that they mean:
 * this much of a frame counts as nothing.
 */
static const double hair = 1e-6;

static evk_status ticks(int64_t *out, double rate, double seconds, const char *option,
                        evk_error *err)
{
    if (!(seconds >= 0 && seconds <= longest_s))
        return evk_fail(err, EVK_EINVAL, "%s is %g s, expected 0 to %g s", option, seconds,
                        longest_s);
    *out = (int64_t)floor(seconds * rate + 0.5 + hair);
    return EVK_OK;
}

evk_status evk_trial_clock_make(struct evk_trial_clock *out, double on_s, double off_s,
                                double overhead_s, double refresh_hz, evk_error *err)
{
    if (!(refresh_hz >= 0 && refresh_hz <= most_hz))
        return evk_fail(err, EVK_EINVAL, "the screen has %g frames a second, expected up to %g",
                        refresh_hz, most_hz);
    *out = (struct evk_trial_clock){.rate = refresh_hz > 0 ? refresh_hz : 1e6};
    EVK_TRY(ticks(&out->on, out->rate, on_s, "--on", err));
    EVK_TRY(ticks(&out->off, out->rate, off_s, "--off", err));
    EVK_TRY(ticks(&out->overhead, out->rate, overhead_s, "--overhead", err));
    if (out->on < 1)
        return evk_fail(err, EVK_EINVAL, "--on is %g ms, which is less than half of %s of %g ms",
                        on_s * 1e3, refresh_hz > 0 ? "a frame" : "a microsecond", 1e3 / out->rate);
    return EVK_OK;
}

int64_t evk_trial_clock_onset(const struct evk_trial_clock *c, const struct evk_order *o, int64_t i)
{
    return i * (c->on + c->off) + (o->list[i].trial - o->list[0].trial) * c->overhead;
}

double evk_trial_clock_seconds(const struct evk_trial_clock *c, const struct evk_order *o)
{
    return o->count ? (double)(evk_trial_clock_onset(c, o, o->count - 1) + c->on) / c->rate : 0;
}

/* Whole numbers in double: they are exact up to 2^53 ticks, and do not overflow beyond. */
double evk_trial_clock_estimate(const struct evk_trial_clock *c, int64_t presentations,
                                int64_t per_trial)
{
    const int64_t last = presentations - 1, trials = last / per_trial;
    const double shown = (double)last * (double)(c->on + c->off);

    if (presentations < 1)
        return 0;
    return (shown + (double)trials * (double)c->overhead + (double)c->on) / c->rate;
}
