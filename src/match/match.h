/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * match.h - images of a set made alike in luminance, histogram or spectrum, as SHINE does
 *
 * Willenbockel, Sadr, Fiset, Horne, Gosselin & Tanaka, Behav. Res. Methods 42, 671, 2010.  First all
 * images are summed up (evk_match_sums), the sums become what all are brought to (evk_match_target),
 * then each is brought there by itself (evk_match_apply): memory does not grow with their number.
 *
 * What is matched lies on planes (planes, h, w) of display levels.  There is one, the luma
 * (299 R + 587 G + 114 B) / 1000, whose colour differences R - luma ... are kept, and scaled down
 * together in a pixel where a channel would leave 0 to 255, so that luma is what it should be; or
 * there are three, the channels, each matched by itself.  SHINE is for gray images; SHINE_color
 * matches one plane too, the value of HSV or L of Lab.
 *
 * Where this differs from SHINE: ties are ordered by a fixed permutation, not a new one each time;
 * targets come from the images as they are read, and stay the same in all iterations; values are not
 * rounded or rescaled between steps; rings of sf are in cycles per longer side, of one width whatever the
 * shape, and go on into the corners, which SHINE sets to 0; what does not vary stays so.
 */
#ifndef EVK_MATCH_MATCH_H
#define EVK_MATCH_MATCH_H

#include "base/rng.h"
#include "format/codec.h"
#include "image/fourier.h"

enum { EVK_LEVELS = 256, EVK_MATCH_PLANES = 3, EVK_MATCH_STEPS = 4 };

/* ---- the memory of one thread ----------------------------------------------------------- */

struct evk_matcher {
    int64_t h, w, planes;
    struct evk_rng_key ties; /* orders equal values; the caller's to set */
    struct evk_fourier fourier;
    float *x;       /* (planes, h, w) */
    float *scratch; /* (h, w) */
    float *gain;    /* (fourier.n) */
    int64_t rings;
    int32_t *ring;           /* (fourier.n) cycles per longer side, rounded; 0: the mean alone */
    double *ring_sum;        /* (rings) */
    uint32_t *order, *spare; /* (h, w) */
};

/* planes 1 or 3.  The caller releases *out; a zeroed one may be released as well. */
evk_status evk_matcher_init(struct evk_matcher *out, const struct evk_kernels *k, int64_t h,
                            int64_t w, int64_t planes, evk_error *err);
void evk_matcher_release(struct evk_matcher *m);

/* About how many bytes a thread holds to match images, with three copies of one and its sums. */
int64_t evk_matcher_bytes(int64_t h, int64_t w, int64_t planes);

/* ---- what a set is like ----------------------------------------------------------------- */

/* Of planes; whole numbers, so that sums are the same in any order: threads share images out. */
struct evk_match_sums {
    int64_t h, w, planes, n;                              /* n coefficients of a plane */
    int64_t images;                                       /* below 2^18 */
    int64_t mean[EVK_MATCH_PLANES], sd[EVK_MATCH_PLANES]; /* 2^-32 levels; SD with n - 1 */
    int64_t counts[EVK_MATCH_PLANES][EVK_LEVELS];         /* of pixels, rounded to levels */
    int64_t *amplitude;                                   /* (planes, n) 2^-10 levels */
};

evk_status evk_match_sums_init(struct evk_match_sums *out, const struct evk_matcher *m,
                               evk_error *err);
void evk_match_sums_release(struct evk_match_sums *s);

/* One image more, (h, w, 3), or (h, w, 1) for one plane. */
void evk_match_sums_add(struct evk_match_sums *s, struct evk_matcher *m,
                        const struct evk_pixels *image);

/* a += b */
void evk_match_sums_join(struct evk_match_sums *a, const struct evk_match_sums *b);

