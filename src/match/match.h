/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * match.h - images of a set made alike in luminance, histogram or spectrum, as SHINE does
 *
 * SHINE is the toolbox of Willenbockel, Sadr, Fiset, Horne, Gosselin & Tanaka, Behav. Res. Methods
 * 42, 671, 2010.  First statistics of all images are summed (evk_match_sums); their averages are
 * the target that every image is matched to (evk_match_target); then each image is matched by
 * itself (evk_match_apply).  So memory does not grow with the number of images.
 *
 * Matching works on planes (planes, h, w) of display levels.  With one plane, luma = (299 R + 587 G
 * + 114 B) / 1000 is matched.  Then the differences of a pixel's channels from its luma are kept;
 * where a channel would leave 0 to 255, the pixel's differences are scaled down together, so that
 * its luma is exactly the matched value, up to rounding.  With three planes, each channel is
 * matched by itself.  SHINE is for gray images; SHINE_color, too, matches one plane, V of HSV or L
 * of Lab.
 *
 * This differs from SHINE in the following:
 *   - Pixels of equal value are ordered by a fixed permutation, not by a new one each time.
 *   - Targets come from the images as they are read, and stay the same in all iterations.
 *   - Values are not rounded or rescaled between steps.
 *   - The rings over which sf averages the spectrum have a width of one cycle per longer side for
 *     images of any shape, and include the corners of the spectrum, which SHINE sets to 0.
 *   - A plane that does not vary stays flat.
 */
#ifndef EVK_MATCH_MATCH_H
#define EVK_MATCH_MATCH_H

#include "base/rng.h"
#include "format/codec.h"
#include "image/fourier.h"

enum { EVK_LEVELS = 256, EVK_MATCH_PLANES = 3, EVK_MATCH_STEPS = 4 };

/* ---- the memory of one thread ----------------------------------------------------------- */

/* Memory to sum up and match images of one size. */
struct evk_matcher {
    int64_t h, w, planes;
    struct evk_rng_key ties;    /* set by the caller: orders pixels of equal value */
    struct evk_fourier fourier; /* Fourier transform of one plane */
    float *x;                   /* (planes, h, w) */
    float *scratch;             /* (h, w) */
    float *gain;                /* (fourier.n) */
    int64_t rings;              /* the longer side + 1: no frequency rounds to more */
    int32_t *ring;              /* (fourier.n) cycles per longer side, rounded; 0: only the mean */
    double *ring_sum;           /* (rings) */
    uint32_t *order, *spare;    /* (h, w) pixel indices */
};

/*
 * Allocate the memory for images of h x w pixels; planes is 1 or 3.  The caller releases *out; a
 * zeroed structure may be released as well.
 */
evk_status evk_matcher_init(struct evk_matcher *out, const struct evk_kernels *k, int64_t h,
                            int64_t w, int64_t planes, evk_error *err);
void evk_matcher_release(struct evk_matcher *m);

/*
 * Returns about how many bytes a thread holds while it sums up or matches images, three copies of
 * an image and its sums included.
 */
int64_t evk_matcher_bytes(int64_t h, int64_t w, int64_t planes);

/* ---- statistics of all images ----------------------------------------------------------- */

/*
 * Sums over images.  They are whole numbers, and so do not depend on the order of additions, or on
 * which thread adds which image.
 */
struct evk_match_sums {
    int64_t h, w, planes;
    int64_t n;      /* coefficients of a plane's spectrum */
    int64_t images; /* number of images that were added; below 2^18 */
    int64_t mean[EVK_MATCH_PLANES], sd[EVK_MATCH_PLANES]; /* 2^-32 levels; SD with n - 1 */
    int64_t counts[EVK_MATCH_PLANES][EVK_LEVELS]; /* counts of pixels, by value rounded to levels */
    int64_t *amplitude;                           /* (planes, n) 2^-10 levels */
};

/* Make empty sums for images of m's size.  The caller releases *out. */
evk_status evk_match_sums_init(struct evk_match_sums *out, const struct evk_matcher *m,
                               evk_error *err);
void evk_match_sums_release(struct evk_match_sums *s);

/* Add an image, (h, w, 3), or (h, w, 1) where there is one plane. */
void evk_match_sums_add(struct evk_match_sums *s, struct evk_matcher *m,
                        const struct evk_pixels *image);

/* Add the sums of b to those of a. */
void evk_match_sums_join(struct evk_match_sums *a, const struct evk_match_sums *b);

/* The statistics that every image is matched to. */
struct evk_match_target {
    int64_t h, w, planes, n, rings;
    double mean[EVK_MATCH_PLANES], sd[EVK_MATCH_PLANES]; /* targets of the step luminance */
    double level[EVK_MATCH_PLANES];               /* target mean of the steps sf and spectrum */
    int64_t counts[EVK_MATCH_PLANES][EVK_LEVELS]; /* adding up to h w */
    float *amplitude;                             /* (planes, n); 0 at frequency 0 */
    double *ring_amplitude;                       /* (planes, rings) sums over rings */
    /* the range of values that is spread to 0..255 at the end; 0 and 255 change nothing */
    double low, high;
};

