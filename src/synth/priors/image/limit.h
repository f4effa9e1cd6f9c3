/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * limit.h - what constraints on contrast and mean have in common
 *
 * A limit holds for the image in the box 0..255, which follows, but the box is not applied here: a
 * constraint that comes later still sees how far a value would go.  Where the image is seen through
 * a window, each value counts as much as its weight there.
 */
#ifndef EVK_SYNTH_PRIORS_IMAGE_LIMIT_H
#define EVK_SYNTH_PRIORS_IMAGE_LIMIT_H

#include "base/error.h"
#include "synth/prior.h"

enum { EVK_LIMIT_CHANNELS = 3 };

/* What a limit says: no higher than max, or equal; NAN: not that. */
struct evk_limit {
    double max, equal;
};

/* The rows of a limit that is the first field of its struct. */
#define EVK_LIMIT_PARAMS(what, unit, least, most)                                                \
    {"max", "V", "largest " what ", " unit, EVK_PARAM_OPTIONAL, offsetof(struct evk_limit, max), \
     least, most},                                                                               \
        {"equal", "V", what ", " unit, EVK_PARAM_OPTIONAL, offsetof(struct evk_limit, equal),    \
         least,   most},                                                                         \
    {                                                                                            \
        NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0                                                \
    }

/* EVK_EINVAL: both are given, or neither and natural, which then is max, is not a positive number. */
evk_status evk_limit_check(const struct evk_limit *l, double natural, const char *what,
                           evk_error *err);

/* Of a target: how near is met, a part of it. */
extern const double evk_limit_met;

/* The value to reach; false where now obeys, within one part in a hundred thousand. */
bool evk_limit_target(const struct evk_limit *l, double natural, double now, double *target);

/* How many pixels the image has; through a window, the sum of their weights. */
double evk_pixels_seen(const struct evk_frame *f);

/* Levels of an image whose channels are held between two values each. */
struct evk_levels {
    double mean[EVK_LIMIT_CHANNELS], sd[EVK_LIMIT_CHANNELS]; /* sample SD (n - 1); 0 of one */
    double mean_sd;                                          /* over channels */
    double gray_mean, gray_sd;                               /* Rec. 601; see evk_levels_gray */
    double norm;                                             /* L2 about 128 */
};

/* All but gray; then the gray ones. */
void evk_levels_measure(const struct evk_frame *f, const double *low, const double *high,
                        const float *x, struct evk_levels *out);
void evk_levels_gray(const struct evk_frame *f, const double *low, const double *high,
                     const float *x, struct evk_levels *out);

/* The box, for each channel. */
extern const double evk_box_low[EVK_LIMIT_CHANNELS], evk_box_high[EVK_LIMIT_CHANNELS];

/*
 * What scaling about a pivot makes of an image in the box: value(a) is a number that goes from 0 at
 * a = 0 to now at a = 1.
 */
struct evk_scaling {
    const struct evk_frame *f;
    const float *x;
    const double *pivot; /* (c), in the box */
    double (*value)(const struct evk_scaling *s, double a);
};

/* The limits between which x is held where pivot + a (x - pivot) is in the box. */
void evk_scaling_limits(const struct evk_scaling *s, double a, double low[EVK_LIMIT_CHANNELS],
                        double high[EVK_LIMIT_CHANNELS]);

/*
 * Scale x so that value reaches the target within one part in a million, or, where the box does
 * not let it, about as near as a factor of 10,000 takes it.
 */
void evk_scaling_apply(const struct evk_scaling *s, double now, double target, float *x);

/* x = pivot + a (x - pivot) */
void evk_scale_about(const struct evk_frame *f, const double *pivot, double a, float *x);

/* x = x + b */
void evk_shift(const struct evk_frame *f, double b, float *x);

/*
 * Where value(a) is target within the tolerance, by secants kept between low and high: value is
 * below target at low, not below at high.  After 16 evaluations the last a that was below.
 */
struct evk_curve {
    double (*value)(const void *context, double a);
    const void *context;
    double target, tolerance;
};

double evk_curve_meet(const struct evk_curve *c, double low, double high, const double known[2],
                      double guess);

#endif /* EVK_SYNTH_PRIORS_IMAGE_LIMIT_H */