struct evk_match_target {
    int64_t h, w, planes, n, rings;
    double mean[EVK_MATCH_PLANES], sd[EVK_MATCH_PLANES]; /* of luminance */
    double level[EVK_MATCH_PLANES];                      /* the mean of sf and spectrum */
    int64_t counts[EVK_MATCH_PLANES][EVK_LEVELS];        /* adding up to h w */
    float *amplitude;                                    /* (planes, n); 0 where the mean is */
    double *ring_amplitude;                              /* (planes, rings) sums over rings */
    double low, high; /* what becomes 0 and 255 in the end: these, or as evk_match_extremes says */
};

/*
 * Averages over the images, at least one; mean and sd in levels, NAN: theirs.  Histograms: the level
 * of pixel i, in rising order, is that at place (i + 1/2) images among all pixels of all of them.
 */
evk_status evk_match_target_of(struct evk_match_target *out, const struct evk_match_sums *s,
                               struct evk_matcher *m, double mean, double sd, evk_error *err);
void evk_match_target_release(struct evk_match_target *t);

/* ---- bringing an image there ------------------------------------------------------------ */

struct evk_match_step {
    const char *name, *summary;
    /* Bring plane x (h, w), number p, to t.  No allocation; values may leave 0 to 255. */
    void (*apply)(struct evk_matcher *m, const struct evk_match_target *t, int64_t p, float *x);
};

struct evk_match_plan {
    const struct evk_match_step *steps[EVK_MATCH_STEPS]; /* (count), in order */
    int64_t count, iterations; /* of all of them; values are clipped in between */
};

/* "spectrum,histogram": each step at most once.  EVK_EINVAL lists the known ones. */
evk_status evk_match_steps_parse(struct evk_match_plan *plan, const char *text, evk_error *err);

/*
 * image (h, w, c) as plan says, rounded and clipped; *out is as image is, the caller releases it.
 * Where histogram comes last, planes rounded to levels have the counts of t exactly.
 */
evk_status evk_match_apply(const struct evk_match_plan *plan, const struct evk_match_target *t,
                           struct evk_matcher *m, const struct evk_pixels *image,
                           struct evk_pixels *out, evk_error *err);

/*
 * The least and the largest value that image gets before it is clipped: *low and *high become so,
 * where they are not beyond.  With those of all images in t, none is clipped, and all are scaled by
 * the same (SHINE's rescale, option 1).
 */
void evk_match_extremes(const struct evk_match_plan *plan, const struct evk_match_target *t,
                        struct evk_matcher *m, const struct evk_pixels *image, double *low,
                        double *high);

/* What differences from the mean are multiplied by in the end: 255 / (high - low). */
double evk_match_scale(const struct evk_match_target *t);

/* How far an image is from where it should be. */
struct evk_match_measure {
    double mean, sd;  /* of luma, levels; SD with n - 1, of one pixel 0 */
    double histogram; /* RMS over planes and levels of a difference of fractions of pixels */
    /* RMS over coefficients but the mean, of a difference of amplitudes, over that of the target's
     * amplitudes, times scale; 0 where the target has none. */
    double spectrum;
};

void evk_match_measure(struct evk_matcher *m, const struct evk_match_target *t,
                       const struct evk_pixels *image, double scale, struct evk_match_measure *out);

/* ---- parts ------------------------------------------------------------------------------ */

/* x (planes, h, w) of bytes, and bytes of x, whose colour differences are those of image. */
void evk_match_planes(const struct evk_pixels *image, int64_t planes, float *x);
void evk_match_bytes(const struct evk_pixels *image, int64_t planes, const float *x,
                     struct evk_pixels *out);

/* Mean and SD, with n - 1; of one value 0. */
void evk_match_moments(int64_t n, const float *x, double *mean, double *sd);

/* The level that a value above -1/2 and below 255.5 is rounded to. */
int64_t evk_match_level(float x);

/* m->fourier.spectrum of plane x less its mean, which is *mean. */
void evk_match_forward(struct evk_matcher *m, const float *x, double *mean);

/* |X| of coefficient i of what was transformed. */
double evk_match_amplitude(const struct evk_matcher *m, int64_t i);

/* m->ring_sum of amplitude (n): sums over rings, both halves of the spectrum. */
void evk_match_rings(struct evk_matcher *m, const float *amplitude);

#endif /* EVK_MATCH_MATCH_H */