/*
 * Set *out to the averages over the images in s, at least one.  mean and sd, in levels, are the
 * targets of the step luminance; NAN: the images' averages.  The target's histogram: of the sorted
 * pixels of a matched image, pixel i has the value at place (i + 1/2) images of the sorted pixels
 * of all images.  m is used as memory.  The caller releases *out.
 */
evk_status evk_match_target_of(struct evk_match_target *out, const struct evk_match_sums *s,
                               struct evk_matcher *m, double mean, double sd, evk_error *err);
void evk_match_target_release(struct evk_match_target *t);

/* ---- matching an image ------------------------------------------------------------------ */

/* A step of matching, which matches one statistic. */
struct evk_match_step {
    const char *name, *summary;

    /* Match plane x (h, w), plane p of the image, to t.  Values may leave 0 to 255. */
    void (*apply)(struct evk_matcher *m, const struct evk_match_target *t, int64_t p, float *x);
};

struct evk_match_plan {
    const struct evk_match_step *steps[EVK_MATCH_STEPS]; /* (count), in order */
    int64_t count;
    int64_t iterations; /* how often all steps are done; values are clipped in between */
};

/*
 * Set the steps of plan to those that text names: "spectrum,histogram".  EVK_ENOTFOUND: a name is
 * unknown, and the message lists all.  EVK_EINVAL: a name is given twice.
 */
evk_status evk_match_steps_parse(struct evk_match_plan *plan, const char *text, evk_error *err);

/*
 * Match image (h, w, c) to t by the steps of plan, then clip and round it.  *out has the size and
 * channels of image; the caller releases it.  Where histogram is the last step, the planes of *out,
 * rounded to levels, have exactly the counts of t.
 */
evk_status evk_match_apply(const struct evk_match_plan *plan, const struct evk_match_target *t,
                           struct evk_matcher *m, const struct evk_pixels *image,
                           struct evk_pixels *out, evk_error *err);

/*
 * Match image without clipping it, and lower *low to its least value, and raise *high to its
 * largest, where these are beyond *low and *high.  A target whose low and high are the extremes of
 * all images scales all images alike, so that none is clipped (SHINE's rescale, option 1).
 */
void evk_match_extremes(const struct evk_match_plan *plan, const struct evk_match_target *t,
                        struct evk_matcher *m, const struct evk_pixels *image, double *low,
                        double *high);

/* Returns by how much values are scaled in the end: 255 / (t->high - t->low). */
double evk_match_scale(const struct evk_match_target *t);

/* How well an image is matched. */
struct evk_match_measure {
    /* mean and SD of luma, in levels; the SD has n - 1, and is 0 for a single pixel */
    double mean, sd;
    double histogram; /* RMS, over planes and levels, of differences of fractions of pixels */
    double spectrum;  /* RMS of differences of amplitudes over RMS of the target's; see below */
};

/*
 * Measure how far image is from t.  Its amplitudes are compared with scale times those of t, except
 * at frequency 0; out->spectrum is 0 where all of these are 0.
 */
void evk_match_measure(struct evk_matcher *m, const struct evk_match_target *t,
                       const struct evk_pixels *image, double scale, struct evk_match_measure *out);

/* ---- parts ------------------------------------------------------------------------------ */

/* Set x (planes, h, w) to the planes of image. */
void evk_match_planes(const struct evk_pixels *image, int64_t planes, float *x);

/*
 * Set the bytes of out, which has the size of image, to the planes x, clipped and rounded.  Where
 * the one plane of a colour image is luma, differences of channels from luma are those of image.
 */
void evk_match_bytes(const struct evk_pixels *image, int64_t planes, const float *x,
                     struct evk_pixels *out);

/* Set *mean and *sd to the mean and SD (with n - 1) of n values; the SD of one value is 0. */
void evk_match_moments(int64_t n, const float *x, double *mean, double *sd);

/* Returns x rounded to the nearest level, halves up; x is at least -1/2 and below 255.5. */
int64_t evk_match_level(float x);

/* Set *mean to the mean of plane x, and m->fourier.spectrum to the transform of x less its mean. */
void evk_match_forward(struct evk_matcher *m, const float *x, double *mean);

/* Returns the magnitude of coefficient i of m->fourier.spectrum. */
double evk_match_amplitude(const struct evk_matcher *m, int64_t i);

/*
 * Set m->ring_sum (rings) to sums of amplitude (n) over rings of the whole spectrum: a coefficient
 * whose conjugate is not stored counts twice.
 */
void evk_match_rings(struct evk_matcher *m, const float *amplitude);

#endif /* EVK_MATCH_MATCH_H */
