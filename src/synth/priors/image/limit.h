/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * limit.h - what the priors that limit mean, contrast, norm or clipped values share
 *
 * A limit holds for the image after the cut at the box 0..255, but the functions here do not cut:
 * so a constraint that acts later still sees how far beyond the box a value is.  Where the image is
 * shown through a window, each value counts as much as its weight in the window.
 */
#ifndef EVK_SYNTH_PRIORS_IMAGE_LIMIT_H
#define EVK_SYNTH_PRIORS_IMAGE_LIMIT_H

#include "base/error.h"
#include "synth/prior.h"

enum { EVK_LIMIT_CHANNELS = 3 };

/* A limit on a statistic: it is at most max, or equals equal; NAN: not given. */
struct evk_limit {
    double max, equal;
};

/* A row of an evk_param table for a field of struct evk_limit, which is the first of its struct. */
#define EVK_LIMIT_PARAM(name, field, help, least, most)                                     \
    {                                                                                       \
        name, "V", help, EVK_PARAM_OPTIONAL, offsetof(struct evk_limit, field), least, most \
    }

/*
 * The rows of an evk_param table for a limit; without says what the limit is where neither max nor
 * equal is given.
 */
#define EVK_LIMIT_PARAMS(what, unit, without, least, most)                       \
    EVK_LIMIT_PARAM("max", max, "largest " what ", " unit without, least, most), \
        EVK_LIMIT_PARAM("equal", equal, what ", " unit, least, most),            \
    {                                                                            \
        NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0                                \
    }

/* What the limit is where none is given, for statistics that natural images have. */
#define EVK_LIMIT_NATURAL "; if equal is none, too: that of natural images"

/*
 * Checks the parameters of a limit.  natural is the statistic of natural images, which takes the
 * place of max where neither max nor equal is given; what names the statistic in messages.
 * EVK_EINVAL: max and equal are both given, or neither is given and natural is not positive.
 */
evk_status evk_limit_check(const struct evk_limit *l, double natural, const char *what,
                           evk_error *err);

/* The relative distance from a target at which the target counts as reached. */
extern const double evk_limit_met;

/*
 * *target = the value that the statistic, which is now, has to reach.  Returns false where the
 * statistic already obeys the limit within 1e-5 of the target.
 */
bool evk_limit_target(const struct evk_limit *l, double natural, double now, double *target);

/* Returns the number of pixels; of an image shown through a window, the sum of their weights. */
double evk_pixels_seen(const struct evk_frame *f);

/* Statistics of an image, each channel cut to a range of its own; display levels. */
struct evk_levels {
    double mean[EVK_LIMIT_CHANNELS], sd[EVK_LIMIT_CHANNELS]; /* sample SD (n - 1); 0 of 1 pixel */
    double mean_sd;                                          /* mean over channels of sd */
    double gray_mean, gray_sd;                               /* mean and SD of luma (Rec. 601) */
    double norm;                                             /* L2 norm of the values less 128 */
};

/*
 * Measures x (h, w, c), its values cut to low[c]..high[c].  evk_levels_measure writes everything
 * but the members for gray; evk_levels_gray is sure to write only the members for gray.
 */
void evk_levels_measure(const struct evk_frame *f, const double *low, const double *high,
                        const float *x, struct evk_levels *out);
void evk_levels_gray(const struct evk_frame *f, const double *low, const double *high,
                     const float *x, struct evk_levels *out);

/* The box 0..255 as the limits of each channel. */
extern const double evk_box_low[EVK_LIMIT_CHANNELS], evk_box_high[EVK_LIMIT_CHANNELS];

/*
 * A statistic of the image pivot + a (x - pivot), cut at the box, as a function of the factor a.
 * value(s, a) goes from 0 at a = 0 to the statistic of x at a = 1.
 */
struct evk_limit_scaling {
    const struct evk_frame *f;
    const float *x;      /* (h, w, c) */
    const double *pivot; /* (c) display values in the box */
    double (*value)(const struct evk_limit_scaling *s, double a);
};

/*
 * Writes the range of each channel of x that the scaling takes into the box: pivot + a (x - pivot)
 * is in 0..255 if and only if x is in low..high.
 */
void evk_scaling_limits(const struct evk_limit_scaling *s, double a, double low[EVK_LIMIT_CHANNELS],
                        double high[EVK_LIMIT_CHANNELS]);

/*
 * Scales x about the pivot so that the statistic, which is now, reaches the target within one part
 * in a million.  Where the box does not allow that, the factor ends near its limit of 10,000.  A
 * flat image stays as it is.
 */
void evk_scaling_apply(const struct evk_limit_scaling *s, double now, double target, float *x);

/* x = pivot + a (x - pivot), for each channel's pivot. */
void evk_scale_about(const struct evk_frame *f, const double *pivot, double a, float *x);

/* x = x + b */
void evk_shift(const struct evk_frame *f, double b, float *x);

/* A function of one variable, and the value that it shall reach within the tolerance. */
struct evk_curve {
    double (*value)(const void *context, double a);
    const void *context;
    double target, tolerance;
};

/*
 * Returns an a between low and high at which the curve's value is the target, found by secants.
 * The value is below the target at low and not below it at high.  known has an argument and the
 * value there, guess is the first a that is tried.  If 16 evaluations do not suffice, returns the
 * last a whose value was below the target.
 */
double evk_curve_meet(const struct evk_curve *c, double low, double high, const double known[2],
                      double guess);

#endif /* EVK_SYNTH_PRIORS_IMAGE_LIMIT_H */
