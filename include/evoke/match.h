/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/match.h - make images alike in luminance, histogram or amplitude spectrum
 *
 * The steps are those of the SHINE toolbox (Willenbockel et al., Behav.  Res.  Methods 42, 671,
 * 2010).  The luminance of a pixel is its luma, (299 R + 587 G + 114 B) / 1000.
 */
#ifndef EVK_MATCH_H
#define EVK_MATCH_H

#include "evoke/stimset.h"
#include "evoke/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct evk_match_options {
    const char *what; /* steps in their order: names of evk_match_step_info, with commas between */
    /*
     * "luminance": the luminance is matched and colour differences are kept; "channels": each
     * channel is matched by itself
     */
    const char *colour;
    int64_t iterations; /* how often the steps are taken, 1 to 1000 */
    /*
     * For the step "luminance": mean and sample SD to give to each image, display levels, 0 to 255
     * and 0 to 128; NAN: the average of the images.
     */
    double mean, sd;
    /*
     * In the end scale all images by the same factor, so that their values span 0 to 255 and none
     * is clipped.  The images are then read once more.
     */
    bool rescale;
    /*
     * Size in pixels to which the images are resized; 0: they stay as they are, and must be of one
     * size.
     */
    int64_t height, width;
} evk_match_options;

/* Writes the defaults: the step "luminance", of luminance, once. */
EVK_API void evk_match_default(evk_match_options *out);

/* Returns the static table of the parameters of an evk_match_options, without height and width. */
EVK_API const evk_param *evk_match_params(void);

/* How far a set of images is from what they are matched to, and how much they vary. */
typedef struct evk_match_range {
    double mean[2], sd[2]; /* least and largest mean, and SD, of an image's luminance, levels */
    /*
     * RMS over images and levels of the difference between an image's histogram and the wanted one,
     * percent of the pixels
     */
    double histogram;
    /*
     * RMS over images and frequencies (but 0) of the difference between an image's amplitudes and
     * the wanted ones, percent of the RMS of the wanted ones
     */
    double spectrum;
} evk_match_range;

/* What evk_match did. */
typedef struct evk_match_report {
    evk_made made;
    /* measures of the images that this call made; zero where it made none */
    evk_match_range before, after;
} evk_match_report;

/*
 * Brings each image to the mean and SD, the histogram or the amplitude spectrum that the images
 * have on average (or to a given mean and SD), step by step, and writes the results as a set of
 * images.  The images are read twice; memory does not grow with their number, except by their names
 * and some bytes for each.
 *   folder   the folder of the set, as in evk_maximize, but a finished set cannot be extended
 *   images   the images; with a height and a width in options, each is brought to that size by the
 *            framing of the list
 *   options  the settings
 *   run      threads and callbacks
 *   out      what was done, written
 * EVK_EINVAL: a setting is out of range, or there is no size and the images differ in theirs.
 * EVK_EFORMAT: an image cannot be read.  Otherwise as evk_maximize.
 */
EVK_API EVK_MUST_CHECK evk_status evk_match(const char *folder, const evk_image_list *images,
                                            const evk_match_options *options, const evk_run *run,
                                            evk_match_report *out, evk_error *err);

#ifdef __cplusplus
}
#endif
#endif /* EVK_MATCH_H */
